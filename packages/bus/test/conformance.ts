// What every bus does, whatever carries it. Each test has subjects and streams of its own.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Bus, StoredMessage } from '../src/index.ts'
import { bytes, copyOf, fault, Inbox, said, statusesOf, text, uncaught } from './support.ts'

export interface Subject {
  readonly name: string
  /** A bus that no other test uses; it may share a server with theirs. */
  open(): Promise<Bus>
}

let serial = 0
let bus: Bus
/** A token that makes subjects and streams those of this test alone. */
let own: string

export function describeBus(subject: Subject): void {
  describe(`a bus: ${subject.name}`, () => {
    beforeEach(async () => {
      serial += 1
      own = `t${serial}`
      bus = await subject.open()
    })
    afterEach(() => bus.close())

    describe('subscriptions', subscriptions)
    describe('what is refused', refusals)
    describe('streams', streams)
    describe('consuming', consuming)
    describe('reading', reading)
    describe('objects', objects)
    describe('closing', closing)
  })
}

const stream = async (): Promise<string> => {
  const definition = { name: own.toUpperCase(), subjects: [`${own}.>`], maxAgeHours: 24 }
  await bus.ensureStream(definition)
  return definition.name
}

/** A stream with messages "1" to "n" of one subject. */
const filled = async (count: number): Promise<string> => {
  const name = await stream()
  const acks = Array.from({ length: count }, (_, index) =>
    bus.publishStored(`${own}.a`, bytes(String(index + 1))),
  )
  await Promise.all(acks)
  return name
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)

const seqOf = ({ streamSeq }: StoredMessage): number => streamSeq

function subscriptions(): void {
  it('bring what is published: subject, bytes and headers', async () => {
    const got = new Inbox<unknown>()
    await bus.subscribe([`${own}.a`], (message) => {
      got.add([copyOf(message), message.header('Levels-Run'), message.header('Other')])
    })
    bus.publish(`${own}.a`, bytes('one'), { 'Levels-Run': 'r 1' })
    bus.publish(`${own}.a`, new Uint8Array(0))
    expect(await got.count(2)).toEqual([
      [{ subject: `${own}.a`, text: 'one' }, 'r 1', null],
      [{ subject: `${own}.a`, text: '' }, null, null],
    ])
  })

  it.each([
    ['a.b', ['a.b']],
    ['*', ['a']],
    ['a.*', ['a.b', 'a.c']],
    ['*.b', ['a.b']],
    ['a.>', ['a.b', 'a.c', 'a.b.c']],
    ['a.*.c', ['a.b.c']],
    ['>', ['a', 'a.b', 'a.c', 'a.b.c']],
  ])('of %s bring %j', async (pattern, expected) => {
    const got = new Inbox<string>()
    await bus.subscribe([`${own}.${pattern}`, `${own}-end`], (message) => {
      got.add(message.subject)
    })
    const subjects = ['a', 'a.b', 'a.c', 'a.b.c'].map((subject) => `${own}.${subject}`)
    for (const subject of [...subjects, `${own}-end`]) bus.publish(subject, bytes(''))
    await got.until(() => got.items.includes(`${own}-end`))
    const brought = got.items.slice(0, -1).map((subject) => subject.slice(own.length + 1))
    expect(brought).toEqual(expected)
  })

  it('of several subjects keep the order of publishing', async () => {
    const got = new Inbox<number>()
    await bus.subscribe([`${own}.a`, `${own}.b.*`], (message) => {
      got.add(Number(text(message.data)))
    })
    for (const each of range(1, 2_000)) {
      bus.publish(each % 3 === 0 ? `${own}.b.${each % 7}` : `${own}.a`, bytes(String(each)))
    }
    expect(await got.count(2_000)).toEqual(range(1, 2_000))
  })

  it('call no handler from inside publish', async () => {
    let isInside = false
    const got = new Inbox<boolean>()
    await bus.subscribe([`${own}.a`], () => {
      got.add(isInside)
    })
    isInside = true
    bus.publish(`${own}.a`, bytes(''))
    isInside = false
    expect(await got.count(1)).toEqual([false])
  })

  it('bring nothing once stopped', async () => {
    const stopped: string[] = []
    const other = new Inbox<string>()
    const subscription = await bus.subscribe([`${own}.a`], ({ subject }) => stopped.push(subject))
    await bus.subscribe([`${own}.*`], ({ subject }) => {
      other.add(subject)
    })
    await subscription.stop()
    bus.publish(`${own}.a`, bytes(''))
    await other.count(1)
    expect(stopped).toEqual([])
    await subscription.stop()
  })

  it('end the process when a handler throws, and go on where it is kept alive', async () => {
    const got = new Inbox<string>()
    await bus.subscribe([`${own}.*`], ({ subject }) => {
      got.add(subject)
      if (subject === `${own}.bad`) throw new Error('a defect')
    })
    const error = await uncaught(async () => {
      bus.publish(`${own}.bad`, bytes(''))
      bus.publish(`${own}.good`, bytes(''))
      await got.count(2)
    })
    expect(error).toEqual(new Error('a defect'))
  })
}

function refusals(): void {
  const subjects = ['', '.', 'a.', '.a', 'a..b', 'a b', 'a\r\nPUB x 0\r\n', 'a.*', '>', 'a\tb']
  it.each(subjects)('a subject %j', async (subject) => {
    expect(() => {
      bus.publish(subject, bytes(''))
    }).toThrow(expect.objectContaining(fault('INVALID_ARGUMENT')))
    const stored = bus.publishStored(subject, bytes(''))
    await expect(stored).rejects.toMatchObject(fault('INVALID_ARGUMENT'))
  })

  it.each(['', 'a.', 'a..b', 'a b', '>.a', 'a*', 'a.>b'])('a pattern %j', async (pattern) => {
    const subscribed = bus.subscribe([pattern], () => undefined)
    await expect(subscribed).rejects.toMatchObject(fault('INVALID_ARGUMENT'))
  })

  it.each([
    { 'a b': 'x' },
    { 'a:b': 'x' },
    { '': 'x' },
    { a: 'x\r\ny' },
    { a: 'ü' },
    { a: ' x' },
    { a: 'x ' },
  ])('a header %j', async (headers) => {
    const stored = bus.publishStored(`${own}.a`, bytes(''), headers)
    await expect(stored).rejects.toMatchObject(fault('INVALID_ARGUMENT'))
    expect(() => {
      bus.publish(`${own}.a`, bytes(''), headers)
    }).toThrow(expect.objectContaining(fault('INVALID_ARGUMENT')))
  })

  it('a message beyond 1 MiB, and the next one passes', async () => {
    const name = await stream()
    const large = new Uint8Array(2 ** 20 + 1)
    const stored = bus.publishStored(`${own}.a`, large)
    await expect(stored).rejects.toMatchObject(fault('TOO_LARGE'))
    expect(() => {
      bus.publish(`${own}.a`, large)
    }).toThrow(expect.objectContaining(fault('TOO_LARGE')))
    await bus.publishStored(`${own}.a`, large.subarray(1))
    expect(await bus.streamState(name)).toMatchObject({ messageCount: 1 })
  })

  it.each(['', 'a b', 'a.b', '>'])('a name %j', async (name) => {
    const definition = { name, subjects: [`${own}.x`], maxAgeHours: 1 }
    const refused = fault('INVALID_ARGUMENT')
    await expect(bus.ensureStream(definition)).rejects.toMatchObject(refused)
    await expect(bus.streamState(name)).rejects.toMatchObject(refused)
    await expect(bus.objectStore(name)).rejects.toMatchObject(refused)
    await expect(bus.announce({ name, version: '1.0.0', description: '' })).rejects.toMatchObject(
      name === '' || /[ .>]/.test(name) ? refused : {},
    )
  })

  it.each([0, -1, 1.5, NaN, Infinity])('a place %j', async (fromSeq) => {
    const name = await stream()
    const consumed = bus.consume(name, { fromSeq }, () => undefined)
    await expect(consumed).rejects.toMatchObject(fault('INVALID_ARGUMENT'))
    await expect(all(bus.read(name, { fromSeq }))).rejects.toMatchObject(fault('INVALID_ARGUMENT'))
  })

  it('whatever asks for a stream that is missing', async () => {
    const missing = fault('STREAM_MISSING', new RegExp(own))
    await expect(bus.publishStored(`${own}.a`, bytes(''))).rejects.toMatchObject(missing)
    await expect(bus.streamState(own)).rejects.toMatchObject(missing)
    await expect(bus.consume(own, { fromSeq: 1 }, () => undefined)).rejects.toMatchObject(missing)
    await expect(all(bus.read(own, { fromSeq: 1 }))).rejects.toMatchObject(missing)
    await expect(bus.lastMessage(own, `${own}.a`)).rejects.toMatchObject(missing)
  })
}

function streams(): void {
  it('are made once, left as they are, and reported where they differ', async () => {
    const definition = { name: own, subjects: [`${own}.>`], maxAgeHours: 24 }
    const report = { name: own, differences: [] }
    expect(await bus.ensureStream(definition)).toEqual({ ...report, isCreated: true })
    const made = await bus.streamState(own)
    expect(await bus.ensureStream(definition)).toEqual({ ...report, isCreated: false })
    const other = { name: own, subjects: [`${own}.x`, `${own}.y`], maxAgeHours: 48 }
    expect(await bus.ensureStream(other)).toEqual({
      name: own,
      isCreated: false,
      differences: [
        `subjects: expected ${own}.x, ${own}.y, was ${own}.>`,
        'max_age: expected 48 h, was 24 h',
      ],
    })
    expect(await bus.streamState(own)).toEqual(made)
  })

  it('do not share subjects', async () => {
    await stream()
    const other = { name: `${own}_b`, subjects: [`${own}.a.*`], maxAgeHours: 24 }
    await expect(bus.ensureStream(other)).rejects.toMatchObject(fault('REFUSED'))
  })

  it('number what they keep, and keep a message of one id once', async () => {
    const name = await stream()
    const once = { 'Nats-Msg-Id': 'run:1000' }
    const acks = [
      await bus.publishStored(`${own}.a`, bytes('1'), once),
      await bus.publishStored(`${own}.a`, bytes('2')),
      await bus.publishStored(`${own}.b`, bytes('again'), once),
      await bus.publishStored(`${own}.a`, bytes('3'), { 'Nats-Msg-Id': 'run:1250' }),
    ]
    expect(acks).toEqual([
      { streamSeq: 1, isDuplicate: false },
      { streamSeq: 2, isDuplicate: false },
      { streamSeq: 1, isDuplicate: true },
      { streamSeq: 3, isDuplicate: false },
    ])
    expect((await all(bus.read(name, { fromSeq: 1 }))).map(({ text }) => text)).toEqual([
      '1',
      '2',
      '3',
    ])
  })

  it('keep what is published without waiting, too, and give all of it to subscriptions', async () => {
    const got = new Inbox<string>()
    const name = await stream()
    await bus.subscribe([`${own}.>`], (message) => {
      got.add(text(message.data))
    })
    bus.publish(`${own}.a`, bytes('1'))
    await bus.publishStored(`${own}.a`, bytes('2'))
    expect(await got.count(2)).toEqual(['1', '2'])
    expect(await bus.streamState(name)).toMatchObject({ lastSeq: 2 })
  })

  it('tell their state', async () => {
    const name = await stream()
    const empty = await bus.streamState(name)
    expect(empty).toMatchObject({ firstSeq: 1, lastSeq: 0, messageCount: 0, sizeBytes: 0 })
    expect(Number.isNaN(Date.parse(empty.createdAt))).toBe(false)
    await bus.publishStored(`${own}.a`, bytes('12345'))
    const { createdAt } = empty
    const state = await bus.streamState(name)
    expect(state).toMatchObject({ firstSeq: 1, lastSeq: 1, messageCount: 1, createdAt })
    expect(state.sizeBytes).toBeGreaterThanOrEqual(5)
  })

  it('give the newest message of a subject', async () => {
    const name = await stream()
    await bus.publishStored(`${own}.a`, bytes('1'))
    await bus.publishStored(`${own}.a`, bytes('2'), { 'Levels-Run': 'r' })
    await bus.publishStored(`${own}.b`, bytes('3'))
    const last = await bus.lastMessage(name, `${own}.a`)
    expect(last).toMatchObject({ subject: `${own}.a`, streamSeq: 2 })
    expect(text(last!.data)).toBe('2')
    expect([last!.header('Levels-Run'), last!.header('Other')]).toEqual(['r', null])
    expect(await bus.lastMessage(name, `${own}.c`)).toBeNull()
    expect(await bus.lastMessage(name, `${own}.*`)).toMatchObject({ streamSeq: 3 })
    expect(await bus.lastMessage(name, '>')).toMatchObject({ subject: `${own}.b`, streamSeq: 3 })
  })

  it('tell when they stored a message, the same however it is read', async () => {
    const name = await stream()
    const before = Date.now()
    await bus.publishStored(`${own}.a`, bytes('1'))
    const after = Date.now()
    const consumed = new Inbox<number>()
    await bus.consume(name, { fromSeq: 1 }, ({ storedTs }) => {
      consumed.add(storedTs)
    })
    const found = [...(await consumed.count(1))]
    for await (const { storedTs } of bus.read(name, { fromSeq: 1 })) found.push(storedTs)
    found.push((await bus.lastMessage(name, `${own}.a`))!.storedTs)
    expect(found).toHaveLength(3)
    expect(new Set(found).size).toBe(1)
    expect(found[0]).toBeGreaterThanOrEqual(before)
    expect(found[0]).toBeLessThanOrEqual(after)
  })
}

function consuming(): void {
  it('gives what the stream holds from a place on, then what is added, in its order', async () => {
    const name = await filled(3_000)
    const got = new Inbox<number>()
    const consumption = await bus.consume(name, { fromSeq: 11 }, (message) => {
      expect(text(message.data)).toMatch(/^\d+$/)
      got.add(message.streamSeq)
    })
    await got.count(2_990)
    for (let count = 0; count < 10; count += 1) bus.publish(`${own}.b`, bytes('0'))
    expect(await got.count(3_000)).toEqual(range(11, 3_010))
    expect(consumption.lastSeq).toBe(3_010)
  })

  it('begins with what comes, from a place that is not there yet', async () => {
    const name = await filled(2)
    const got = new Inbox<number>()
    const consumption = await bus.consume(name, { fromSeq: 4 }, (message) => {
      got.add(message.streamSeq)
    })
    expect(consumption.lastSeq).toBe(3)
    for (let count = 0; count < 3; count += 1) await bus.publishStored(`${own}.a`, bytes('x'))
    expect(await got.count(2)).toEqual([4, 5])
  })

  it('gives subject, bytes and headers', async () => {
    const name = await stream()
    const got = new Inbox<unknown>()
    await bus.consume(name, { fromSeq: 1 }, (message) => {
      got.add([copyOf(message), message.header('Levels-Run'), message.header('Other')])
    })
    await bus.publishStored(`${own}.a.b`, bytes('one'), { 'Levels-Run': 'r' })
    expect(await got.count(1)).toEqual([[{ subject: `${own}.a.b`, text: 'one' }, 'r', null]])
  })

  it('gives each consumption all of it', async () => {
    const name = await filled(50)
    const inboxes = [new Inbox<number>(), new Inbox<number>()]
    for (const inbox of inboxes) {
      await bus.consume(name, { fromSeq: 1 }, (message) => {
        inbox.add(message.streamSeq)
      })
    }
    for (const inbox of inboxes) expect(await inbox.count(50)).toEqual(range(1, 50))
  })

  it('calls no handler between pause and resume, and loses nothing by it', async () => {
    const name = await filled(5_000)
    const got = new Inbox<number>()
    let isPaused = false
    const consumption = await bus.consume(name, { fromSeq: 1 }, (message) => {
      expect(isPaused).toBe(false)
      if (message.streamSeq % 700 === 0) {
        isPaused = true
        consumption.pause()
        consumption.pause()
        // Let the transport do what it may while the handler is not to be called.
        void bus.flush().then(() => {
          isPaused = false
          consumption.resume()
          consumption.resume()
        })
      }
      got.add(message.streamSeq)
    })
    expect(await got.count(5_000)).toEqual(range(1, 5_000))
  })

  it('calls no handler once stopped, and says that it is over', async () => {
    const name = await filled(10)
    const got = new Inbox<number>()
    const after: number[] = []
    let isStopped = false
    const consumption = await bus.consume(name, { fromSeq: 1 }, (message) => {
      if (isStopped) after.push(message.streamSeq)
      got.add(message.streamSeq)
    })
    await got.count(10)
    await consumption.stop()
    isStopped = true
    await consumption.closed
    await bus.publishStored(`${own}.a`, bytes('x'))
    const other = new Inbox<number>()
    await bus.consume(name, { fromSeq: 11 }, (message) => {
      other.add(message.streamSeq)
    })
    await other.count(1)
    expect(after).toEqual([])
    expect(consumption.lastSeq).toBe(10)
    await consumption.stop()
  })

  it('ends the process when a handler throws, and goes on where it is kept alive', async () => {
    const name = await filled(3)
    const got = new Inbox<number>()
    const error = await uncaught(async () => {
      await bus.consume(name, { fromSeq: 1 }, (message) => {
        got.add(message.streamSeq)
        if (message.streamSeq === 2) throw new Error('a defect')
      })
      await got.count(3)
    })
    expect(error).toEqual(new Error('a defect'))
    expect(got.items).toEqual([1, 2, 3])
  })
}

/** Everything that is read, as plain values. */
async function all(
  messages: AsyncIterable<StoredMessage>,
): Promise<{ seq: number; subject: string; text: string }[]> {
  const found = []
  for await (const message of messages) found.push({ seq: message.streamSeq, ...copyOf(message) })
  return found
}

function reading(): void {
  it.each([
    [{ fromSeq: 1 }, range(1, 3_000)],
    [{ fromSeq: 2_990 }, range(2_990, 3_000)],
    [{ fromSeq: 10, toSeq: 20 }, range(10, 20)],
    [{ fromSeq: 2_999, toSeq: 5_000 }, [2_999, 3_000]],
    [{ fromSeq: 3_001 }, []],
    [{ fromSeq: 20, toSeq: 10 }, []],
  ])('%j gives that part and ends', async (options, expected) => {
    const name = await filled(3_000)
    expect((await all(bus.read(name, options))).map(({ seq }) => seq)).toEqual(expected)
  })

  it('of one subject gives that alone, and ends when there is none', async () => {
    const name = await stream()
    for (const subject of ['a', 'b', 'a', 'c', 'b', 'c']) {
      await bus.publishStored(`${own}.${subject}`, bytes(subject))
    }
    const seqs = async (subject: string, toSeq: number): Promise<number[]> => {
      const options = { fromSeq: 1, toSeq, subject: `${own}.${subject}` }
      return (await all(bus.read(name, options))).map(({ seq }) => seq)
    }
    expect(await seqs('a', 6)).toEqual([1, 3])
    expect(await seqs('b', 4)).toEqual([2])
    expect(await seqs('x', 6)).toEqual([])
    expect(await seqs('*', 6)).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('may be left at any message', async () => {
    const name = await filled(2_500)
    const seen: number[] = []
    for await (const message of bus.read(name, { fromSeq: 1 })) {
      seen.push(seqOf(message))
      if (seen.length === 3) break
    }
    expect(seen).toEqual([1, 2, 3])
  })
}

function objects(): void {
  it('come back as they were put', async () => {
    const store = await bus.objectStore(own)
    const large = Uint8Array.from({ length: 500_000 }, (_, index) => (index * 7) % 251)
    const put = large.slice()
    await store.put('snapshot/1', [put.subarray(0, 170_001), put.subarray(170_001)], {
      run: 'r',
      covered: '12',
    })
    put.fill(0)
    await store.put('empty', [new Uint8Array(0)])
    expect(Buffer.from((await store.get('snapshot/1'))!).equals(large)).toBe(true)
    expect(await store.get('empty')).toHaveLength(0)
    expect(await store.get('absent')).toBeNull()
    const again = await bus.objectStore(own)
    expect(await again.list()).toEqual([
      { name: 'empty', sizeBytes: 0, modifiedAt: expect.any(String), metadata: {} },
      {
        name: 'snapshot/1',
        sizeBytes: 500_000,
        modifiedAt: expect.any(String),
        metadata: { run: 'r', covered: '12' },
      },
    ])
  })

  it('are replaced, and gone once deleted', async () => {
    const store = await bus.objectStore(own)
    expect(await store.list()).toEqual([])
    await store.put('a', [bytes('one')])
    await store.put('a', [bytes('second')])
    expect(text((await store.get('a'))!)).toBe('second')
    expect((await store.list()).map(({ sizeBytes }) => sizeBytes)).toEqual([6])
    await store.delete('a')
    await store.delete('a')
    expect(await store.get('a')).toBeNull()
    expect(await store.list()).toEqual([])
  })

  it('have a name', async () => {
    const store = await bus.objectStore(own)
    await expect(store.put('', [bytes('')])).rejects.toMatchObject(fault('INVALID_ARGUMENT'))
  })
}

function closing(): void {
  it('ends everything, and says so', async () => {
    const name = await filled(1)
    const statuses = statusesOf(bus)
    const consumption = await bus.consume(name, { fromSeq: 1 }, () => undefined)
    expect(bus.isConnected).toBe(true)
    await bus.close()
    await bus.close()
    await said(statuses, 'closed')
    await consumption.closed
    expect(bus.isConnected).toBe(false)
    const closed = fault('CLOSED')
    await expect(bus.flush()).rejects.toMatchObject(closed)
    await expect(bus.publishStored(`${own}.a`, bytes(''))).rejects.toMatchObject(closed)
    await expect(bus.subscribe([own], () => undefined)).rejects.toMatchObject(closed)
    await expect(bus.streamState(name)).rejects.toMatchObject(closed)
    await expect(bus.consume(name, { fromSeq: 1 }, () => undefined)).rejects.toMatchObject(closed)
    await expect(all(bus.read(name, { fromSeq: 1 }))).rejects.toMatchObject(closed)
    await expect(bus.objectStore(own)).rejects.toMatchObject(closed)
    expect(bus.droppedCount).toBe(0)
    bus.publish(`${own}.a`, bytes(''))
    expect(bus.droppedCount).toBe(1)
  })

  it('sends what was published before', async () => {
    const name = await stream()
    for (let count = 0; count < 500; count += 1) bus.publish(`${own}.a`, bytes('x'))
    const got: string[] = []
    await bus.subscribe([`${own}.a`], ({ subject }) => got.push(subject))
    bus.publish(`${own}.a`, bytes('last'))
    await bus.close()
    expect(got).toHaveLength(1)
    expect(name).toBe(own.toUpperCase())
  })
}
