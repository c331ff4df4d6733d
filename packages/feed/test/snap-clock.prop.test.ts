import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SnapClock } from '../src/snap-clock.ts'

const STEP = 10

/** Openings in order, none touching the next. */
const sessions = fc
  .uniqueArray(fc.nat(400), { minLength: 2, maxLength: 8 })
  .map((edges) => edges.sort((a, b) => a - b))
  .map((edges) =>
    Array.from({ length: edges.length >> 1 }, (_, i) => [edges[2 * i], edges[2 * i + 1]] as const),
  )

type Session = readonly [open: number | undefined, close: number | undefined]

const isOpenIn = (all: readonly Session[], ts: number): boolean =>
  all.some(([open = 0, close = 0]) => ts >= open && ts < close)

/** The twin: walks every instant of time, and asks of each whether it is a boundary. */
function walk(all: readonly Session[], events: readonly number[]): string[] {
  const order: string[] = []
  const firstOpen = events.find((ts) => isOpenIn(all, ts)) ?? Infinity
  for (let ts = 0; ts <= (events.at(-1) ?? -1); ts++) {
    for (const event of events) if (event === ts) order.push(`event ${ts}`)
    if (ts >= firstOpen && ts % STEP === 0 && isOpenIn(all, ts)) order.push(`boundary ${ts}`)
  }
  return order
}

describe('SnapClock against a walk through every instant', () => {
  it('emits the same boundaries at the same places, whatever watermarks it is shown', () => {
    const times = fc.array(fc.nat(450), { maxLength: 20 }).map((ts) => ts.sort((a, b) => a - b))
    fc.assert(
      fc.property(sessions, times, fc.array(fc.nat(60)), (all, events, lags) => {
        const order: string[] = []
        const clock = new SnapClock({
          hours: {
            isFuturesOpen: (ts) => isOpenIn(all, ts),
            nextFuturesOpen: (ts) => {
              const next = all.find(([, close = 0]) => ts < close)
              return next === undefined ? Infinity : Math.max(ts, next[0] ?? 0)
            },
          },
          epochNs: 0n,
          intervalNs: STEP,
          onBoundary: (ts) => order.push(`boundary ${ts}`),
        })
        events.forEach((ts, i) => {
          // A watermark passes nothing that is still to come.
          clock.advanceTo(ts - (lags[i] ?? 0))
          clock.observe(ts)
          order.push(`event ${ts}`)
        })
        clock.finish(events.at(-1) ?? -1)
        expect(order).toEqual(walk(all, events))
      }),
      { numRuns: 1_000 },
    )
  })
})
