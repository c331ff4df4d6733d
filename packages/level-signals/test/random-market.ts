import { Aggressor, NO_SEQ, OptionRight, type MarketEvent } from '@levels/kernel'
import fc from 'fast-check'
import { depth, futuresTrade, optionTrade, stockQuote, stockTrade, type Quote } from './events.ts'
import { MONDAY, newYork, TUESDAY } from './test-market.ts'

const MS = 1_000_000
const HOUR = 3_600_000 * MS
const TOUCH_TICKS = 27_480

/** Instants at which much happens soon: opens, closes, breaks, and the middle of a session. */
const startNs = fc.constantFrom(
  newYork(TUESDAY, '10:00'),
  newYork(TUESDAY, '09:29:59'),
  newYork(TUESDAY, '15:59:59'),
  newYork(TUESDAY, '16:59:59'),
  newYork(MONDAY, '17:59:59'),
)

/** None, a nanosecond, about a boundary, a few seconds; now and then half an hour or a night. */
const gapNs = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(0, 0, 1, 100 * MS) },
  { weight: 6, arbitrary: fc.constantFrom(249 * MS, 250 * MS, 250 * MS + 1, 500 * MS) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 3_000 }).map((ms) => ms * MS) },
  { weight: 1, arbitrary: fc.constantFrom(61_000 * MS, HOUR / 2, 9 * HOUR, -1, -400 * MS) },
)

const aggressor = fc.constantFrom(Aggressor.Buy, Aggressor.Sell, Aggressor.Mid, Aggressor.Unknown)
const seq = fc.constantFrom(NO_SEQ, NO_SEQ, 1, 2)

type Maker = (tsRelNs: number) => MarketEvent

/** A side of up to ten levels, with holes in its prices and now and then empty. */
function sideFrom(best: number, away: 1 | -1): fc.Arbitrary<Quote[]> {
  const steps = fc.array(
    fc.tuple(fc.constantFrom(1, 1, 1, 2, 5), fc.constantFrom(1, 10, 60, 200, 900)),
    { maxLength: 10, size: 'max' },
  )
  return steps.map((made) => {
    let tick = best
    return made.map(([gap, lots], i): Quote => [(tick += i === 0 ? 0 : away * gap), lots])
  })
}

/** Books around the touch: spreads, locked and crossed ones, resyncs. */
const books: fc.Arbitrary<Maker> = fc
  .record({
    bid: fc.integer({ min: TOUCH_TICKS - 4, max: TOUCH_TICKS + 4 }),
    spread: fc.constantFrom(1, 1, 1, 1, 2, 6, 0, -2),
    isSnapshot: fc.constantFrom(false, false, false, false, false, true),
    seq,
  })
  .chain(({ bid, spread, ...fields }) =>
    fc.tuple(sideFrom(bid, -1), sideFrom(bid + spread, 1)).map(
      ([bids, asks]): Maker =>
        (tsRelNs) =>
          depth(tsRelNs, bids, asks, fields),
    ),
  )

/** Trades at the touch, through it, a dollar off, and where price makes no sense at all. */
const futuresTrades: fc.Arbitrary<Maker> = fc
  .record({
    tick: fc.oneof(
      {
        weight: 12,
        arbitrary: fc.integer({ min: TOUCH_TICKS - 6, max: TOUCH_TICKS + 6 }),
      },
      { weight: 3, arbitrary: fc.integer({ min: TOUCH_TICKS - 60, max: TOUCH_TICKS + 60 }) },
      { weight: 1, arbitrary: fc.constantFrom(1, 10, 40, -40, 2_000_000_000) },
    ),
    size: fc.constantFrom(1, 5, 80, 400),
    by: aggressor,
  })
  .map(
    ({ tick, size, by }): Maker =>
      (tsRelNs) =>
        futuresTrade(tsRelNs, tick, size, by),
  )

/** Quotes with the future's price, and some that are crossed, locked or far off. */
const stockQuotes: fc.Arbitrary<Maker> = fc
  .record({ cents: fc.integer({ min: 68_650, max: 68_750 }), spread: fc.constantFrom(1, 2, 0, -1) })
  .map(
    ({ cents, spread }): Maker =>
      (tsRelNs) =>
        stockQuote(tsRelNs, cents / 100, (cents + spread) / 100),
  )

const stockTrades: fc.Arbitrary<Maker> = fc
  .record({ cents: fc.integer({ min: 68_650, max: 68_750 }), size: fc.constantFrom(1, 100, 900) })
  .map(
    ({ cents, size }): Maker =>
      (tsRelNs) =>
        stockTrade(tsRelNs, cents / 100, size),
  )

const greeks = fc.constantFrom(
  { delta: 0.5, gamma: 0.05 },
  { delta: -0.4, gamma: 0.002 },
  { delta: NaN, gamma: NaN },
  { delta: NaN, gamma: 0.05 },
)

const optionTrades: fc.Arbitrary<Maker> = fc
  .record({
    strikeMilli: fc.constantFrom(680_000, 685_000, 686_500, 687_000, 687_500, 688_000, 692_000),
    right: fc.constantFrom(OptionRight.Call, OptionRight.Put),
    expiryYmd: fc.constantFrom(20_260_310, 20_260_310, 20_260_311, 20_260_306, 20_260_230),
    price: fc.constantFrom(0.01, 0.8, 2.5, 900),
    size: fc.constantFrom(1, 40, 5_000),
    aggressor,
    seq,
    quote: fc.constantFrom({ optBid: NaN, optAsk: NaN }, { optBid: 0.7, optAsk: 0.9 }),
    greeks,
  })
  .map(
    ({ quote, greeks: given, ...fields }): Maker =>
      (tsRelNs) =>
        optionTrade(tsRelNs, { ...fields, ...quote, ...given }),
  )

const makers: fc.Arbitrary<Maker> = fc.oneof(
  { weight: 5, arbitrary: books },
  { weight: 5, arbitrary: futuresTrades },
  { weight: 1, arbitrary: stockQuotes },
  { weight: 1, arbitrary: stockTrades },
  { weight: 3, arbitrary: optionTrades },
)

/**
 * Ugly markets: crossed, locked, empty and resynced books, jumps, prices that make no sense, late
 * and duplicate events, expired and impossible options, gaps over sessions.
 */
export function randomMarket(maxEvents: number): fc.Arbitrary<MarketEvent[]> {
  const steps = fc.array(fc.tuple(gapNs, makers), {
    minLength: 1,
    maxLength: maxEvents,
    size: 'max',
  })
  return fc.tuple(startNs, steps).map(([start, made]) => {
    let tsRelNs = start
    return made.map(([gap, make]) => make((tsRelNs += gap)))
  })
}

/** Settings under which little is needed for every state and signal. */
export const TOUCHY = {
  'levels.hotzonesUsd': [687.04, 686.9, 686.996],
  'barrier.fThreshLots': 20,
  'barrier.baselineMinSamples': 4,
  'tape.sweepMinNotionalUsd': 1_000_000,
  'fuel.effectGamma': 50,
  'fuel.wallMinGamma': 1_000,
  'score.triggerHoldS': 0.5,
  'score.rejectAwayS': 0.5,
  'score.contestedVolumeLots': 5,
  'score.breakScore': 62,
  'score.breakReleaseScore': 55,
} as const

/** Boundaries are passed over in longer gaps than this: as long as the market is closed, say. */
const SNAPS_IN_A_GAP = 6
const SNAP_NS = 250 * MS

/** What a replay does with events: every boundary before what comes after it, and one at the end. */
export function* withBoundaries(
  events: readonly MarketEvent[],
): Generator<MarketEvent | { readonly boundaryNs: number }> {
  let nowNs = events[0]?.tsRelNs ?? 0
  for (const event of events) {
    const first = Math.ceil(nowNs / SNAP_NS) * SNAP_NS
    const from = Math.max(first, Math.floor(event.tsRelNs / SNAP_NS - SNAPS_IN_A_GAP) * SNAP_NS)
    for (let ns = from; ns < event.tsRelNs; ns += SNAP_NS) yield { boundaryNs: ns }
    nowNs = Math.max(nowNs, event.tsRelNs)
    yield event
  }
  yield { boundaryNs: Math.ceil(nowNs / SNAP_NS) * SNAP_NS }
}
