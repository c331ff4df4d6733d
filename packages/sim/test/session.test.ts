import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SessionClock } from '@levels/calendar'
import { openSources, replay, replayEpoch } from '@levels/feed'
import {
  ASK_TICKS,
  BID_TICKS,
  BOOK_DEPTH,
  EventKind,
  NS_PER_S,
  OptionRight,
  RangeViolationError,
  Side,
} from '@levels/kernel'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type Agent,
  type Desk,
  generateSession,
  marketOptions,
  MarketSimulator,
} from '../src/index.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'levels-sim-'))
})
afterEach(() => {
  rmSync(dir, { recursive: true, force: true })
})

const FILES = [
  'es.definition.dbn',
  'es.mbp-10.dbn',
  'es.trades.dbn',
  'events.ndjson',
  'labels.ndjson',
  'spy.ndjson',
]

/** Trades in every way there is, every ten seconds, and says so. */
class Trader implements Agent {
  readonly name = 'trader'
  #fromRelNs = 0
  start(desk: Desk): number {
    this.#fromRelNs = desk.nowRelNs
    return desk.nowRelNs + 2 * NS_PER_S
  }
  wake(desk: Desk): number {
    const { bestBidTicks, bestAskTicks } = desk
    const id = desk.limit(Side.Ask, bestAskTicks, 50, 5)
    desk.market(Side.Bid, 80, bestAskTicks + 2)
    desk.cancel(id)
    desk.limit(Side.Bid, bestBidTicks - 1, 1 + desk.random.below(30))
    desk.option({ strikeUsd: 687, right: OptionRight.Call, contracts: 9, isBuy: true })
    desk.label({
      ...{ scenario: 'trader', instance: 0, difficulty: 'clear', direction: 'SUPPORT' },
      ...{ fromRelNs: this.#fromRelNs, untilRelNs: desk.nowRelNs },
      ...{ levelUsd: 687, levelTicks: 27_514, state: null, sweep: null },
      ...{ dealerSign: null, outcome: null },
    })
    return desk.nowRelNs + 10 * NS_PER_S
  }
}

/** A minute and a half of a busy market with a trader on top. */
function generate(name: string, seed: number) {
  return generateSession({
    dir: join(dir, name),
    seed,
    durationS: 90,
    rate: 3,
    withEvents: true,
    agents: [new Trader()],
  })
}

describe('a session', () => {
  it('has these events for this seed, on every platform and version', () => {
    const { digest, depthRecords, tradeRecords, equityEvents, labels } = generate('a', 7)
    expect({ digest, depthRecords, tradeRecords, equityEvents, labels }).toMatchInlineSnapshot(`
      {
        "depthRecords": 2389,
        "digest": "6dd726cc8dbb70fa475ad6d34404ff786f146bb562928d5244535fd43de255cd",
        "equityEvents": 1735,
        "labels": 9,
        "tradeRecords": 215,
      }
    `)
  })

  it('has the same bytes for the same seed, and others for another', () => {
    const hash = (name: string): string[] =>
      FILES.map((file) =>
        createHash('sha256')
          .update(readFileSync(join(dir, name, file)))
          .digest('hex'),
      )
    const [a, b, c] = [generate('a', 3), generate('b', 3), generate('c', 4)]
    expect(a.digest).toBe(b.digest)
    expect(a.digest).not.toBe(c.digest)
    expect(hash('a')).toEqual(hash('b'))
    expect(readdirSync(join(dir, 'a')).sort()).toEqual(FILES)
  })

  it('is read back whole: every event, none refused, trades where they were told', async () => {
    const files = generate('a', 5)
    const read = async (...paths: string[]) => {
      const sources = await openSources(paths)
      const epochNs = replayEpoch(sources)
      const ignore = (): void => undefined
      return replay({
        sources,
        consumer: { onEvent: ignore, onBoundary: ignore },
        hours: new SessionClock(epochNs),
        epochNs,
      })
    }
    const depthAlone = await read(files.depthPath, files.equityPath)
    const withTrades = await read(files.depthPath, files.tradesPath, files.equityPath)
    const events = await read(join(dir, 'a', 'events.ndjson'))
    for (const { events: counts, rejects, faults } of [depthAlone, withTrades, events]) {
      expect(counts.Depth + counts.FuturesTrade).toBe(files.depthRecords)
      expect(counts.FuturesTrade).toBe(files.tradeRecords)
      expect(counts.StockQuote + counts.StockTrade + counts.OptionTrade).toBe(files.equityEvents)
      expect(Object.values(rejects).every((count) => count === 0)).toBe(true)
      expect(faults).toEqual([])
      for (const count of Object.values(counts)) expect(count).toBeGreaterThan(0)
    }
  })

  it('tells in every record of depth how many orders stand at each level', () => {
    const options = { seed: 7, rate: 20 }
    const { depthPath } = generateSession({ ...options, dir, durationS: 30 })
    const bytes = readFileSync(depthPath)
    const file = new DataView(bytes.buffer, bytes.byteOffset)
    let recordAt = 8 + file.getUint32(4, true)
    const counts: { written: number[]; standing: number[] }[] = []
    const market: MarketSimulator = new MarketSimulator(marketOptions(options), {
      futures: ({ kind, book }) => {
        const levelsAt = recordAt + 48
        recordAt += 368
        if (kind !== EventKind.Depth) return
        const written: number[] = []
        const standing: number[] = []
        for (let i = 0; i < BOOK_DEPTH; i++) {
          for (const [ticks, countAt] of [
            [BID_TICKS, 24],
            [ASK_TICKS, 28],
          ] as const) {
            written.push(file.getUint32(levelsAt + 32 * i + countAt, true))
            standing.push(market.exchange.queues.ordersAt(book[ticks + i]!))
          }
        }
        counts.push({ written, standing })
      },
      equity: () => undefined,
    })
    market.runUntil(market.startRelNs + 30 * NS_PER_S)
    expect(recordAt).toBe(bytes.length)
    expect(counts.length).toBeGreaterThan(1_000)
    expect(counts.filter(({ written, standing }) => String(written) !== String(standing))).toEqual(
      [],
    )
    expect(Math.min(...counts.flatMap(({ written }) => written))).toBeGreaterThan(0)
  })

  it('is of a day with a regular session, and leaves nothing half made behind', () => {
    const onChristmas = { dir, seed: 7, durationS: 1, tradingYmd: 20_231_225 }
    expect(() => generateSession(onChristmas)).toThrow(RangeViolationError)
    const stop = new Error('enough')
    const interrupted = {
      dir: join(dir, 'b'),
      seed: 7,
      durationS: 5,
      onProgress: () => {
        throw stop
      },
    }
    expect(() => generateSession(interrupted)).toThrow(stop)
    expect(readdirSync(join(dir, 'b'))).toEqual([])
  })
})
