import { EventKind } from '@levels/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OrderedDelivery } from '../src/ordered-delivery.ts'
import { PushOutcome } from '../src/reorder-buffer.ts'

const INTERVAL = 10
const LATENESS = 15
/** Open from 100 on, but for a break. */
const isFuturesOpen = (ts: number): boolean => ts >= 100 && !(ts >= 300 && ts < 357)
const hours = {
  isFuturesOpen,
  nextFuturesOpen: (ts: number) => (isFuturesOpen(ts) ? ts : ts < 100 ? 100 : 357),
}

/** What a delivery gives: `e<time>#<place>` for an event, `b<time>` for a boundary. */
function makeDelivery(log: string[]): OrderedDelivery {
  const delivery = new OrderedDelivery({
    consumer: {
      onEvent: ({ tsRelNs, arrival }) => log.push(`e${tsRelNs}#${arrival}`),
      onBoundary: (ts) => log.push(`b${ts}`),
    },
    hours,
    epochNs: 0n,
    latenessNs: LATENESS,
    intervalNs: INTERVAL,
  })
  delivery.buffer.addSource()
  return delivery
}

function push(delivery: OrderedDelivery, ts: number, place: number): PushOutcome {
  const { buffer } = delivery
  const event = buffer.acquire()
  Object.assign(event, { tsRelNs: ts, tsRecvRelNs: ts, seq: -1, kind: EventKind.Depth })
  buffer.numberNext(0, place)
  return buffer.push(event, 0)
}

/** Times that rise with some steps back, and a gap now and then. */
const times = fc
  .array(fc.tuple(fc.integer({ min: -12, max: 15 }), fc.nat(30)), { minLength: 1, maxLength: 60 })
  .map((steps) => {
    let now = 80
    return steps.map(([step, gap]) => (now += step + (gap === 0 ? 90 : 0)))
  })

describe('OrderedDelivery', () => {
  it('gives the same, however much of it is asked for at a time, and no more than that', () => {
    const options = { times, limits: fc.array(fc.nat(4), { minLength: 1 }) }
    fc.assert(
      fc.property(fc.record(options), ({ times, limits }) => {
        const [whole, some]: [string[], string[]] = [[], []]
        const [one, other] = [makeDelivery(whole), makeDelivery(some)]
        times.forEach((ts, i) => {
          push(one, ts, i)
          one.deliver()
          push(other, ts, i)
          const limit = limits[i % limits.length] ?? 0
          const before = other.clock.count
          const isDone = other.deliverSome(limit)
          expect(other.clock.count - before).toBeLessThanOrEqual(limit)
          expect(isDone).toBe(other.dueRelNs === Infinity)
        })
        while (!other.deliverSome(1));
        expect(some).toEqual(whole)
      }),
    )
  })

  it('goes on from a mark, with what waited pushed again, as if it had not stopped', () => {
    fc.assert(
      fc.property(times, fc.nat(59), fc.nat(3), (times, stop, lulls) => {
        const [whole, parts]: [string[], string[]] = [[], []]
        const one = makeDelivery(whole)
        let other = makeDelivery(parts)
        times.forEach((ts, i) => {
          for (const delivery of [one, other]) {
            push(delivery, ts, i)
            delivery.deliver()
            for (let n = 0; i === stop && n < lulls; n++) delivery.passLull()
          }
          if (i !== stop) return
          const mark = other.mark(0)
          const { leastArrival } = other.buffer
          other = makeDelivery(parts)
          other.resume(0, mark)
          for (let place = Math.min(leastArrival, i + 1); place <= i; place++) {
            const again = times[place] ?? NaN
            // What lies before the floor was delivered, or refused.
            if (again < mark.floorRelNs) continue
            expect(push(other, again, place)).toBe(PushOutcome.Held)
          }
        })
        expect(parts).toEqual(whole)
      }),
    )
  })

  it('passes in a lull exactly one boundary, with every event up to it', () => {
    fc.assert(
      fc.property(times, (times) => {
        const log: string[] = []
        const delivery = makeDelivery(log)
        times.forEach((ts, i) => push(delivery, ts, i))
        delivery.deliver()
        log.length = 0
        const boundary = delivery.lullBoundaryRelNs
        delivery.passLull()
        if (boundary === Infinity) {
          expect(log).toEqual([])
          return
        }
        expect(log.at(-1)).toBe(`b${boundary}`)
        expect(log.filter((each) => each.startsWith('b'))).toHaveLength(1)
        expect(delivery.buffer.firstRelNs).toBeGreaterThan(boundary)
        // From here on, what is not after the boundary comes too late.
        expect(push(delivery, boundary, times.length)).toBe(PushOutcome.Late)
      }),
    )
  })

  it('has no boundary to pass in a lull before an event came, or while the market is closed', () => {
    const delivery = makeDelivery([])
    expect(delivery.lullBoundaryRelNs).toBe(Infinity)
    push(delivery, 42, 0)
    expect(delivery.lullBoundaryRelNs).toBe(Infinity)
    push(delivery, 104, 1)
    delivery.deliver()
    expect(delivery.lullBoundaryRelNs).toBe(110)
    push(delivery, 296, 2)
    delivery.deliver()
    for (const boundary of [290, 360, 370]) {
      expect(delivery.lullBoundaryRelNs).toBe(boundary)
      delivery.passLull()
    }
  })
})
