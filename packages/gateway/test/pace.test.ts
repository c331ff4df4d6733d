import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { MessageRate } from '../src/message-rate.ts'
import { Pace } from '../src/pace.ts'

describe('a pace', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('tells at once, then once an interval, whatever comes in between', () => {
    let told = 0
    const pace = new Pace(50, () => told++)
    for (let ms = 0; ms < 500; ms++) {
      pace.notify()
      vi.advanceTimersByTime(1)
    }
    expect(told).toBe(11)
  })

  it('does not delay what comes slower than that', () => {
    const atMs: number[] = []
    const pace = new Pace(50, () => atMs.push(performance.now()))
    const startMs = performance.now()
    for (let n = 0; n < 4; n++) {
      pace.notify()
      vi.advanceTimersByTime(250)
    }
    expect(atMs.map((ms) => ms - startMs)).toEqual([0, 250, 500, 750])
  })

  it('tells nothing once it is stopped', () => {
    let told = 0
    const pace = new Pace(50, () => told++)
    pace.notify()
    pace.notify()
    pace.stop()
    vi.advanceTimersByTime(1000)
    expect(told).toBe(1)
  })
})

describe('a rate', () => {
  it('is 200 messages at once and 100 a second', () => {
    let nowMs = 0
    const rate = new MessageRate(() => nowMs)
    const taken = (count: number): number =>
      Array.from({ length: count }, () => rate.take()).filter(Boolean).length
    expect(taken(300)).toBe(200)
    expect(rate.refused).toBe(100)
    nowMs = 500
    expect(taken(300)).toBe(50)
    nowMs = 60_000
    expect(rate.take(201)).toBe(false)
    expect(rate.take(200)).toBe(true)
  })
})
