import { Aggressor, epochFor, EventKind, NS_PER_HOUR, type MarketEvent } from '@levels/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createZoneReading,
  defaultMarketStateConfig,
  MarketState,
  withoutHistory,
} from '../src/index.ts'
import { depth, futuresTrade, optionTrade, stockQuote, stockTrade, type Quote } from './events.ts'

const EPOCH_NS = epochFor(BigInt(Date.UTC(2026, 2, 10)) * 1_000_000n)

/** The real rules with small histories, so that many states can be made and saved. */
const config = {
  ...defaultMarketStateConfig,
  depth: { ...defaultMarketStateConfig.depth, historyCapacity: 32 },
  tape: { ...defaultMarketStateConfig.tape, historyCapacity: 32 },
}
const marketState = (): MarketState => new MarketState({ epochNs: EPOCH_NS, config })

/** Ugly gaps: none, odd nanoseconds, whole boundaries, half an hour, over a session's end. */
const gapNs = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 1, max: 5_000_000 }),
  fc.integer({ min: 1, max: 2_000 }).map((n) => n * 1_000_000),
  fc.constant(250_000_000),
  fc.constantFrom(0.5 * NS_PER_HOUR, 9 * NS_PER_HOUR),
)

const side = (best: number, step: 1 | -1): fc.Arbitrary<Quote[]> =>
  fc
    .array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 90 })), {
      maxLength: 10,
    })
    .map((steps) => {
      let tick = best
      return steps.map(([gap, lots], i): Quote => [(tick += i === 0 ? 0 : step * gap), lots])
    })

const depthMade = fc
  .tuple(fc.integer({ min: 27_470, max: 27_490 }), fc.integer({ min: -1, max: 2 }), fc.boolean())
  .chain(([bid, spread, resync]) =>
    fc.tuple(side(bid, -1), side(bid + spread, 1), fc.constant(resync && spread === 2)).map(
      ([bids, asks, isSnapshot]) =>
        (ts: number) =>
          depth(ts, bids, asks, { isSnapshot }),
    ),
  )

const aggressor = fc.constantFrom(Aggressor.Buy, Aggressor.Sell, Aggressor.Mid, Aggressor.Unknown)
const maker: fc.Arbitrary<(tsRelNs: number) => MarketEvent> = fc.oneof(
  { weight: 4, arbitrary: depthMade },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.integer({ min: 27_465, max: 27_495 }), fc.integer({ min: 1, max: 60 }), aggressor)
      .map(
        ([tick, size, by]) =>
          (ts: number) =>
            futuresTrade(ts, tick, size, by),
      ),
  },
  fc
    .integer({ min: 68_600, max: 68_800 })
    .map((cents) => (ts: number) => stockQuote(ts, cents / 100, (cents + 1) / 100)),
  fc
    .integer({ min: 68_600, max: 68_800 })
    .map((cents) => (ts: number) => stockTrade(ts, cents / 100)),
  fc.tuple(fc.integer({ min: 680, max: 694 }), fc.integer({ min: 1, max: 40 }), aggressor).map(
    ([strike, size, by]) =>
      (ts: number) =>
        optionTrade(ts, { strikeMilli: strike * 1_000, size, aggressor: by }),
  ),
)

const market = fc.array(fc.tuple(gapNs, maker), { minLength: 1, maxLength: 60 }).map((steps) => {
  let tsRelNs = 13.9 * NS_PER_HOUR
  return steps.map(([gap, make]) => make((tsRelNs += gap)))
})

function apply(state: MarketState, event: MarketEvent): void {
  switch (event.kind) {
    case EventKind.Depth:
      return void state.updateEsMbp10(event)
    case EventKind.FuturesTrade:
      return void state.updateEsTrade(event)
    case EventKind.StockQuote:
      return void state.updateStockQuote(event)
    case EventKind.StockTrade:
      return void state.updateStockTrade(event)
    case EventKind.OptionTrade:
      return void state.updateOptionTrade(event, 0.4, 0.0123)
  }
}

/** Everything an engine could ask, at once. */
function readAll(state: MarketState): unknown {
  const zones = ([0, 1] as const).map((bookSide) => {
    const out = createZoneReading()
    state.depth.readZone(bookSide, 27_480, 27_472, 27_488, out)
    return out
  })
  const band = { buyLots: 0, sellLots: 0 }
  state.tape.readBand(27_470, 27_490, band)
  return {
    zones,
    band,
    velocity: state.tape.velocityTicksPerS(),
    thin: ([0, 1] as const).map((bookSide) =>
      state.depth.thinThreshold(bookSide, state.tsRelNs, state.isOnBoundary),
    ),
    flow: state.getOptionFlowsNearLevel({ levelPrice: 687, strikeRange: 10 }),
    session: state.getSessionLevels(),
    health: state.bookHealth,
    spot: state.getSpot(),
    quote: state.getBidAsk(),
    book: state.getEsMbp10Snapshot(),
  }
}

describe('a market state', () => {
  it('answers the same however often, and at whatever times, it was asked before', () => {
    fc.assert(
      fc.property(
        market,
        fc.array(fc.nat(3), { minLength: 60, maxLength: 60 }),
        (events, pulls) => {
          const quiet = marketState()
          const asked = marketState()
          events.forEach((event, i) => {
            apply(quiet, event)
            // Ask in between: at the event's own time before it, and after it.
            for (let pull = pulls[i] ?? 0; pull > 0; pull--) {
              asked.advanceTo(event.tsRelNs)
              readAll(asked)
            }
            apply(asked, event)
            if ((pulls[i] ?? 0) > 1) readAll(asked)
          })
          expect(readAll(asked)).toEqual(readAll(quiet))
          expect(asked.snapshot()).toEqual(quiet.snapshot())
        },
      ),
      { numRuns: 150 },
    )
  })

  it('that keeps no single updates and trades answers all the rest, restored in the middle too', () => {
    const lean = (): MarketState =>
      new MarketState({ epochNs: EPOCH_NS, config: withoutHistory(config) })
    fc.assert(
      fc.property(market, fc.nat(59), (events, cut) => {
        const full = marketState()
        let state = lean()
        events.forEach((event, i) => {
          apply(full, event)
          if (i === cut) {
            const bytes = state.snapshot()
            state = lean()
            state.restore(bytes)
          }
          apply(state, event)
        })
        expect(readAll(state)).toEqual(readAll(full))
      }),
      { numRuns: 60 },
    )
  })

  it('restored from a snapshot goes on as if it had never stopped', () => {
    fc.assert(
      fc.property(market, fc.nat(59), (events, cut) => {
        const straight = marketState()
        let resumed = marketState()
        events.forEach((event, i) => {
          apply(straight, event)
          if (i === cut) {
            const bytes = resumed.snapshot()
            resumed = marketState()
            resumed.restore(bytes)
            expect(resumed.snapshot()).toEqual(bytes)
          }
          apply(resumed, event)
        })
        expect(readAll(resumed)).toEqual(readAll(straight))
        expect(resumed.snapshot()).toEqual(straight.snapshot())
      }),
      { numRuns: 150 },
    )
  })
})
