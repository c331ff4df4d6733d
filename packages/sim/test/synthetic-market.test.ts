import { ASK_LOTS, ASK_TICKS, BID_LOTS, BID_TICKS, ES_SPY, EventKind } from '@levels/kernel'
import { expect, it } from 'vitest'
import { DEMO_SCENES, SyntheticMarket } from '../src/index.ts'

const START = 50_400e9

function session(seed: number, check: ConstructorParameters<typeof SyntheticMarket>[1]): void {
  const market = new SyntheticMarket(
    {
      seed,
      pair: ES_SPY,
      startRelNs: START,
      tradingYmd: 20_260_310,
      minutesToExpiry: 360,
      levelUsd: 687,
      ratio: 10.0125,
      updatesPerS: 130,
      scenes: DEMO_SCENES,
    },
    check,
  )
  market.runUntil(600)
}

it('keeps a book that could be real: ten levels, ordered, never crossed, no empty size', () => {
  let books = 0
  session(3, (event) => {
    if (event.kind !== EventKind.Depth) return
    books++
    const { book } = event
    expect(event.bidCount + event.askCount).toBe(20)
    if (!((book[BID_TICKS] ?? 0) < (book[ASK_TICKS] ?? 0))) throw new Error('crossed')
    for (let i = 0; i < 10; i++) {
      const isOrdered =
        i === 0 ||
        ((book[BID_TICKS + i] ?? 0) < (book[BID_TICKS + i - 1] ?? 0) &&
          (book[ASK_TICKS + i] ?? 0) > (book[ASK_TICKS + i - 1] ?? 0))
      if (!isOrdered) throw new Error(`level ${i} is out of order`)
      if (!((book[BID_LOTS + i] ?? 0) > 0 && (book[ASK_LOTS + i] ?? 0) > 0))
        throw new Error('empty')
    }
  })
  expect(books).toBeGreaterThan(50_000)
})

it('trades only at the best price that was shown, and no more than was shown there', () => {
  let best = { bid: 0, bidLots: 0, ask: 0, askLots: 0 }
  let trades = 0
  session(4, (event) => {
    if (event.kind === EventKind.Depth) {
      const { book } = event
      best = {
        bid: book[BID_TICKS] ?? 0,
        bidLots: book[BID_LOTS] ?? 0,
        ask: book[ASK_TICKS] ?? 0,
        askLots: book[ASK_LOTS] ?? 0,
      }
    }
    if (event.kind !== EventKind.FuturesTrade || best.bid === 0) return
    trades++
    const isBuy = event.aggressor === 1
    if (event.priceTicks !== (isBuy ? best.ask : best.bid)) throw new Error('not at the best')
    if (event.size > (isBuy ? best.askLots : best.bidLots)) throw new Error('more than shown')
  })
  expect(trades).toBeGreaterThan(5_000)
})

it('never steps back in time and numbers its events', () => {
  let last = { ts: START, seq: 0 }
  session(5, (event) => {
    if (event.tsRelNs < last.ts || event.tsRecvRelNs < event.tsRelNs) throw new Error('time')
    if (event.seq !== last.seq + 1) throw new Error('sequence')
    last = { ts: event.tsRelNs, seq: event.seq }
  })
  expect(last.seq).toBeGreaterThan(80_000)
})
