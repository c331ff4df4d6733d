import { Aggressor, BOOK_SLOTS, NO_TICK, NS_PER_MS, NS_PER_S, Side } from '@levels/kernel'
import { describe, expect, it } from 'vitest'
import { DepthState } from '../src/depth-state.ts'
import type { DepthConfig } from '../src/depth-state.ts'
import { createZoneReading } from '../src/depth-zone.ts'
import { depth, fullDepth, futuresTrade } from './events.ts'
import type { Quote } from './events.ts'
import { recordingObserver } from './naive-depth.ts'
import type { Flow } from './naive-depth.ts'

const config: DepthConfig = {
  flowWindowNs: 240 * NS_PER_S,
  flowCapacity: 2 ** 14,
  fillMatchNs: 250 * NS_PER_MS,
  baselineWindowNs: 1_800 * NS_PER_S,
  baselineMinSamples: 3,
  baselinePercentile: 0.2,
  historyCapacity: 4,
}
const MS = NS_PER_MS

/** A book of 1000 × 50 against 1001 × 40, whose flows are recorded. */
function openBook() {
  const flows: Flow[] = []
  const state = new DepthState(config, recordingObserver(flows))
  state.applyDepth(depth(0, [[1_000, 50]], [[1_001, 40]]))
  flows.length = 0
  return { state, flows }
}

const flow = (tsRelNs: number, side: Side, tick: number, amounts: Partial<Flow>): Flow => ({
  ...{ tsRelNs, side, tick, added: 0, canceled: 0, filled: 0, unobserved: 0 },
  ...amounts,
})

function zoneOf(state: DepthState, side: Side, center: number, halfWidth = 8) {
  const out = createZoneReading()
  state.readZone(side, center, Math.ceil(center - halfWidth), Math.floor(center + halfWidth), out)
  return out
}

describe('the change of one price', () => {
  it('is added or canceled where nothing traded', () => {
    const { state, flows } = openBook()
    state.applyDepth(depth(1, [[1_000, 65]], [[1_001, 10]]))
    expect(flows).toEqual([
      flow(1, Side.Bid, 1_000, { added: 15 }),
      flow(1, Side.Ask, 1_001, { canceled: 30 }),
    ])
  })

  it('is filled where that much traded before it: a buy takes from the asks', () => {
    const { state, flows } = openBook()
    state.applyTrade(futuresTrade(1, 1_001, 12, Aggressor.Buy))
    state.applyDepth(depth(2, [[1_000, 50]], [[1_001, 28]]))
    expect(flows).toEqual([flow(2, Side.Ask, 1_001, { filled: 12 })])
  })

  it('is canceled beyond what traded, and added where more traded than went: a sell takes from the bids', () => {
    const { state, flows } = openBook()
    state.applyTrade(futuresTrade(1, 1_000, 12, Aggressor.Sell))
    state.applyDepth(depth(2, [[1_000, 30]], [[1_001, 40]]))
    state.applyTrade(futuresTrade(3, 1_000, 12, Aggressor.Sell))
    state.applyTrade(futuresTrade(3, 1_000, 5, Aggressor.Sell))
    state.applyDepth(depth(4, [[1_000, 33]], [[1_001, 40]]))
    expect(flows).toEqual([
      flow(2, Side.Bid, 1_000, { filled: 12, canceled: 8 }),
      flow(4, Side.Bid, 1_000, { filled: 17, added: 20 }),
    ])
  })

  it('uses up what waited, all at once', () => {
    const { state, flows } = openBook()
    state.applyTrade(futuresTrade(1, 1_000, 12, Aggressor.Sell))
    state.applyDepth(depth(2, [[1_000, 49]], [[1_001, 40]]))
    state.applyDepth(depth(3, [[1_000, 37]], [[1_001, 40]]))
    expect(flows).toEqual([
      flow(2, Side.Bid, 1_000, { filled: 12, added: 11 }),
      flow(3, Side.Bid, 1_000, { canceled: 12 }),
    ])
  })

  it('has nothing to do with trades of no known aggressor', () => {
    const { state, flows } = openBook()
    state.applyTrade(futuresTrade(1, 1_000, 12, Aggressor.Mid))
    state.applyTrade(futuresTrade(1, 1_000, 12, Aggressor.Unknown))
    state.applyDepth(depth(2, [[1_000, 38]], [[1_001, 40]]))
    state.advanceTo(NS_PER_S)
    expect(flows).toEqual([flow(2, Side.Bid, 1_000, { canceled: 12 })])
    expect(state.counters.unmatchedFillLots).toBe(0)
  })
})

describe('a trade that waits', () => {
  it('waits through updates that leave its price unchanged', () => {
    const { state, flows } = openBook()
    state.applyTrade(futuresTrade(1, 1_000, 12, Aggressor.Sell))
    state.applyDepth(depth(2, [[1_000, 50]], [[1_001, 40]]))
    state.applyDepth(depth(3, [[1_000, 50]], [[1_001, 44]]))
    state.applyDepth(depth(4, [[1_000, 38]], [[1_001, 44]]))
    expect(flows).toEqual([
      flow(3, Side.Ask, 1_001, { added: 4 }),
      flow(4, Side.Bid, 1_000, { filled: 12 }),
    ])
  })

  it('was refilled when its price is unchanged for 250 ms: filled and added, at that moment', () => {
    const { state, flows } = openBook()
    state.applyTrade(futuresTrade(1 * MS, 1_000, 12, Aggressor.Sell))
    state.applyTrade(futuresTrade(2 * MS, 1_000, 3, Aggressor.Sell))
    state.advanceTo(251 * MS - 1)
    expect(flows).toEqual([])
    state.advanceTo(5_000 * MS)
    expect(flows).toEqual([
      flow(251 * MS, Side.Bid, 1_000, { filled: 12, added: 12 }),
      flow(252 * MS, Side.Bid, 1_000, { filled: 3, added: 3 }),
    ])
    expect(zoneOf(state, Side.Bid, 1_000)).toMatchObject({ addedLots: 15, filledLots: 15 })
  })

  it('was refilled before an update that comes at its very deadline', () => {
    const { state, flows } = openBook()
    state.applyTrade(futuresTrade(0, 1_000, 12, Aggressor.Sell))
    state.applyDepth(depth(250 * MS, [[1_000, 38]], [[1_001, 40]]))
    expect(flows).toEqual([
      flow(250 * MS, Side.Bid, 1_000, { filled: 12, added: 12 }),
      flow(250 * MS, Side.Bid, 1_000, { canceled: 12 }),
    ])
  })

  it('may wait inside the spread, where the size shown is 0', () => {
    const { state, flows } = openBook()
    state.applyDepth(depth(1, [[1_000, 50]], [[1_005, 40]]))
    flows.length = 0
    state.applyTrade(futuresTrade(2, 1_003, 9, Aggressor.Buy))
    state.applyDepth(
      depth(
        3,
        [[1_000, 50]],
        [
          [1_003, 1],
          [1_005, 40],
        ],
      ),
    )
    expect(flows).toEqual([flow(3, Side.Ask, 1_003, { filled: 9, added: 10 })])
  })

  it('cannot be matched at a price that is not visible, or without a book, or on a crossed one', () => {
    const state = new DepthState(config, null)
    const unmatched = () => state.counters.unmatchedFillLots
    state.applyTrade(futuresTrade(0, 1_000, 1, Aggressor.Sell))
    expect(unmatched()).toBe(1)
    state.applyDepth(fullDepth(1, 1_000)) // bids down to 991, asks up to 1010
    state.applyTrade(futuresTrade(2, 991, 10, Aggressor.Sell))
    expect(unmatched()).toBe(1)
    state.applyTrade(futuresTrade(2, 990, 20, Aggressor.Sell))
    state.applyTrade(futuresTrade(2, 1_011, 40, Aggressor.Buy))
    expect(unmatched()).toBe(61)
    state.applyDepth(depth(3, [[1_002, 1]], [[1_001, 1]])) // the ten that wait are lost with it
    expect(unmatched()).toBe(71)
    state.applyTrade(futuresTrade(4, 1_002, 100, Aggressor.Sell))
    expect(unmatched()).toBe(171)
  })

  it('cannot be matched once its price has slid out of view', () => {
    const flows: Flow[] = []
    const state = new DepthState(config, recordingObserver(flows))
    state.applyDepth(fullDepth(0, 1_000))
    state.applyTrade(futuresTrade(1, 991, 7, Aggressor.Sell))
    state.applyDepth(fullDepth(2, 1_001)) // 991 is no longer shown
    expect(state.counters.unmatchedFillLots).toBe(7)
    state.applyDepth(fullDepth(3, 1_000))
    state.advanceTo(NS_PER_S)
    expect(flows.filter((f) => f.filled > 0)).toEqual([])
  })
})

describe('what is not flow', () => {
  it('is a price that slides out of view or into it', () => {
    const flows: Flow[] = []
    const state = new DepthState(config, recordingObserver(flows))
    state.applyDepth(fullDepth(0, 1_000))
    flows.length = 0
    state.applyDepth(fullDepth(1, 1_001))
    expect(flows).toEqual([
      flow(1, Side.Bid, 1_001, { added: 50 }), // above the best bid: seen before, empty
      flow(1, Side.Bid, 991, { unobserved: -50 }),
      flow(1, Side.Ask, 1_001, { canceled: 50 }),
      flow(1, Side.Ask, 1_011, { unobserved: 50 }),
    ])
    expect(state.counters.unobservedLots).toBe(100 + 20 * 50)
  })

  it('does not slide where a side shows fewer than ten levels: all of it is seen', () => {
    const { state, flows } = openBook()
    state.applyDepth(
      depth(
        1,
        [
          [1_000, 50],
          [900, 5],
        ],
        [[1_001, 40]],
      ),
    )
    state.applyDepth(depth(2, [], [[1_001, 40]]))
    expect(flows).toEqual([
      flow(1, Side.Bid, 900, { added: 5 }),
      flow(2, Side.Bid, 1_000, { canceled: 50 }),
      flow(2, Side.Bid, 900, { canceled: 5 }),
    ])
  })

  it('is the first book, a resync, and what comes right after a resync', () => {
    const { state, flows } = openBook()
    expect(state.counters.unobservedLots).toBe(90)
    state.applyTrade(futuresTrade(1, 1_000, 5, Aggressor.Sell))
    state.applyDepth(depth(2, [[1_000, 45]], [[1_001, 40]], { isSnapshot: true }))
    expect(state.isResync).toBe(true)
    state.applyDepth(depth(3, [[1_000, 44]], [[1_001, 40]]))
    expect(state.isResync).toBe(false)
    state.applyDepth(depth(4, [[1_000, 43]], [[1_001, 40]]))
    expect(flows).toEqual([
      flow(2, Side.Bid, 1_000, { unobserved: -5 }),
      flow(3, Side.Bid, 1_000, { unobserved: -1 }),
      flow(4, Side.Bid, 1_000, { canceled: 1 }),
    ])
    expect(state.counters).toMatchObject({ updates: 4, resyncs: 1, unmatchedFillLots: 5 })
  })

  it('is whatever changes into or out of a crossed or locked book', () => {
    const { state, flows } = openBook()
    state.applyDepth(depth(1, [[1_001, 50]], [[1_001, 40]]))
    expect(state.isCrossed).toBe(true)
    state.applyDepth(depth(2, [[1_000, 50]], [[1_001, 41]]))
    expect(state.isCrossed).toBe(false)
    expect(flows.every((f) => f.added + f.canceled + f.filled === 0)).toBe(true)
    expect(zoneOf(state, Side.Ask, 1_000)).toMatchObject({ addedLots: 0, depthLots: 41 })
    expect(state.counters.crossed).toBe(1)
  })
})

describe('the reading of a zone', () => {
  const bids = (...quotes: Quote[]) => {
    const state = new DepthState(config, null)
    state.applyDepth(depth(0, quotes, [[2_000, 1]]))
    return state
  }

  it('sums flows over the window and its ticks, and what is shown there now', () => {
    const { state } = openBook()
    state.applyDepth(
      depth(
        10,
        [
          [1_000, 60],
          [990, 7],
        ],
        [[1_001, 40]],
      ),
    )
    state.applyDepth(
      depth(
        20,
        [
          [1_000, 55],
          [990, 9],
        ],
        [[1_001, 40]],
      ),
    )
    expect(zoneOf(state, Side.Bid, 1_000)).toEqual({
      addedLots: 10,
      canceledLots: 5,
      filledLots: 0,
      depthLots: 55,
      visibleTicks: 17,
      zoneTicks: 17,
      defendingTick: 1_000,
      defendingLots: 55,
    })
    state.advanceTo(240 * NS_PER_S + 10)
    expect(zoneOf(state, Side.Bid, 1_000)).toMatchObject({ addedLots: 0, canceledLots: 5 })
  })

  it('knows how much of the zone the ten levels of a side let one see', () => {
    const state = new DepthState(config, null)
    expect(zoneOf(state, Side.Bid, 995).visibleTicks).toBe(0) // no book
    state.applyDepth(fullDepth(0, 1_000)) // bids down to 991, asks up to 1010
    expect(zoneOf(state, Side.Bid, 995).visibleTicks).toBe(1_003 - 991 + 1)
    expect(zoneOf(state, Side.Ask, 995).visibleTicks).toBe(17)
    expect(zoneOf(state, Side.Bid, 980).visibleTicks).toBe(0)
    expect(zoneOf(state, Side.Ask, 1_008).visibleTicks).toBe(1_010 - 1_000 + 1)
  })

  it('names the largest size in the zone as the defending quote', () => {
    const state = bids([1_000, 5], [999, 30], [980, 90])
    expect(zoneOf(state, Side.Bid, 1_000)).toMatchObject({ defendingTick: 999, defendingLots: 30 })
  })

  it('prefers the nearest of equal sizes, then the lower price', () => {
    const state = bids([1_002, 30], [1_001, 30], [998, 30])
    expect(zoneOf(state, Side.Bid, 999).defendingTick).toBe(998)
    expect(zoneOf(state, Side.Bid, 1_000).defendingTick).toBe(1_001)
    expect(zoneOf(state, Side.Bid, 1_000.5).defendingTick).toBe(1_001)
    expect(zoneOf(state, Side.Bid, 999.5).defendingTick).toBe(998) // both 1.5 away
    expect(zoneOf(state, Side.Bid, 999.5 + 1e-9).defendingTick).toBe(998) // a conversion's last bits
  })

  it('names the best quote where the zone shows nothing, and none where the side is empty', () => {
    const state = bids([1_000, 5], [999, 30])
    expect(zoneOf(state, Side.Bid, 900)).toMatchObject({ defendingTick: 1_000, defendingLots: 5 })
    expect(zoneOf(bids(), Side.Bid, 900)).toMatchObject({
      defendingTick: NO_TICK,
      defendingLots: 0,
    })
  })
})

describe('the baseline', () => {
  /** Bids of so many lots on two levels three ticks apart: a mean over four visible ticks. */
  const shownAt = (state: DepthState, tsRelNs: number, lots: number) =>
    state.applyDepth(
      depth(
        tsRelNs,
        [
          [1_000, lots],
          [997, lots],
        ],
        [],
      ),
    )

  it('is the 20th percentile of mean lots per tick from the best to the deepest level shown', () => {
    const state = new DepthState(config, null)
    for (let i = 1; i <= 10; i++) {
      shownAt(state, i * NS_PER_S, 2 * i)
      state.sampleBaseline(i * NS_PER_S)
    }
    // Means 1, 2 … 10: a fifth of ten are at most 2.
    expect(state.thinThreshold(Side.Bid, 10 * NS_PER_S, false)).toBe(2)
  })

  it('counts the sample that is due now, whether it has been taken yet or not', () => {
    const state = new DepthState(config, null)
    for (let i = 1; i <= 3; i++) {
      shownAt(state, i * NS_PER_S, 2 * i)
      if (i < 3) state.sampleBaseline(i * NS_PER_S)
    }
    const now = 3 * NS_PER_S
    expect(state.thinThreshold(Side.Bid, now, false)).toBeNull() // two samples are not three
    expect(state.thinThreshold(Side.Bid, now, true)).toBe(1)
    state.sampleBaseline(now)
    expect(state.thinThreshold(Side.Bid, now, false)).toBe(1)
  })

  it('has no samples of an empty side, a crossed book, or none at all', () => {
    const state = new DepthState({ ...config, baselineMinSamples: 1 }, null)
    const known = () =>
      [Side.Bid, Side.Ask].map((side) => state.thinThreshold(side, 10 * NS_PER_S, false))
    state.sampleBaseline(1)
    state.applyDepth(depth(2, [[1_001, 1]], [[1_000, 1]]))
    state.sampleBaseline(3)
    state.applyDepth(depth(4, [[1_001, 8]], []))
    state.sampleBaseline(5)
    expect(known()).toEqual([8, null])
  })

  it('forgets samples after its window', () => {
    const state = new DepthState({ ...config, baselineMinSamples: 1 }, null)
    shownAt(state, 0, 2)
    state.sampleBaseline(0)
    shownAt(state, 1, 20)
    state.sampleBaseline(1)
    expect(state.thinThreshold(Side.Bid, 1_800 * NS_PER_S - 1, false)).toBe(1)
    expect(state.thinThreshold(Side.Bid, 1_800 * NS_PER_S, false)).toBe(10)
    expect(state.thinThreshold(Side.Bid, 1_800 * NS_PER_S + 1, false)).toBeNull()
  })
})

describe('the book', () => {
  it('is there to be read: best quotes, levels, sizes at a price', () => {
    const state = new DepthState(config, null)
    expect(state.hasBook).toBe(false)
    expect(state.lastUpdateRelNs).toBe(-Infinity)
    expect([state.bestBidTicks, state.bestAskTicks, state.bestBidLots]).toEqual([
      NO_TICK,
      NO_TICK,
      0,
    ])
    expect(state.newestBook()).toBeNull()
    const event = depth(
      5,
      [
        [1_000, 50],
        [998, 3],
      ],
      [[1_001, 40]],
      { seq: 9 },
    )
    state.applyDepth(event)
    expect(state.hasBook).toBe(true)
    expect(state.lastUpdateRelNs).toBe(5)
    expect([state.bestBidTicks, state.bestBidLots]).toEqual([1_000, 50])
    expect([state.bestAskTicks, state.bestAskLots]).toEqual([1_001, 40])
    expect([state.bidCount, state.askCount]).toEqual([2, 1])
    expect([state.lotsAt(998), state.lotsAt(999), state.lotsAt(NO_TICK)]).toEqual([3, 0, 0])
    const copy = new Int32Array(BOOK_SLOTS)
    state.copyBook(copy)
    expect(copy).toEqual(event.book)
    expect(state.newestBook()).toMatchObject({ tsRelNs: 5, seq: 9, bidCount: 2, book: event.book })
  })

  it('is kept for queries by time, the newest few, as copies', () => {
    const state = new DepthState(config, null)
    for (let i = 1; i <= 6; i++) state.applyDepth(depth(i * NS_PER_S, [[1_000, i]], []))
    const times = (tsRelNs: number, windowNs: number) =>
      state.booksInWindow(tsRelNs, windowNs).map((record) => record.tsRelNs / NS_PER_S)
    expect(times(6 * NS_PER_S, 2 * NS_PER_S)).toEqual([5, 6])
    expect(times(5 * NS_PER_S, 2 * NS_PER_S)).toEqual([4, 5])
    expect(times(6 * NS_PER_S, 60 * NS_PER_S)).toEqual([3, 4, 5, 6])
    expect(state.counters.historyDropped).toBe(2)
    state.booksInWindow(6 * NS_PER_S, NS_PER_S)[0]?.book.fill(0)
    expect(state.newestBook()?.book[0]).toBe(1_000)
  })

  it('never goes back in time', () => {
    const { state } = openBook()
    state.advanceTo(10)
    expect(() => state.advanceTo(9)).toThrow('Invariant: depth never goes back in time')
  })
})
