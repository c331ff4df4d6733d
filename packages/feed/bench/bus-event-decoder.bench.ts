/**
 * What it costs to turn a message's bytes into an event, against `JSON.parse` of the same bytes,
 * as the least that any consumer of JSON does, and against reading it in full.
 *
 * Run: node --conditions=@levels/source packages/feed/bench/bus-event-decoder.bench.ts
 */
import { Subject } from '@levels/contracts'
import { BusEventDecoder, SymbolGate } from '@levels/feed'
import { ES_SPY, MarketEvent } from '@levels/kernel'

const TEXTS = 512
const CALLS = 100_000
const ROUNDS = 9
const EPOCH_NS = BigInt(Date.UTC(2024, 0, 17)) * 1_000_000n

/** Park–Miller: the same messages every time. */
let seed = 20_240_117
function below(count: number): number {
  seed = (seed * 48_271) % 2_147_483_647
  return seed % count
}

const digits = (count: number): string => String(below(10 ** count)).padStart(count, '0')
const stamp = (): string =>
  `"ts_event_ns":17054952${digits(5)}${digits(6)},"ts_recv_ns":17054953${digits(5)}${digits(6)},` +
  `"source":"databento_live","seq":${below(1e9)}`

function depthText(): string {
  const best = 19_000 + below(400)
  const levels = Array.from({ length: 10 }, (_, i) => {
    const [bid, ask] = [(best - i) * 0.25, (best + 1 + i) * 0.25]
    return `{"bid_px":${bid},"bid_sz":${1 + below(200)},"ask_px":${ask},"ask_sz":${1 + below(200)}}`
  })
  return `{${stamp()},"symbol":"ESH4","levels":[${levels.join()}],"is_snapshot":false}`
}

/** As Python writes: spaces, and a point in every float. */
function spaced(text: string): string {
  return text
    .replaceAll(/"(bid_px|ask_px|price)":(\d+)(?=[,}])/g, '"$1":$2.0')
    .replaceAll(/([:,])(?=["\d[{ft])/g, '$1 ')
}

const cents = (from: number): number => (from + below(1_000)) / 100
const KINDS: Readonly<Record<string, readonly [subject: string, text: () => string]>> = {
  depth: [Subject.FuturesMbp10, depthText],
  'depth, spaced': [Subject.FuturesMbp10, () => spaced(depthText())],
  'futures trade': [
    Subject.FuturesTrades,
    () =>
      `{${stamp()},"symbol":"ESH4","price":${(19_000 + below(400)) / 4},"size":${1 + below(20)},"aggressor":"BUY"}`,
  ],
  'stock quote': [
    Subject.StockQuotes,
    () =>
      `{${stamp()},"symbol":"SPY","bid_px":${cents(47_000)},"ask_px":${cents(48_000)},"bid_sz":${below(2_000)},"ask_sz":${below(2_000)}}`,
  ],
  'stock trade': [
    Subject.StockTrades,
    () => `{${stamp()},"symbol":"SPY","price":${cents(47_000)},"size":${1 + below(900)}}`,
  ],
  'option trade': [
    Subject.OptionTrades,
    () =>
      `{${stamp()},"underlying":"SPY","option_symbol":"O:SPY240117C00476000","exp_date":"2024-01-17","strike":476,` +
      `"right":"C","price":${cents(1)},"size":${1 + below(90)},"opt_bid":${cents(1)},"opt_ask":${cents(1_001)},"aggressor":"SELL"}`,
  ],
}

const out = new MarketEvent()
let consumed = 0

function leastNs(
  subjects: Readonly<Record<string, (i: number) => number>>,
): Record<string, number> {
  const least: Record<string, number> = {}
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, subject] of Object.entries(subjects)) {
      const start = performance.now()
      for (let i = 0; i < CALLS; i++) consumed += subject(i)
      const ns = ((performance.now() - start) * 1e6) / CALLS
      least[name] = Math.min(least[name] ?? Infinity, ns)
    }
  }
  return least
}

const gate = new SymbolGate(ES_SPY, 'ESH4')
const decoder = new BusEventDecoder({ epochNs: EPOCH_NS, gate })
const utf8 = new TextDecoder()
for (const [kind, [subject, textOf]] of Object.entries(KINDS)) {
  const texts = Array.from({ length: TEXTS }, textOf)
  const payloads = texts.map((text) => Buffer.from(text))
  const text = (i: number): string => texts[i % TEXTS]!
  const bytes = (i: number): Uint8Array => payloads[i % TEXTS]!
  const decode = (payload: string | Uint8Array): number => {
    const refusal = decoder.decode(subject, payload, out)
    if (refusal !== null) throw new Error(refusal.message)
    return out.tsRelNs
  }
  const before = decoder.readInFullCount
  for (let i = 0; i < TEXTS; i++) decode(bytes(i))
  if (decoder.readInFullCount > before) throw new Error(`${kind}: expected the usual form`)
  const ns = leastNs({
    parse: (i) => (JSON.parse(text(i)) === null ? 0 : 1),
    parseBytes: (i) => (JSON.parse(utf8.decode(bytes(i))) === null ? 0 : 1),
    full: (i) => decode(text(i)),
    bytes: (i) => decode(bytes(i)),
  })
  const { parse = NaN, parseBytes = NaN, full = NaN, bytes: fast = NaN } = ns
  console.log(
    `${kind.padEnd(14)} ${String(text(0).length).padStart(4)} bytes: ${fast.toFixed(0).padStart(5)} ns, ` +
      `${(fast / parse).toFixed(2)} × JSON.parse of the text (${parse.toFixed(0)} ns), ` +
      `${(fast / parseBytes).toFixed(2)} × of the bytes; read in full ${(full / parse).toFixed(2)} ×`,
  )
}

/** Bytes allocated per message once everything is warm. */
function allocatedPerMessage(): number {
  const payload = Buffer.from(depthText())
  const run = (): void => {
    for (let i = 0; i < CALLS; i++) decoder.decode(Subject.FuturesMbp10, payload, out)
  }
  run()
  const before = process.memoryUsage().heapUsed
  run()
  return (process.memoryUsage().heapUsed - before) / CALLS
}
console.log(`depth allocates ${allocatedPerMessage().toFixed(2)} bytes a message`)
if (Number.isNaN(consumed)) throw new Error('expected numbers, was NaN')
