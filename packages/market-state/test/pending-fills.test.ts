import { Side } from '@levels/kernel'
import { expect, it } from 'vitest'
import { PENDING_PRICES, PENDING_TRADES, PendingFills } from '../src/pending-fills.ts'
import { futuresTrade } from './events.ts'
import { restoreInto } from './saved-state.ts'

const WAIT_NS = 10
const newPending = () => new PendingFills(WAIT_NS)
const trade = (tick: number, lots: number, tsRelNs: number) => futuresTrade(tsRelNs, tick, lots)

it('adds up trades at a price and gives them away once', () => {
  const pending = newPending()
  pending.add(Side.Bid, trade(100, 3, 1))
  pending.add(Side.Ask, trade(100, 4, 1))
  pending.add(Side.Bid, trade(100, 5, 2))
  expect(pending.take(Side.Bid, 100)).toBe(8)
  expect(pending.take(Side.Bid, 100)).toBe(0)
  expect(pending.isEmpty(Side.Bid)).toBe(true)
  expect(pending.take(Side.Ask, 100)).toBe(4)
})

it('gives trades up in the order of their deadlines, without those already taken', () => {
  const pending = newPending()
  pending.add(Side.Bid, trade(100, 3, 10))
  pending.add(Side.Bid, trade(101, 4, 20))
  pending.take(Side.Bid, 100)
  pending.add(Side.Bid, trade(100, 7, 30)) // the same price again
  const due: number[][] = []
  for (let tsRelNs = 0; tsRelNs < 100; tsRelNs++) {
    while (pending.isDue({ tsRelNs })) {
      pending.shift()
      due.push([tsRelNs, pending.dueNs, pending.dueTick, pending.dueLots])
    }
  }
  expect(due).toEqual([
    [20, 20, 100, 0],
    [30, 30, 101, 4],
    [40, 40, 100, 7],
  ])
})

it('takes what lies beyond the last visible price of a side', () => {
  const pending = newPending()
  for (const tick of [98, 99, 100, 101]) {
    pending.add(Side.Bid, trade(tick, 1, 1))
    pending.add(Side.Ask, trade(tick, 10, 1))
  }
  expect(pending.takeBeyond(Side.Bid, 100)).toBe(2)
  expect(pending.takeBeyond(Side.Ask, 100)).toBe(10)
  expect(pending.take(Side.Bid, 99)).toBe(0)
  expect(pending.take(Side.Bid, 100)).toBe(1)
  expect(pending.takeAll()).toBe(31)
})

it('refuses more prices, and more trades, than it has room for', () => {
  const pending = newPending()
  for (let i = 0; i < PENDING_PRICES; i++) expect(pending.add(Side.Bid, trade(i, 1, 1))).toBe(true)
  expect(pending.add(Side.Bid, trade(PENDING_PRICES, 1, 1))).toBe(false)
  expect(pending.add(Side.Ask, trade(PENDING_PRICES, 1, 1))).toBe(true)
  while (pending.add(Side.Bid, trade(0, 1, 2)));
  expect(pending.takeAll()).toBe(PENDING_TRADES)
  expect(pending.add(Side.Bid, trade(0, 1, 3))).toBe(false) // what was taken leaves at its deadline
  pending.shift()
  expect(pending.add(Side.Bid, trade(0, 1, 3))).toBe(true)
})

it('keeps what was taken apart from what waits when it is saved and restored', () => {
  const pending = newPending()
  pending.add(Side.Ask, trade(100, 3, 10))
  pending.take(Side.Ask, 100)
  pending.add(Side.Ask, trade(100, 5, 20))
  const restored = restoreInto(newPending(), pending)
  expect(restored.isDue({ tsRelNs: 19 })).toBe(false)
  expect(restored.isDue({ tsRelNs: 20 })).toBe(true)
  restored.shift()
  expect(restored.dueLots).toBe(0)
  expect(restored.take(Side.Ask, 100)).toBe(5)
})
