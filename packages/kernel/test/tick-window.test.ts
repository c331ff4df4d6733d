import { describe, expect, it } from 'vitest'
import {
  InvariantError,
  StateReader,
  StateWriter,
  PAGE_CAPACITY,
  TickWindow,
} from '../src/index.ts'

const options = { windowNs: 100, channels: 2, capacity: 1024 }

function zoneSums(window: TickWindow, loTick: number, hiTick: number): number[] {
  const out = new Float64Array(2)
  window.sumInto(loTick, hiTick, out)
  return [...out]
}

describe('TickWindow', () => {
  it('holds what has t − window < ts ≤ t', () => {
    const window = new TickWindow(options)
    window.add(0, 10, 0, 5)
    window.advanceTo(99)
    expect(zoneSums(window, 10, 10)).toEqual([5, 0])
    window.advanceTo(100)
    expect(zoneSums(window, 10, 10)).toEqual([0, 0])
    expect(window.count).toBe(0)
  })

  it('keeps channels and ticks apart, zone ends included', () => {
    const window = new TickWindow(options)
    window.add(0, 10, 0, 1)
    window.add(0, 11, 0, 2)
    window.add(0, 11, 1, 30)
    window.add(0, 12, 1, -400)
    expect(zoneSums(window, 10, 11)).toEqual([3, 30])
    expect(zoneSums(window, 11, 12)).toEqual([2, -370])
    expect(zoneSums(window, 12, 10)).toEqual([0, 0])
  })

  it('sums across page borders and below zero', () => {
    const window = new TickWindow(options)
    for (const tick of [-513, -257, -256, -255, -1, 0, 255, 256, 511, 512]) {
      window.add(0, tick, 0, 1)
    }
    expect(zoneSums(window, -513, 512)).toEqual([10, 0])
    expect(zoneSums(window, -256, -1)).toEqual([3, 0])
    expect(zoneSums(window, 255, 256)).toEqual([2, 0])
    expect(zoneSums(window, -2_000_000, -514)).toEqual([0, 0])
  })

  it('drops the oldest entry, and counts it, when it is full', () => {
    const window = new TickWindow(options)
    for (let i = 0; i < 1024; i++) window.add(i / 100, 7, 0, 1)
    window.add(11, 7, 0, 1000)
    expect(window.droppedCount).toBe(1)
    expect(window.count).toBe(1024)
    expect(zoneSums(window, 7, 7)).toEqual([2023, 0])
  })

  it('answers the same however often it was advanced to a time', () => {
    const window = new TickWindow(options)
    window.add(0, 1, 0, 1)
    window.add(50, 1, 0, 2)
    for (let i = 0; i < 5; i++) {
      window.advanceTo(120)
      expect(zoneSums(window, 1, 1)).toEqual([2, 0])
    }
  })

  it('starts a recycled page from zero', () => {
    const window = new TickWindow(options)
    window.add(0, 5, 1, 9)
    window.add(200, 5_000, 0, 1)
    expect(zoneSums(window, 5_000, 5_010)).toEqual([1, 0])
    expect(zoneSums(window, 0, 300)).toEqual([0, 0])
  })

  it('refuses to go back in time', () => {
    const window = new TickWindow(options)
    window.advanceTo(10)
    expect(() => {
      window.advanceTo(9)
    }).toThrow(InvariantError)
    expect(() => {
      window.advanceWith({ tsRelNs: 9 })
    }).toThrow(InvariantError)
    expect(() => {
      window.add(NaN, 1, 0, 1)
    }).toThrow(InvariantError)
  })

  it('adds at the present time and advances with an event, as with its numbers', () => {
    const window = new TickWindow(options)
    window.advanceWith({ tsRelNs: 10 })
    window.addNow(1, 0, 4)
    window.advanceWith({ tsRelNs: 109 })
    expect(zoneSums(window, 1, 1)).toEqual([4, 0])
    window.advanceWith({ tsRelNs: 110 })
    expect(zoneSums(window, 1, 1)).toEqual([0, 0])
  })

  it('refuses what its arrays would cut to something else', () => {
    const window = new TickWindow(options)
    const wrong: readonly (readonly [tick: number, channel: number, amount: number])[] = [
      [1, 0, 2 ** 53],
      [1, 0, 0.5],
      [1, 0, NaN],
      [2 ** 31, 0, 1],
      [0.5, 0, 1],
      [1, 2, 1],
      [1, -1, 1],
    ]
    for (const [tick, channel, amount] of wrong) {
      expect(() => {
        window.add(0, tick, channel, amount)
      }).toThrow(InvariantError)
      expect(() => {
        window.addNow(tick, channel, amount)
      }).toThrow(InvariantError)
    }
    expect(window.count).toBe(0)
    for (const broken of [{ windowNs: 0 }, { channels: 0 }, { channels: 257 }, { capacity: 1 }]) {
      expect(() => new TickWindow({ ...options, ...broken })).toThrow(InvariantError)
    }
  })

  it('takes sizes beyond 32 bits', () => {
    const window = new TickWindow(options)
    window.add(0, 7, 0, 3_000_000_000)
    window.addNow(7, 0, 3_000_000_000)
    const out = new Float64Array(options.channels)
    window.sumInto(7, 7, out)
    expect(out[0]).toBe(6_000_000_000)
  })

  it('lets the oldest leave early when prices spread over more pages than it may use', () => {
    const window = new TickWindow(options)
    for (let page = 0; page < PAGE_CAPACITY + 3; page++) window.add(0, page * 256, 0, 1)
    expect(window.droppedCount).toBe(3)
    const out = new Float64Array(options.channels)
    window.sumInto(0, 3 * 256, out)
    expect(out[0]).toBe(1) // pages 0, 1 and 2 are gone
  })

  it('replaces all it held when it is decoded', () => {
    const source = new TickWindow(options)
    for (let i = 0; i < 1500; i++) source.add(i / 100, i % 3, i % 2, i)
    const writer = new StateWriter('TEST', 1)
    source.encode(writer)
    const target = new TickWindow(options)
    target.add(1_000_000, 1, 1, 777)
    target.decode(new StateReader(writer.finish(), 'TEST', 1))
    expect(zoneSums(target, -10, 10)).toEqual(zoneSums(source, -10, 10))
    expect(target.count).toBe(1024)
    expect(target.droppedCount).toBe(476)
  })
})
