import { EventKind, MarketEvent } from '@levels/kernel'
import { describe, expect, it } from 'vitest'
import { PushOutcome, ReorderBuffer } from '../src/reorder-buffer.ts'

interface Stamp {
  readonly ts: number
  readonly recv?: number
  readonly seq?: number
  readonly kind?: EventKind
}

function push(buffer: ReorderBuffer, source: number, stamp: Stamp): PushOutcome {
  const event = buffer.acquire()
  event.tsRelNs = stamp.ts
  event.tsRecvRelNs = stamp.recv ?? stamp.ts
  event.seq = stamp.seq ?? -1
  event.kind = stamp.kind ?? EventKind.Depth
  return buffer.push(event, source)
}

function release(buffer: ReorderBuffer, limit?: number): number[] {
  const times: number[] = []
  buffer.release((event) => times.push(event.tsRelNs), limit)
  return times
}

describe('ReorderBuffer', () => {
  it('holds an event until the newest event of its source is the lateness past it', () => {
    const buffer = new ReorderBuffer({ latenessNs: 100 })
    const source = buffer.addSource()
    push(buffer, source, { ts: 1000 })
    expect(release(buffer)).toEqual([])
    push(buffer, source, { ts: 1100 })
    expect(release(buffer)).toEqual([]) // one of 1000 may still come
    push(buffer, source, { ts: 1101 })
    expect(release(buffer)).toEqual([1000])
    expect(buffer.length).toBe(2)
  })

  it('sorts what steps back within the lateness', () => {
    const buffer = new ReorderBuffer({ latenessNs: 100 })
    const source = buffer.addSource()
    for (const ts of [50, 30, 90, 10, 70, 90]) push(buffer, source, { ts })
    buffer.closeSource(source)
    expect(release(buffer)).toEqual([10, 30, 50, 70, 90, 90])
  })

  it('orders equal times by capture time, sequence, kind and then arrival', () => {
    const buffer = new ReorderBuffer({ latenessNs: 0 })
    const source = buffer.addSource()
    const stamps = [
      { ts: 5, recv: 9 },
      { ts: 5, recv: 8, seq: 3 },
      { ts: 5, recv: 8, seq: 2, kind: EventKind.Depth },
      { ts: 5, recv: 8, seq: 2, kind: EventKind.FuturesTrade },
      { ts: 5, recv: 8, seq: 2, kind: EventKind.FuturesTrade },
    ]
    for (const stamp of stamps) push(buffer, source, stamp)
    buffer.closeSource(source)
    const order: unknown[] = []
    buffer.release((e) => order.push([e.tsRecvRelNs, e.seq, e.kind, e.arrival]))
    expect(order).toEqual([
      [8, 2, EventKind.FuturesTrade, 3],
      [8, 2, EventKind.FuturesTrade, 4],
      [8, 2, EventKind.Depth, 2],
      [8, 3, EventKind.Depth, 1],
      [9, -1, EventKind.Depth, 0],
    ])
  })

  it('releases only what every open source has passed', () => {
    const buffer = new ReorderBuffer({ latenessNs: 10 })
    const fast = buffer.addSource()
    const slow = buffer.addSource()
    push(buffer, fast, { ts: 100 })
    push(buffer, fast, { ts: 200 })
    expect(release(buffer)).toEqual([]) // nothing is known of the slow one
    expect(buffer.laggard).toBe(slow)
    push(buffer, slow, { ts: 150 })
    expect(release(buffer)).toEqual([100])
    buffer.closeSource(slow)
    expect(release(buffer)).toEqual([150]) // now the fast one alone decides: 200 − 10
  })

  it('does not wait for a source that is known to begin later', () => {
    const buffer = new ReorderBuffer({ latenessNs: 10 })
    const early = buffer.addSource()
    buffer.addSource(1_000)
    push(buffer, early, { ts: 100 })
    push(buffer, early, { ts: 200 })
    expect(buffer.laggard).toBe(early)
    expect(release(buffer)).toEqual([100])
  })

  it('refuses, counts and reports what comes later than the lateness', () => {
    const late: [number, number][] = []
    const buffer = new ReorderBuffer({
      latenessNs: 100,
      onLate: (event, source) => late.push([event.tsRelNs, source]),
    })
    const source = buffer.addSource()
    push(buffer, source, { ts: 1000 })
    expect(push(buffer, source, { ts: 899 })).toBe(PushOutcome.Late)
    expect(push(buffer, source, { ts: 900 })).toBe(PushOutcome.Held)
    expect(late).toEqual([[899, source]])
    expect(buffer.lateCount).toBe(1)
    buffer.closeSource(source)
    expect(release(buffer)).toEqual([900, 1000])
  })

  it('judges lateness by the event’s own source, however far the others are', () => {
    const buffer = new ReorderBuffer({ latenessNs: 100 })
    const one = buffer.addSource()
    const other = buffer.addSource()
    push(buffer, one, { ts: 10_000 })
    push(buffer, other, { ts: 1_000 })
    expect(push(buffer, other, { ts: 950 })).toBe(PushOutcome.Held)
    expect(push(buffer, one, { ts: 9_000 })).toBe(PushOutcome.Late)
  })

  it('is lifted by the wall clock in a lull, and refuses what comes after that', () => {
    const buffer = new ReorderBuffer({ latenessNs: 100 })
    const live = buffer.addSource()
    push(buffer, live, { ts: 1000 })
    buffer.advanceWallClock(1_100)
    expect(release(buffer)).toEqual([])
    buffer.advanceWallClock(1_101)
    expect(release(buffer)).toEqual([1000])
    expect(push(buffer, live, { ts: 1000 })).toBe(PushOutcome.Late)
    expect(push(buffer, live, { ts: 1001 })).toBe(PushOutcome.Held)
  })

  it('refuses and counts what is pushed when it is full', () => {
    const buffer = new ReorderBuffer({ latenessNs: 100, capacity: 2 })
    const source = buffer.addSource()
    push(buffer, source, { ts: 1 })
    push(buffer, source, { ts: 2 })
    expect(push(buffer, source, { ts: 3 })).toBe(PushOutcome.Full)
    expect(buffer.fullCount).toBe(1)
    buffer.closeSource(source)
    expect(release(buffer)).toEqual([1, 2])
  })

  it('delivers no further than the limit', () => {
    const buffer = new ReorderBuffer({ latenessNs: 0 })
    const source = buffer.addSource()
    for (const ts of [1, 2, 3]) push(buffer, source, { ts })
    buffer.closeSource(source)
    expect(release(buffer, 2)).toEqual([1, 2])
    expect(buffer.firstRelNs).toBe(3)
  })

  it('takes in depth that stays its owner’s, in order or not', () => {
    const buffer = new ReorderBuffer({ latenessNs: 100 })
    const source = buffer.addSource()
    const own = Object.assign(new MarketEvent(), { kind: EventKind.Depth })
    for (const ts of [1_000, 980, 1_020, 990, 10]) {
      own.tsRelNs = ts
      own.book.fill(ts)
      const outcome = buffer.pushDepth(own, source)
      expect(outcome).toBe(ts === 10 ? PushOutcome.Late : PushOutcome.Held)
    }
    expect([buffer.length, buffer.lateCount]).toEqual([4, 1])
    buffer.closeSource(source)
    const books: number[][] = []
    buffer.release(({ book }) => books.push([...new Set(book)]))
    expect(books).toEqual([[980], [990], [1_000], [1_020]])
  })

  it('makes no more slabs of events than are out at one time', () => {
    const buffer = new ReorderBuffer({ latenessNs: 10 })
    const source = buffer.addSource()
    for (let ts = 0; ts < 5_000; ts++) {
      push(buffer, source, { ts })
      release(buffer)
    }
    expect(buffer.pooledCount).toBe(256)
  })
})
