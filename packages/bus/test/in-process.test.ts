// What the bus inside the process does by its own means: limits, turns, and no one left waiting.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InProcessBus } from '../src/index.ts'
import { bytes, fault, Inbox, statusesOf, text } from './support.ts'

const definition = { name: 'MARKET', subjects: ['market.>'], maxAgeHours: 24 }

describe('a stream', () => {
  it('keeps the newest messages, as many as it may, and forgets the ids of the others', async () => {
    const bus = new InProcessBus({ messageCountMax: 100 })
    await bus.ensureStream(definition)
    const store = (id: number): Promise<unknown> =>
      bus.publishStored('market.a', bytes(String(id)), { 'Nats-Msg-Id': String(id) })
    for (let id = 1; id <= 250; id += 1) await store(id)
    const state = { firstSeq: 151, lastSeq: 250, messageCount: 100 }
    expect(await bus.streamState('MARKET')).toMatchObject(state)
    expect(await store(151)).toEqual({ streamSeq: 151, isDuplicate: true })
    expect(await store(150)).toEqual({ streamSeq: 251, isDuplicate: false })
    const first = []
    for await (const { streamSeq } of bus.read('MARKET', { fromSeq: 1 })) first.push(streamSeq)
    expect([first[0], first.length]).toEqual([152, 100])
  })

  it('keeps no more bytes than it may', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(400), { maxLength: 60 }), async (sizes) => {
        const bus = new InProcessBus({ sizeBytesMax: 1_000, messageCountMax: 7 })
        await bus.ensureStream(definition)
        for (const size of sizes) await bus.publishStored('market.a', new Uint8Array(size))
        // The naive twin: everything, cut from the front until it fits.
        const kept = sizes.map((size) => size + 'market.a'.length)
        const total = (): number => kept.reduce((sum, size) => sum + size, 0)
        while (kept.length > 7 || total() > 1_000) kept.shift()
        expect(await bus.streamState('MARKET')).toMatchObject({
          messageCount: kept.length,
          sizeBytes: total(),
          firstSeq: sizes.length - kept.length + 1,
          lastSeq: sizes.length,
        })
      }),
      { numRuns: 200 },
    )
  })

  it('passes a consumption that is held back for too long, which goes on with what is there', async () => {
    const bus = new InProcessBus({ messageCountMax: 10 })
    await bus.ensureStream(definition)
    const got = new Inbox<number>()
    const consumption = await bus.consume('MARKET', { fromSeq: 1 }, ({ streamSeq }) => {
      got.add(streamSeq)
      if (streamSeq === 2) consumption.pause()
    })
    for (let count = 0; count < 3; count += 1) bus.publish('market.a', bytes(''))
    await got.count(2)
    for (let count = 0; count < 30; count += 1) bus.publish('market.a', bytes(''))
    consumption.resume()
    expect(await got.count(12)).toEqual([1, 2, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33])
  })
})

describe('a subscription', () => {
  it('whose handler does not keep up loses the newest, is told once, and goes on', async () => {
    const bus = new InProcessBus({ messageCountMax: 5 })
    const statuses = statusesOf(bus)
    const got = new Inbox<string>()
    await bus.subscribe(['market.*'], ({ data }) => {
      got.add(text(data))
    })
    for (let count = 1; count <= 20; count += 1) bus.publish('market.a', bytes(String(count)))
    expect(await got.count(5)).toEqual(['1', '2', '3', '4', '5'])
    expect(statuses.items).toEqual([{ kind: 'slow-consumer', subject: 'market.a' }])
    await bus.flush()
    bus.publish('market.a', bytes('next'))
    expect((await got.count(6)).at(-1)).toBe('next')
  })

  it('of which one is slow does not stop the others', async () => {
    const bus = new InProcessBus()
    await bus.ensureStream(definition)
    const order: string[] = []
    const done = new Inbox<string>()
    await bus.subscribe(['market.flood'], () => {
      order.push('slow')
      const end = performance.now() + 0.05
      while (performance.now() < end);
    })
    await bus.subscribe(['market.other'], ({ subject }) => {
      order.push('quick')
      done.add(subject)
    })
    await bus.consume('MARKET', { fromSeq: 5_001 }, ({ subject }) => {
      order.push('stored')
      done.add(subject)
    })
    for (let count = 0; count < 5_000; count += 1) bus.publish('market.flood', bytes(''))
    bus.publish('market.other', bytes(''))
    await done.count(2)
    // Both had their turn after the slow one's first, with thousands of its messages still waiting.
    expect(order.filter((each) => each === 'slow').length).toBeLessThan(1_000)
    await bus.close()
    expect(order.filter((each) => each === 'slow')).toHaveLength(5_000)
  })
})

describe('objects', () => {
  it('take no more bytes than they may', async () => {
    const bus = new InProcessBus({ sizeBytesMax: 1_000 })
    const store = await bus.objectStore('STATE')
    await store.put('a', [new Uint8Array(900)])
    const full = store.put('b', [new Uint8Array(101)])
    await expect(full).rejects.toMatchObject(fault('STREAM_FULL', /1000 bytes at most, was 1001/))
    await store.put('a', [new Uint8Array(800)])
    await store.put('b', [new Uint8Array(101)])
    await store.delete('a')
    await store.put('c', [new Uint8Array(899)])
    expect((await store.list()).map(({ name }) => name)).toEqual(['b', 'c'])
  })
})
