import { SessionClock } from '@levels/calendar'
import { EventKind, NS_PER_MS, NS_PER_S } from '@levels/kernel'
import { describe, expect, it } from 'vitest'
import { FeedError } from '../src/errors.ts'
import type { EventSource, SourceContext, SourceInfo } from '../src/event-source.ts'
import type { PaceClock } from '../src/pacer.ts'
import { replay, replayEpoch, type ReplayOptions } from '../src/replay.ts'
import { ALWAYS_OPEN, EPOCH_NS, OPEN_RELNS as T } from './support.ts'

/** A source of given event times, in ms after `T`, so many at a turn; a fault may follow them. */
class ListSource implements EventSource {
  readonly info: SourceInfo
  readonly byteOffset = 0
  readonly line = null
  bytesRead = 0
  isClosed = false
  #context: SourceContext | null = null
  #at = 0
  #loaded = 0
  readonly #timesMs: readonly number[]
  readonly #fault: FeedError | null
  readonly #perTurn: number

  constructor(
    path: string,
    timesMs: readonly number[],
    fault: FeedError | null = null,
    perTurn = 1,
  ) {
    this.#timesMs = timesMs
    this.#fault = fault
    this.#perTurn = perTurn
    const [first] = timesMs
    const firstNs = first === undefined ? null : EPOCH_NS + BigInt(T + first * NS_PER_MS)
    this.info = {
      path,
      sizeBytes: timesMs.length,
      format: 'ndjson',
      compression: 'none',
      schema: null,
      symbols: [],
      firstEventNs: firstNs,
      firstRecvNs: firstNs,
    }
  }

  start(context: SourceContext): void {
    this.#context = context
  }

  load(): Promise<boolean> {
    if (this.#loaded === this.#timesMs.length && this.#fault !== null) throw this.#fault
    const from = this.#loaded
    this.#loaded = Math.min(from + 3 * this.#perTurn, this.#timesMs.length)
    this.bytesRead = this.#loaded
    return Promise.resolve(this.#loaded > from)
  }

  decode(): boolean {
    if (this.#context === null || this.#at === this.#loaded) return false
    const { buffer, sourceIndex } = this.#context
    const end = Math.min(this.#at + this.#perTurn, this.#loaded)
    while (this.#at < end) {
      const event = buffer.acquire()
      event.kind = EventKind.StockTrade
      event.tsRelNs = T + (this.#timesMs[this.#at++] ?? 0) * NS_PER_MS
      event.tsRecvRelNs = event.tsRelNs
      buffer.push(event, sourceIndex)
    }
    return true
  }

  close(): Promise<void> {
    this.isClosed = true
    return Promise.resolve()
  }
}

const faultOf = (file: string) =>
  new FeedError({ code: 'CORRUPT_INPUT', file, byteOffset: 9, reason: 'expected more, was less' })

/** Runs sources and notes what comes, as ms after `T`: `e` an event, `b` a boundary. */
async function run(sources: readonly EventSource[], options: Partial<ReplayOptions> = {}) {
  const order: string[] = []
  const at = (ts: number): string => String((ts - T) / NS_PER_MS)
  const result = await replay({
    sources,
    epochNs: replayEpoch(sources),
    hours: ALWAYS_OPEN,
    consumer: {
      onEvent: (event) => order.push(`e${at(event.tsRelNs)}`),
      onBoundary: (tsRelNs) => order.push(`b${at(tsRelNs)}`),
    },
    ...options,
  })
  return { order, result }
}

const ns = (ms: number): bigint => EPOCH_NS + BigInt(T + ms * NS_PER_MS)

describe('replay', () => {
  it('merges sources and puts the boundaries between their events', async () => {
    const sources = [
      new ListSource('a', [10, 260, 900]),
      new ListSource('b', [20, 240, 250, 251]),
      new ListSource('empty', []),
    ]
    const { order, result } = await run(sources)
    expect(order).toEqual([
      'e10',
      'e20',
      'e240',
      'e250',
      'b250',
      'e251',
      'e260',
      'b500',
      'b750',
      'e900',
    ])
    expect(result).toMatchObject({
      outcome: 'end',
      eventCount: 7,
      boundaryCount: 3,
      firstRelNs: T + 10 * NS_PER_MS,
      lastRelNs: T + 900 * NS_PER_MS,
    })
    expect(result.events.StockTrade).toBe(7)
    expect(sources.every((source) => source.isClosed)).toBe(true)
  })

  it('puts right what steps back within the lateness, and refuses what does not', async () => {
    const { order, result } = await run([new ListSource('a', [0, 600, 150, 99, 700])])
    expect(order.filter((o) => o.startsWith('e'))).toEqual(['e0', 'e150', 'e600', 'e700'])
    expect(result.rejects.LATE).toBe(1)
    expect(result.rejected[0]).toMatchObject({ code: 'LATE', file: 'a' })
    expect(result.rejected[0]?.message).toMatch(/was 501 ms behind$/)
  })

  it('takes its epoch from the earliest capture', () => {
    expect(replayEpoch([new ListSource('a', [86_400_000]), new ListSource('b', [0])])).toBe(
      EPOCH_NS,
    )
    expect(replayEpoch([])).toBe(0n)
  })

  it('applies what is before `from` without boundaries', async () => {
    const { order } = await run([new ListSource('a', [0, 300, 900])], { fromNs: ns(500) })
    expect(order).toEqual(['e0', 'e300', 'b500', 'b750', 'e900'])
  })

  it('ends at `to` as a longer run passes it', async () => {
    const times = [0, 300, 900, 5_000, 9_000]
    const { order, result } = await run([new ListSource('a', times)], { toNs: ns(1_000) })
    expect(order).toEqual(['e0', 'b0', 'b250', 'e300', 'b500', 'b750', 'e900', 'b1000'])
    expect(result.outcome).toBe('to')
    const whole = await run([new ListSource('a', times)])
    expect(whole.order.slice(0, order.length)).toEqual(order)
    const short = await run([new ListSource('a', [0, 300])], { toNs: ns(1_000) })
    expect(short.order).toEqual(['e0', 'b0', 'b250', 'e300'])
    expect(short.result.outcome).toBe('end')
  })

  it('reads no further than it must for `to`', async () => {
    const source = new ListSource(
      'a',
      Array.from({ length: 1_000 }, (_, i) => i * 100),
    )
    await run([source], { toNs: ns(1_000) })
    expect(source.bytesRead).toBeLessThan(30)
  })

  it('ends at the last event before a fault, with all sources up to there', async () => {
    const sources = [
      new ListSource('good', [0, 200, 400, 600, 2_000, 4_000]),
      new ListSource('bad', [100, 500], faultOf('bad')),
    ]
    const { order, result } = await run(sources)
    expect(order).toEqual(['e0', 'b0', 'e100', 'e200', 'b250', 'e400', 'e500', 'b500'])
    expect(result.outcome).toBe('fault')
    expect(result.faults).toEqual([
      { code: 'CORRUPT_INPUT', file: 'bad', byteOffset: 9, reason: 'expected more, was less' },
    ])
  })

  it('delivers nothing where a source is at fault before its first event', async () => {
    const sources = [new ListSource('good', [0, 200]), new ListSource('bad', [], faultOf('bad'))]
    const { order, result } = await run(sources)
    expect(order).toEqual([])
    expect(result.faults).toHaveLength(1)
  })

  it('lets errors of the consumer through, and closes the sources', async () => {
    const source = new ListSource('a', [0, 1])
    const consumer = {
      onEvent: () => {
        throw new Error('broken')
      },
      onBoundary: () => undefined,
    }
    await expect(run([source], { consumer })).rejects.toThrow('broken')
    expect(source.isClosed).toBe(true)
  })

  it('stops when told to, without ending the session', async () => {
    const controller = new AbortController()
    const times = Array.from({ length: 100 }, (_, i) => i * 1_000)
    const order: number[] = []
    const { result } = await run([new ListSource('a', times)], {
      signal: controller.signal,
      consumer: {
        onEvent: (event) => {
          if (order.push(event.tsRelNs) === 10) controller.abort()
        },
        onBoundary: () => undefined,
      },
    })
    expect(result.outcome).toBe('aborted')
    expect(result.eventCount).toBeLessThan(20)
  })

  it('reports how far it is', async () => {
    const shares: number[] = []
    const times = Array.from({ length: 30 }, (_, i) => i * 1_000)
    await run([new ListSource('a', times)], { onProgress: ({ share }) => shares.push(share) })
    expect(shares.at(-1)).toBe(1)
    expect([...shares].sort((a, b) => a - b)).toEqual(shares)
    expect(shares.length).toBeGreaterThan(5)
  })

  it('emits boundaries by the calendar only', async () => {
    // Friday 19 January 2024, 21:59:59.6 UTC is 0.4 s before the weekly close.
    const close = Date.UTC(2024, 0, 19, 22) - Date.UTC(2024, 0, 17, 15)
    const weekend = 49 * 3_600_000
    const times = [close - 400, close + 1_000, close + weekend + 300]
    const hours = new SessionClock(EPOCH_NS)
    const { order } = await run([new ListSource('a', times)], { hours })
    const after = (ms: number): string => String(close + ms)
    expect(order).toEqual([
      `e${after(-400)}`,
      `b${after(-250)}`,
      `e${after(1_000)}`,
      `b${after(weekend)}`,
      `b${after(weekend + 250)}`,
      `e${after(weekend + 300)}`,
    ])
  })
})

describe('pacing', () => {
  /** A wall clock on which only sleeping takes time. */
  class SleepClock implements PaceClock {
    ms = 5_000
    nowMs = (): number => this.ms
    sleep = (ms: number): Promise<void> => {
      this.ms += ms
      return Promise.resolve()
    }
  }

  async function timed(
    timesMs: readonly number[],
    { perTurn, ...options }: Partial<ReplayOptions> & { perTurn?: number },
  ) {
    const clock = new SleepClock()
    const order: [string, number][] = []
    const source = new ListSource('a', timesMs, null, perTurn)
    const note = (what: string, ts: number): number =>
      order.push([`${what}${(ts - T) / NS_PER_MS}`, Math.round(clock.ms - 5_000)])
    await replay({
      sources: [source],
      epochNs: EPOCH_NS,
      hours: ALWAYS_OPEN,
      clock,
      ...options,
      consumer: {
        onEvent: (event) => note('e', event.tsRelNs),
        onBoundary: (tsRelNs) => note('b', tsRelNs),
      },
    })
    return order
  }

  it('lets event time pass as fast as wall time, in lulls too', async () => {
    expect(await timed([0, 100, 300, 1_300, 9_000], { speed: 1, toNs: ns(1_500) })).toEqual([
      ['e0', 0],
      ['b0', 0],
      ['e100', 100],
      ['b250', 250],
      ['e300', 300],
      ['b500', 500],
      ['b750', 750],
      ['b1000', 1_000],
      ['b1250', 1_250],
      ['e1300', 1_300],
      ['b1500', 1_500],
    ])
  })

  it('lets it pass between the last events of the input too', async () => {
    expect(await timed([0, 400], { speed: 1 })).toEqual([
      ['e0', 0],
      ['b0', 0],
      ['b250', 250],
      ['e400', 400],
    ])
  })

  it('lets it pass N times as fast', async () => {
    const order = await timed([0, 1_000, 2_000], { speed: 10 })
    expect(order.filter(([what]) => what.startsWith('e'))).toEqual([
      ['e0', 0],
      ['e1000', 100],
      ['e2000', 200],
    ])
  })

  it('does not wait for what is before `from`', async () => {
    const order = await timed([0, 60_000, 61_000], { speed: 1, fromNs: ns(60_000) })
    expect(order.find(([what]) => what === 'e60000')).toEqual(['e60000', 0])
    expect(order.at(-1)).toEqual(['b61000', 1_000])
  })

  it('may begin to wait later than with the first boundary', async () => {
    const order = await timed([0, 1_000, 2_000], { speed: 1, paceFromNs: ns(1_000) })
    expect(order.slice(0, 2)).toEqual([
      ['e0', 0],
      ['b0', 0],
    ])
    expect(order.find(([what]) => what === 'e1000')).toEqual(['e1000', 0])
    expect(order.at(-1)).toEqual(['b2000', 1_000])
  })

  it('begins with the first event from there on, however many were decoded with it', async () => {
    const order = await timed([0, 900, 1_000, 1_100, 1_300, 1_400], {
      speed: 1,
      paceFromNs: ns(1_000),
      perTurn: 6,
    })
    expect(order.filter(([what]) => what.startsWith('e'))).toEqual([
      ['e0', 0],
      ['e900', 0],
      ['e1000', 0],
      ['e1100', 100],
      ['e1300', 300],
      ['e1400', 400],
    ])
  })

  it('emits what lies before that event, and ends at `to`, without an event to wait for', async () => {
    const times = [0, 5_000, 9_000]
    const to = { paceFromNs: ns(1_000), toNs: ns(1_500), fromNs: ns(1_000), speed: 1, perTurn: 3 }
    expect(await timed(times, to)).toEqual([
      ['e0', 0],
      ['b1000', 0],
      ['b1250', 0],
      ['b1500', 0],
    ])
    const after = await timed([0, 400], { paceFromNs: ns(1_000), speed: 1, perTurn: 2 })
    expect(after).toEqual([
      ['e0', 0],
      ['b0', 0],
      ['b250', 0],
      ['e400', 0],
    ])
  })

  it('refuses a speed below zero', async () => {
    await expect(timed([0], { speed: -1 })).rejects.toMatchObject({ code: 'OUT_OF_RANGE' })
    expect(NS_PER_S).toBe(1e9)
  })
})
