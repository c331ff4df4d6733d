import { decodeMarketEvent, isMarketSubject } from '@levels/contracts'
import { RangeViolationError } from '@levels/kernel'
import { describe, expect, it } from 'vitest'
import { marketMessages, type MarketMessageBytes } from '../src/index.ts'

/** A wall clock that passes only while it is slept on. */
class HandClock {
  ms = 0
  readonly sleeps: number[] = []
  readonly nowMs = (): number => this.ms
  readonly sleep = async (ms: number): Promise<void> => {
    this.sleeps.push(ms)
    this.ms += ms
    return Promise.resolve()
  }
}

async function collect(messages: AsyncIterable<MarketMessageBytes>): Promise<MarketMessageBytes[]> {
  const all: MarketMessageBytes[] = []
  for await (const message of messages) all.push(message)
  return all
}

function tsOf({ subject, data }: MarketMessageBytes): bigint {
  if (!isMarketSubject(subject)) throw new Error(`not of a market: ${subject}`)
  const decoded = decodeMarketEvent(subject, data)
  if (!decoded.ok) throw new Error(decoded.reject.message)
  return decoded.value.event.tsEventNs
}

describe('messages of a market', () => {
  it('are those the contracts know, in the order of their times, on every subject', async () => {
    const messages = await collect(marketMessages({ seed: 3, speed: 0, durationS: 30, rate: 2 }))
    expect(new Set(messages.map(({ subject }) => subject)).size).toBe(5)
    const times = messages.map(tsOf)
    expect(times.every((ts, i) => i === 0 || ts >= times[i - 1]!)).toBe(true)
  })

  it('begin with a snapshot of the book, as a feed does, and hold no other', async () => {
    const messages = await collect(marketMessages({ seed: 3, speed: 0, durationS: 10 }))
    const depth = messages.filter(({ subject }) => subject === 'market.futures.mbp10')
    const isSnapshot = depth.map(({ data }) => Buffer.from(data).includes('"is_snapshot":true'))
    expect(isSnapshot.indexOf(true)).toBe(0)
    expect(isSnapshot.lastIndexOf(true)).toBe(0)
    expect(isSnapshot.length).toBeGreaterThan(10)
  })

  it('come when they happen, however fast the clock is', async () => {
    const clock = new HandClock()
    const beginNs = tsOf((await collect(marketMessages({ seed: 3, speed: 0, durationS: 1 })))[0]!)
    const messages = marketMessages({ seed: 3, speed: 2, durationS: 5, clock })
    for await (const message of messages) {
      const happenedMs = Number(tsOf(message) - beginNs) / 1e6
      const wallMs = happenedMs / 2
      expect(wallMs).toBeLessThanOrEqual(clock.ms + 1e-6)
      expect(clock.ms - wallMs).toBeLessThan(25)
    }
    expect(clock.ms).toBeGreaterThan(2_400)
    expect(clock.ms).toBeLessThan(2_600)
  })

  it('are the same at any speed', async () => {
    const fast = await collect(marketMessages({ seed: 3, speed: 0, durationS: 5 }))
    const clock = new HandClock()
    const slow = await collect(marketMessages({ seed: 3, speed: 7, durationS: 5, clock }))
    expect(slow).toEqual(fast)
  })

  it('end when told to', async () => {
    const stop = new AbortController()
    const clock = new HandClock()
    let count = 0
    for await (const message of marketMessages({ seed: 3, speed: 1, clock, signal: stop.signal })) {
      expect(message.data.length).toBeGreaterThan(0)
      if (++count === 200) stop.abort()
    }
    // What was made before is still given.
    expect(count).toBeLessThan(400)
  })

  it('are refused a speed that is none', async () => {
    await expect(collect(marketMessages({ seed: 3, speed: -1 }))).rejects.toThrow(
      RangeViolationError,
    )
  })
})
