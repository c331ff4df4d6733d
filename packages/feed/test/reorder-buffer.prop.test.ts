import { compareEvents, EventKind, MarketEvent } from '@levels/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ReorderBuffer } from '../src/reorder-buffer.ts'

interface Arrival {
  readonly source: number
  readonly ts: number
  readonly recv: number
  readonly seq: number
  readonly kind: EventKind
}

/** The twin: every source apart, late ones struck out, then one sort of all that is left. */
function sortedTwin(arrivals: readonly Arrival[], latenessNs: number, sources: number) {
  const accepted: { event: MarketEvent; arrival: Arrival }[] = []
  let late = 0
  for (let source = 0; source < sources; source++) {
    let newest = -Infinity
    let count = 0
    for (const arrival of arrivals.filter((a) => a.source === source)) {
      if (arrival.ts < newest - latenessNs) {
        late++
        continue
      }
      newest = Math.max(newest, arrival.ts)
      const event = fill(new MarketEvent(), arrival)
      event.arrival = source * 1e6 + count++
      accepted.push({ event, arrival })
    }
  }
  accepted.sort((a, b) => compareEvents(a.event, b.event))
  return { order: accepted.map((a) => keyOf(a.event)), late }
}

function fill(event: MarketEvent, arrival: Arrival): MarketEvent {
  event.tsRelNs = arrival.ts
  event.tsRecvRelNs = arrival.recv
  event.seq = arrival.seq
  event.kind = arrival.kind
  // Only fields of its own kind come through: what each has, to tell where it is from.
  if (event.kind === EventKind.Depth) event.book.fill(arrival.source)
  else if (event.kind === EventKind.StockQuote) event.bidSz = arrival.source
  else event.size = arrival.source
  return event
}

function keyOf(e: MarketEvent): string {
  const ofQuote = e.kind === EventKind.StockQuote ? e.bidSz : e.size
  const source = e.kind === EventKind.Depth ? e.book.join('') : ofQuote
  return [e.tsRelNs, e.tsRecvRelNs, e.seq, e.kind, source].join(' ')
}

const arrivalOf = (sources: number) =>
  fc.record({
    source: fc.nat(sources - 1),
    ts: fc.nat(60),
    recv: fc.nat(3),
    seq: fc.integer({ min: -1, max: 2 }),
    kind: fc.constantFrom<EventKind[]>(0, 1, 2, 3, 4),
  })

const scenario = fc.integer({ min: 1, max: 4 }).chain((sources) =>
  fc.record({
    sources: fc.constant(sources),
    latenessNs: fc.constantFrom(0, 1, 7, 20, 1000),
    arrivals: fc.array(arrivalOf(sources), { maxLength: 120 }),
    /** After which arrivals the buffer is emptied as far as it goes. */
    releases: fc.array(fc.nat(119), { maxLength: 30 }),
    rising: fc.boolean(),
  }),
)

describe('ReorderBuffer against one sort of everything', () => {
  it('delivers the same events in the same order, and counts the same late ones', () => {
    fc.assert(
      fc.property(scenario, ({ sources, latenessNs, arrivals, releases, rising }) => {
        const input = rising ? [...arrivals].sort((a, b) => a.ts - b.ts) : arrivals
        const buffer = new ReorderBuffer({ latenessNs })
        for (let i = 0; i < sources; i++) buffer.addSource()
        const order: string[] = []
        let lastRelNs = -Infinity
        const deliver = (event: MarketEvent): void => {
          expect(event.tsRelNs).toBeGreaterThanOrEqual(lastRelNs)
          lastRelNs = event.tsRelNs
          order.push(keyOf(event))
        }
        const releaseAt = new Set(releases)
        input.forEach((arrival, at) => {
          buffer.push(fill(buffer.acquire(), arrival), arrival.source)
          if (releaseAt.has(at)) buffer.release(deliver)
        })
        for (let i = 0; i < sources; i++) buffer.closeSource(i)
        buffer.release(deliver)
        const twin = sortedTwin(input, latenessNs, sources)
        expect(order).toEqual(twin.order)
        expect(buffer.lateCount).toBe(twin.late)
        expect(buffer.length).toBe(0)
        expect(buffer.pooledCount).toBeLessThanOrEqual(256) // one slab, of which all is reused
      }),
      { numRuns: 1_000 },
    )
  })

  it('gives every source’s events however reading them was interleaved', () => {
    fc.assert(
      fc.property(
        fc.array(arrivalOf(3), { maxLength: 60 }),
        fc.array(fc.nat(2), { maxLength: 200 }),
        (arrivals, turns) => {
          const inTurn = runInTurns(arrivals, turns)
          const bySource = runInTurns(arrivals, [])
          expect(inTurn).toEqual(bySource)
        },
      ),
      { numRuns: 500 },
    )
  })
})

/** Reads the sources in the given turns, then what is left of each, and releases as it goes. */
function runInTurns(arrivals: readonly Arrival[], turns: readonly number[]): string[] {
  const queues = [0, 1, 2].map((source) => arrivals.filter((a) => a.source === source))
  const buffer = new ReorderBuffer({ latenessNs: 10 })
  for (const queue of queues) buffer.addSource(Math.min(...queue.map((a) => a.ts)))
  const order: string[] = []
  const read = (source: number): void => {
    const arrival = queues[source]?.shift()
    if (arrival === undefined) return
    buffer.push(fill(buffer.acquire(), arrival), source)
    buffer.release((event) => order.push(keyOf(event)))
  }
  for (const source of turns) read(source)
  for (const source of [0, 1, 2]) {
    while ((queues[source]?.length ?? 0) > 0) read(source)
    buffer.closeSource(source)
  }
  buffer.release((event) => order.push(keyOf(event)))
  return order
}
