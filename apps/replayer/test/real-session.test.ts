// The recorded evening of 2023-12-25, which is not part of the repository. Where it is missing these
// tests are skipped, and say so.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import { levelSignalsSchema } from '@levels/contracts'
import { describe, expect, it } from 'vitest'
import { startNatsServer } from '../../../tools/nats-server.ts'
import { checkConservation } from './conservation.ts'
import { readPlainMbo } from './plain-dbn.ts'
import { linesOf, manifestOf, replayer, sha256Of, startReplayer } from './support.ts'
import { temporaryFolder } from './support.ts'

const file = join(
  import.meta.dirname,
  '../../../../shared/data/es-mbo/esh4-glbx-mdp3-20231225.mbo.dbn.zst',
)
const isThere = existsSync(file)
if (!isThere) console.log('skipped: the recorded ES session is not on this machine')

describe.skipIf(!isThere)('the recorded ES session', () => {
  const folder = temporaryFolder()
  const dir = join(folder, 'run')
  const signals = join(dir, 'signals.ndjson')
  const trace = join(dir, 'flows.ndjson')

  it('is replayed twice, by two processes, with the same digest', async () => {
    const [first, second] = await Promise.all([
      startReplayer(['run', file, '--out', dir, '--trace-flows', trace]).ended,
      startReplayer(['run', file, '--out', join(folder, 'again')]).ended,
    ])
    expect([first.code, second.code]).toEqual([0, 0])
    const manifest = manifestOf(dir)
    expect(manifest.digest).toBe(sha256Of(signals))
    expect(manifestOf(join(folder, 'again')).digest).toBe(manifest.digest)
    expect(manifest).toMatchObject({
      state: 'complete',
      sources: [
        {
          schema: 'mbo',
          symbols: ['ESH4'],
          order_book: {
            unknown_orders: 0,
            duplicate_orders: 0,
            excess_cancels: 0,
            refused_orders: 0,
            ignored_records: 0,
          },
        },
      ],
      events: { FuturesTrade: 2_973, StockQuote: 0 },
    })
    expect(Object.values(manifest.rejects).every((count) => count === 0)).toBe(true)
    console.log(`recorded ES session: ${manifest.snaps} payloads, digest ${manifest.digest}`)
  })

  it('gives one payload for every 250 ms boundary from the first event after the open', () => {
    const plain = readPlain()
    const openNs = BigInt(Date.parse('2023-12-25T23:00:00Z')) * 1_000_000n
    const times = plain.books.map((book) => book.tsEventNs).filter((ts) => ts >= openNs)
    const stepNs = 250_000_000n
    const expected: number[] = []
    const firstNs = ((times[0]! + stepNs - 1n) / stepNs) * stepNs
    for (let ns = firstNs; ns <= times.at(-1)!; ns += stepNs) expected.push(Number(ns / 1_000_000n))
    const payloads = linesOf(signals).map((line) => levelSignalsSchema.parse(JSON.parse(line)))
    expect(payloads.map((payload) => payload.ts)).toEqual(expected)
    expect(expected[0]).toBe(Date.parse('2023-12-25T23:00:00Z'))
    expect(payloads.length).toBe(14_398)
    expect(payloads.every(({ spy, health }) => spy.spot !== null && health !== undefined)).toBe(
      true,
    )
  })

  it('conserves liquidity on every update, and fills no more than was traded', () => {
    const plain = readPlain()
    expect(plain.recordCount).toBe(68_792)
    expect(plain.unknownOrders).toBe(0)
    expect(plain.trades.length).toBe(2_973)
    expect(plain.trades.reduce((sum, { size }) => sum + size, 0)).toBe(9_892)
    expect(manifestOf(dir).depth.updates).toBe(plain.books.length)
    const report = checkConservation(linesOf(trace), plain)
    const tradedLots = (aggressor: string): number =>
      plain.trades.reduce((sum, { side, size }) => (side === aggressor ? sum + size : sum), 0)
    expect(report.filledLots.BID).toBeGreaterThan(0)
    expect(report.filledLots.BID).toBeLessThanOrEqual(tradedLots('A'))
    expect(report.filledLots.ASK).toBeLessThanOrEqual(tradedLots('B'))
    console.log(`conservation held at ${report.moments} moments over ${report.flows} flows`)
  })

  it('is made again by verify', async () => {
    expect(await replayer('verify', dir)).toMatchObject({ code: 0 })
  })

  it.runIf(process.env.LEVELS_NIGHTLY === '1')('goes over the bus and back', async () => {
    const { digest } = manifestOf(dir)
    const server = await startNatsServer()
    const nats = ['--nats', server.url]
    try {
      const published = await replayer('publish', file, ...nats, '--speed', '0')
      expect(published).toMatchObject({ code: 0 })
      const recording = join(folder, 'recording.ndjson.zst')
      const recorded = await replayer('record', ...nats, '--out', recording, '--to-seq', 'last')
      expect(recorded).toMatchObject({ code: 0 })
      const [ofStream, ofFile] = [join(folder, 'of-stream'), join(folder, 'of-file')]
      const run = await replayer('run', '--stream', 'MARKET_DATA', ...nats, '--out', ofStream)
      expect(run).toMatchObject({ code: 0 })
      expect(await replayer('run', recording, '--out', ofFile)).toMatchObject({ code: 0 })
      expect([manifestOf(ofStream).digest, manifestOf(ofFile).digest]).toEqual([digest, digest])
    } finally {
      await server.stop()
    }
  })

  let plainSession: ReturnType<typeof readPlainMbo> | null = null
  function readPlain() {
    plainSession ??= readPlainMbo(zstdDecompressSync(readFileSync(file)))
    return plainSession
  }
})
