import fc from 'fast-check'
import { expect, it } from 'vitest'
import { StateCodecError, StateReader, StateWriter } from '../src/index.ts'
import { TickEntries } from '../src/tick-entries.ts'

type Entry = readonly [tsNs: number, tick: number, channel: number, amount: number]

function push(entries: TickEntries, [tsNs, tick, channel, amount]: Entry): void {
  entries.nowNs = tsNs
  entries.push(tick, channel, amount)
}

function shift(entries: TickEntries): Entry {
  const { tsNs, tick, channel, amount } = entries.oldest
  entries.shift()
  return [tsNs, tick, channel, amount]
}

function savedBytes(entries: TickEntries): Uint8Array {
  const writer = new StateWriter('TEST', 1)
  entries.encode(writer)
  return writer.finish()
}

function restored(from: TickEntries): { entries: TickEntries; seen: number[][] } {
  const entries = new TickEntries()
  const seen: number[][] = []
  const reader = new StateReader(savedBytes(from), 'TEST', 1)
  entries.decode(reader, (...entry) => seen.push(entry))
  reader.end()
  return { entries, seen }
}

/** Near the entry before, so that two words hold it, and anything else that a window may be given. */
const anyGapNs = fc.oneof(
  fc.constantFrom(0, 1, 50_000, 2 ** 31 - 1, 2 ** 31, 2 ** 40, 0.5, 1e300),
  fc.nat({ max: 2 ** 32 }),
)
const anyTick = fc.oneof(
  fc.integer({ min: 1_000, max: 1_040 }),
  fc.constantFrom(-128, -127, 127, 128, 2 ** 31 - 1, -(2 ** 31)),
)
const anyAmount = fc.oneof(
  fc.nat({ max: 300 }),
  fc.constantFrom(0xffff, 0x1_0000, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER),
)
const anyStep = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(anyGapNs, anyTick, fc.nat({ max: 255 }), anyAmount) },
  { weight: 3, arbitrary: fc.constant('shift' as const) },
  { weight: 1, arbitrary: fc.constant('restore' as const) },
)

it('are a queue that gives back what was put in, also when saved and restored in between', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 60 }), (steps) => {
      let entries = new TickEntries()
      const naive: Entry[] = []
      let tsNs = 0
      for (const step of steps) {
        if (step === 'shift') {
          if (naive.length > 0) expect(shift(entries)).toEqual(naive.shift())
        } else if (step === 'restore') {
          const copy = restored(entries)
          expect(copy.seen).toEqual(naive.map(([, ...rest]) => rest))
          expect(savedBytes(copy.entries)).toEqual(savedBytes(entries))
          entries = copy.entries
        } else {
          const [gapNs, ...rest] = step
          const entry: Entry = [(tsNs += gapNs), ...rest]
          push(entries, entry)
          naive.push(entry)
        }
        expect(entries.count).toBe(naive.length)
      }
      for (const entry of naive) expect(shift(entries)).toEqual(entry)
    }),
  )
})

it('give back a time that is not the sum of the one before and what they differ by', () => {
  const entries = new TickEntries()
  const [before, after] = [0.6660604704563282, 3.6660604704563284]
  expect(before + (after - before)).not.toBe(after)
  for (const tsNs of [before, after]) push(entries, [tsNs, 1_000, 0, 1])
  shift(entries)
  expect(entries.oldest.tsNs).toBe(after)
})

it('go on over many pieces of memory, and through a time before any was told', () => {
  let entries = new TickEntries()
  push(entries, [-Infinity, 5, 0, 1])
  push(entries, [-Infinity, 6, 0, 1])
  expect(shift(entries)).toEqual([-Infinity, 5, 0, 1])
  const entry = (i: number): Entry => [i * 50_000, 1_000 + (i % 300), i % 256, i % 70_000]
  for (let i = 0; i < 40_000; i++) push(entries, entry(i))
  expect(shift(entries)).toEqual([-Infinity, 6, 0, 1])
  for (let i = 0; i < 30_000; i++) {
    if (shift(entries)[0] !== i * 50_000) throw new Error(`entry ${i} is another`)
    push(entries, entry(40_000 + i))
    if (i % 9_000 === 0) {
      const copy = restored(entries).entries
      expect(Buffer.compare(savedBytes(copy), savedBytes(entries))).toBe(0)
      entries = copy
    }
  }
  for (let i = 30_000; i < 70_000; i++) {
    const oldest = shift(entries)
    if (oldest.some((value, k) => value !== entry(i)[k])) throw new Error(`entry ${i} is another`)
  }
  expect(entries.count).toBe(0)
})

it('are equal bytes when they are equal, whatever came before them', () => {
  const one = new TickEntries()
  const other = new TickEntries()
  for (let i = 0; i < 20_000; i++) push(other, [i, 7 * i, 1, 1])
  for (let i = 0; i < 20_000; i++) shift(other)
  for (let i = 0; i < 10_000; i++) {
    const entry: Entry = [50_000 + i, 1_000 - (i % 5), 3, i]
    push(one, entry)
    push(other, entry)
  }
  expect(Buffer.compare(savedBytes(other), savedBytes(one))).toBe(0)
})

it('refuse a saved number of entries that is not that of the words', () => {
  for (const count of [2, 4, 5.5, 1e18, -1, NaN]) {
    const writer = new StateWriter('TEST', 1).number(count)
    writer.number(0).number(0).number(0).number(1)
    writer.words([Int32Array.of(1, 1, 1, 1)])
    const reader = new StateReader(writer.finish(), 'TEST', 1)
    expect(() => new TickEntries().decode(reader, () => undefined)).toThrow(StateCodecError)
  }
})
