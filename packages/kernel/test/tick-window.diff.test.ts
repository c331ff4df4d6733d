import fc from 'fast-check'
import { expect, it } from 'vitest'
import { StateReader, StateWriter, TickWindow } from '../src/index.ts'

interface Entry {
  readonly ts: number
  readonly tick: number
  readonly channel: number
  readonly amount: number
}

const CHANNELS = 3
const CAPACITY = 1024

/** The window as one would say it: all entries in a list, filtered and added up anew each time. */
class NaiveWindow {
  readonly windowNs: number
  entries: Entry[] = []
  droppedCount = 0

  constructor(windowNs: number) {
    this.windowNs = windowNs
  }

  add(entry: Entry): void {
    this.advanceTo(entry.ts)
    if (this.entries.length === CAPACITY) {
      this.entries.shift()
      this.droppedCount++
    }
    this.entries.push(entry)
  }

  advanceTo(ts: number): void {
    this.entries = this.entries.filter((entry) => entry.ts > ts - this.windowNs)
  }

  sums(lo: number, hi: number): number[] {
    return Array.from({ length: CHANNELS }, (_, channel) =>
      this.entries
        .filter((e) => e.channel === channel && e.tick >= lo && e.tick <= hi)
        .reduce((sum, e) => sum + e.amount, 0),
    )
  }
}

/** Ticks near page borders, on both sides of zero, and far away. */
const anyTick = fc.oneof(
  fc.integer({ min: -6, max: 6 }),
  fc.integer({ min: 250, max: 262 }),
  fc.integer({ min: -262, max: -250 }),
  fc.constantFrom(-2_147_483_647, 2_147_483_647, 19_149, -19_149),
)
const anyAmount = fc.oneof(
  fc.integer({ min: -50, max: 50 }),
  fc.constantFrom(2_147_483_647, -2_147_483_648),
)

const anyStep = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('add' as const),
      gap: fc.constantFrom(0, 0, 1, 7, 60),
      tick: anyTick,
      channel: fc.integer({ min: 0, max: CHANNELS - 1 }),
      amount: anyAmount,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('burst' as const),
      size: fc.integer({ min: 300, max: 1_500 }),
      tick: anyTick,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('advance' as const),
      gap: fc.constantFrom(0, 1, 99, 100, 101, 1_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('restore' as const) }) },
)

function restored(window: TickWindow, windowNs: number): TickWindow {
  const writer = new StateWriter('TEST', 1)
  window.encode(writer)
  const reader = new StateReader(writer.finish(), 'TEST', 1)
  const copy = new TickWindow({ windowNs, channels: CHANNELS, capacity: CAPACITY })
  copy.decode(reader)
  reader.end()
  return copy
}

it('equals a list that is filtered and added up from scratch, through bursts and restores', () => {
  const zones = [
    [-3, 3],
    [-300, 300],
    [254, 258],
    [19_140, 19_150],
    [2_147_483_647, 2_147_483_647],
  ] as const
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 60 }), (steps) => {
      let window = new TickWindow({ windowNs: 100, channels: CHANNELS, capacity: CAPACITY })
      const naive = new NaiveWindow(100)
      let ts = 0
      const add = (entry: Entry): void => {
        window.add(entry.ts, entry.tick, entry.channel, entry.amount)
        naive.add(entry)
      }
      const out = new Float64Array(CHANNELS)
      for (const step of steps) {
        if (step.type === 'add') add({ ...step, ts: (ts += step.gap) })
        else if (step.type === 'burst') {
          for (let i = 0; i < step.size; i++) add({ ts, tick: step.tick, channel: 1, amount: i })
        } else if (step.type === 'advance') {
          window.advanceTo((ts += step.gap))
          naive.advanceTo(ts)
        } else window = restored(window, 100)
        for (const [lo, hi] of zones) {
          window.sumInto(lo, hi, out)
          expect([...out]).toEqual(naive.sums(lo, hi))
        }
        expect(window.count).toBe(naive.entries.length)
        expect(window.droppedCount).toBe(naive.droppedCount)
      }
    }),
    { numRuns: 60 },
  )
})
