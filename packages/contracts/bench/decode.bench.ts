// What reading a message costs, against JSON.parse of the same text, which loses nanoseconds.
// Run: node --conditions=@levels/source packages/contracts/bench/decode.bench.ts
import {
  decodeFuturesTrade,
  decodeMbp10,
  encodeFuturesTrade,
  encodeMbp10,
  parseExactJson,
} from '@levels/contracts'
import { leastNs, randomFrom } from './random.ts'

const TEXTS = 512
const CALLS = 40_000
const random = randomFrom(11)
const below = (n: number) => Math.floor(random() * n)

const stamp = () => ({
  tsEventNs: 1_703_545_200_000_000_000n + BigInt(below(1e9)) * 1_001n,
  tsRecvNs: 1_703_545_200_000_100_000n + BigInt(below(1e9)) * 1_003n,
  source: 'replay' as const,
  seq: below(1e9),
})

const books = Array.from({ length: TEXTS }, () => {
  const bestTick = 19_000 + below(400)
  const levels = Array.from({ length: 10 }, (_, i) => ({
    bidPx: (bestTick - i) * 0.25,
    bidSz: 1 + below(200),
    askPx: (bestTick + 1 + i) * 0.25,
    askSz: 1 + below(200),
  }))
  return encodeMbp10({ ...stamp(), symbol: 'ESH4', levels, isSnapshot: false })
})

const trades = Array.from({ length: TEXTS }, () =>
  encodeFuturesTrade({
    ...stamp(),
    symbol: 'ESH4',
    price: (19_000 + below(400)) * 0.25,
    size: 1 + below(20),
    aggressor: random() < 0.5 ? 'BUY' : 'SELL',
    exchange: null,
    conditions: null,
  }),
)

function report(name: string, texts: string[], decode: (text: string) => { ok: boolean }): void {
  const text = (i: number) => texts[i % TEXTS] ?? ''
  const ns = leastNs(
    {
      parse: (i) => (JSON.parse(text(i)) === null ? 0 : 1),
      exact: (i) => (parseExactJson(text(i)).ok ? 1 : 0),
      decode: (i) => (decode(text(i)).ok ? 1 : 0),
    },
    CALLS,
  )
  const { parse = NaN, exact = NaN, decode: full = NaN } = ns
  console.log(
    `${name} (${text(0).length} characters): JSON.parse ${parse.toFixed(0)} ns; ` +
      `exact nanoseconds ${(exact / parse).toFixed(2)}×; ` +
      `decoded and checked ${(full / parse).toFixed(2)}×`,
  )
}

report('Mbp10', books, decodeMbp10)
report('FuturesTrade', trades, decodeFuturesTrade)
