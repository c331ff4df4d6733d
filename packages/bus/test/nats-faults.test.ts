// What goes wrong on a network, with a real server: killed, silent, full, emptied, too fast.
import { cpSync, rmSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import {
  AckPolicy,
  DiscardPolicy,
  jetstream,
  type JetStreamManager,
  jetstreamManager,
  StorageType,
} from '@nats-io/jetstream'
import { Objm } from '@nats-io/obj'
import { connect, nanos, type NatsConnection } from '@nats-io/transport-node'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type NatsServer,
  type NatsServerOptions,
  startNatsServer,
} from '../../../tools/nats-server.ts'
import { type Bus, connectNats, type NatsOptions } from '../src/index.ts'
import { bytes, fault, Inbox, said, statusesOf, text } from './support.ts'

let server: NatsServer
let bus: Bus
/** Someone else at the same server, who does what operators do. */
let other: NatsConnection
let manager: JetStreamManager

async function start(
  options: NatsServerOptions = {},
  client: Partial<NatsOptions> = {},
): Promise<void> {
  server = await startNatsServer(options)
  bus = await connectNats({ servers: server.url, ...client })
  other = await connect({ servers: server.url, reconnectTimeWait: 20, maxReconnectAttempts: -1 })
  manager = await jetstreamManager(other, { checkAPI: false })
}
afterEach(async () => {
  await bus.close()
  await other.close()
  await server.stop()
})

const definition = { name: 'MARKET', subjects: ['market.>'], maxAgeHours: 24 }
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)

/** Stores messages "from" to "to", many at a time. */
async function store(from: number, to: number, data: Uint8Array = bytes('')): Promise<void> {
  const size = 500
  for (let begin = from; begin <= to; begin += size) {
    const batch = range(begin, Math.min(to, begin + size - 1))
    await Promise.all(batch.map(() => bus.publishStored('market.a', data)))
  }
}

/** Consumes the stream from its beginning; gives the places of the messages as they come. */
async function consumeAll(): Promise<{
  got: Inbox<number>
  consumption: Awaited<ReturnType<Bus['consume']>>
}> {
  const got = new Inbox<number>()
  const consumption = await bus.consume('MARKET', { fromSeq: 1 }, (message) => {
    got.add(message.streamSeq)
  })
  return { got, consumption }
}

describe('a server that is killed', () => {
  beforeEach(() => start())

  it('ends no consumption: it goes on where it was, with nothing lost or twice', async () => {
    await bus.ensureStream(definition)
    await store(1, 6_000)
    const statuses = statusesOf(bus)
    const { got } = await consumeAll()
    for (const [round, count] of [100, 2_500, 6_000].entries()) {
      await got.count(count)
      await server.kill()
      await server.restart()
      await said(statuses, 'connected', round + 1)
    }
    await store(6_001, 6_100)
    expect(await got.count(6_100)).toEqual(range(1, 6_100))
  })

  it('is told, and told when it is back', async () => {
    const statuses = statusesOf(bus)
    await server.kill()
    await said(statuses, 'disconnected')
    expect(bus.isConnected).toBe(false)
    await server.restart()
    await said(statuses, 'connected')
    expect(bus.isConnected).toBe(true)
    const told = statuses.items.filter(({ kind }) => kind !== 'unreachable')
    expect(told).toEqual([
      { kind: 'disconnected', reason: expect.stringMatching(/\S/) },
      { kind: 'connected' },
    ])
  })

  it('is not waited for by what wants an answer; what wants none is counted', async () => {
    await bus.ensureStream(definition)
    const statuses = statusesOf(bus)
    server.suspend()
    const inFlight = bus.publishStored('market.a', bytes('1'))
    const flushed = bus.flush()
    const lost = expect(inFlight).rejects.toMatchObject(fault('DISCONNECTED'))
    const flushLost = expect(flushed).rejects.toMatchObject(fault('DISCONNECTED'))
    await server.kill()
    await lost
    await flushLost
    await said(statuses, 'disconnected')
    const unsent = bus.publishStored('market.a', bytes('2'))
    await expect(unsent).rejects.toMatchObject(fault('DISCONNECTED'))
    await expect(bus.streamState('MARKET')).rejects.toMatchObject(fault('DISCONNECTED'))
    bus.publish('market.a', bytes('3'))
    bus.publish('market.a', bytes('4'))
    expect(bus.droppedCount).toBe(2)
    await server.restart()
    await said(statuses, 'connected')
    // Nothing that was refused comes to the stream later.
    await bus.publishStored('market.a', bytes('5'))
    expect(text((await bus.lastMessage('MARKET', 'market.a'))!.data)).toBe('5')
    expect(await bus.streamState('MARKET')).toMatchObject({ lastSeq: 1 })
  })

  it('keeps subscriptions, but for what was published meanwhile', async () => {
    const got = new Inbox<string>()
    await bus.subscribe(['market.*'], (message) => {
      got.add(text(message.data))
    })
    const statuses = statusesOf(bus)
    await server.kill()
    await said(statuses, 'disconnected')
    bus.publish('market.a', bytes('lost'))
    await server.restart()
    await said(statuses, 'connected')
    bus.publish('market.a', bytes('back'))
    expect(await got.count(1)).toEqual(['back'])
  })

  it('does not hold up closing', async () => {
    await bus.ensureStream(definition)
    const { consumption } = await consumeAll()
    const statuses = statusesOf(bus)
    await server.kill()
    await said(statuses, 'disconnected')
    await bus.close()
    await consumption.closed
    expect(statuses.items.at(-1)).toEqual({ kind: 'closed', reason: null })
  })
})

describe('a server that is silent', () => {
  it('is not waited for longer than was said', async () => {
    await start({}, { timeoutMs: 200 })
    await bus.ensureStream(definition)
    server.suspend()
    const stored = bus.publishStored('market.a', bytes(''))
    await expect(stored).rejects.toMatchObject(fault('TIMEOUT'))
    await expect(bus.flush()).rejects.toMatchObject(fault('TIMEOUT', /within 200 ms/))
    const subscribed = bus.subscribe(['market.a'], () => undefined)
    await expect(subscribed).rejects.toMatchObject(fault('TIMEOUT'))
    server.resume()
    await bus.flush()
  })

  it('does not hold up closing', async () => {
    await start({}, { timeoutMs: 200 })
    await bus.ensureStream(definition)
    const { consumption } = await consumeAll()
    server.suspend()
    await bus.close()
    await consumption.closed
    server.resume()
  })

  it('counts as lost after two questions without an answer', async () => {
    await start({}, { pingIntervalMs: 50 })
    const statuses = statusesOf(bus)
    server.suspend()
    await said(statuses, 'disconnected')
    expect(statuses.items).toEqual([{ kind: 'disconnected', reason: 'the server is silent' }])
    server.resume()
    await said(statuses, 'connected')
    await bus.flush()
  })
})

describe('a server that is not there', () => {
  it('is looked for as long as was said, then named', async () => {
    await start()
    await server.kill()
    const failed = connectNats({ servers: server.url, connectTimeoutMs: 300 })
    const address = server.url.slice('nats://'.length)
    await expect(failed).rejects.toMatchObject(
      fault('CONNECT_FAILED', new RegExp(`expected a NATS server at ${address}, was: .*refused`)),
    )
  })

  it('is found when it comes', async () => {
    await start()
    await server.kill()
    const connecting = connectNats({ servers: server.url })
    await server.restart()
    const late = await connecting
    await late.flush()
    expect(late.name).toBe(server.url)
    await late.close()
  })
})

describe('a stream', () => {
  beforeEach(async () => {
    await start()
    await bus.ensureStream(definition)
  })

  it('that is deleted ends its consumptions with STREAM_MISSING', async () => {
    await store(1, 10)
    const { got, consumption } = await consumeAll()
    await got.count(10)
    await manager.streams.delete('MARKET')
    await expect(consumption.closed).rejects.toMatchObject(fault('STREAM_MISSING', /MARKET/))
    await consumption.stop()
  })

  it('that is made anew while we are away ends them with STREAM_RESET', async () => {
    await store(1, 10)
    const { got, consumption } = await consumeAll()
    await got.count(10)
    await server.kill()
    // The same streams, at another address, so that we are not there when it happens.
    const elsewhere = await startNatsServer({ storeDir: server.storeDir })
    const operator = await connect({ servers: elsewhere.url })
    const { streams } = await jetstreamManager(operator)
    const { config } = await streams.info('MARKET')
    await streams.delete('MARKET')
    await streams.add(config)
    await operator.close()
    await elsewhere.stop()
    await server.restart()
    await expect(consumption.closed).rejects.toMatchObject(
      fault('STREAM_RESET', /^MARKET: expected the stream made at .*, was one made at/),
    )
  })

  it('that lost its end, restored from a copy, ends them with STREAM_RESET', async () => {
    const copy = `${server.storeDir}-copy`
    await store(1, 10)
    await server.kill()
    cpSync(server.storeDir, copy, { recursive: true })
    const statuses = statusesOf(bus)
    await server.restart()
    await said(statuses, 'connected')
    await store(11, 20)
    const { got, consumption } = await consumeAll()
    await got.count(20)
    await server.kill()
    rmSync(server.storeDir, { recursive: true })
    cpSync(copy, server.storeDir, { recursive: true })
    await server.restart()
    await expect(consumption.closed).rejects.toMatchObject(
      fault('STREAM_RESET', /expected a stream of 20 messages or more, was 10/),
    )
  })

  it('whose consumer an operator deletes goes on with another', async () => {
    await store(1, 10)
    const { got } = await consumeAll()
    await got.count(10)
    const consumers = await manager.consumers.list('MARKET').next()
    expect(consumers).toHaveLength(1)
    await manager.consumers.delete('MARKET', consumers[0]!.name)
    await store(11, 20)
    expect(await got.count(20)).toEqual(range(1, 20))
  })

  it('is left without consumers by those that stop', async () => {
    await store(1, 10)
    const { got, consumption } = await consumeAll()
    await got.count(10)
    await consumption.stop()
    for await (const message of bus.read('MARKET', { fromSeq: 1 })) expect(message).toBeDefined()
    expect(await manager.consumers.list('MARKET').next()).toEqual([])
  })

  it('of more bytes than may wait is asked again for what was let go in a pause', async () => {
    const count = 60
    await store(1, count, new Uint8Array(500_000))
    const got = new Inbox<number>()
    const consumption = await bus.consume('MARKET', { fromSeq: 1 }, ({ streamSeq }) => {
      got.add(streamSeq)
      if (streamSeq === 5) consumption.pause()
    })
    const names = async (): Promise<string[]> =>
      (await manager.consumers.list('MARKET').next()).map(({ name }) => name)
    const [before] = await names()
    await got.count(5)
    // 16 MiB have come, and what has come is let go, with the consumer that would send the rest.
    await expect.poll(names).toEqual([])
    consumption.resume()
    expect(await got.count(count)).toEqual(range(1, count))
    expect(await names()).not.toContain(before)
  })

  it('whose first messages are gone begins with those it holds', async () => {
    await store(1, 10)
    await manager.streams.purge('MARKET', { seq: 8 })
    const { got } = await consumeAll()
    expect(await got.count(3)).toEqual([8, 9, 10])
    expect(await bus.streamState('MARKET')).toMatchObject({ firstSeq: 8, lastSeq: 10 })
    await manager.streams.purge('MARKET')
    expect(await bus.streamState('MARKET')).toMatchObject({ firstSeq: 11, lastSeq: 10 })
  })

  it('that differs is reported in words, and left alone', async () => {
    const found = await manager.streams.add({
      name: 'LEVELS',
      subjects: ['levels.signals'],
      storage: StorageType.Memory,
      discard: DiscardPolicy.New,
      max_bytes: 1_000_000,
      max_msgs: 7,
      duplicate_window: nanos(100),
    })
    const wanted = { name: 'LEVELS', subjects: ['levels.>'], maxAgeHours: 24 }
    expect(await bus.ensureStream(wanted)).toEqual({
      name: 'LEVELS',
      isCreated: false,
      differences: [
        'subjects: expected levels.>, was levels.signals',
        'max_age: expected 24 h, was none',
        'storage: expected file, was memory',
        'discard: expected old, was new',
        'max_msgs: expected none, was 7',
        'max_bytes: expected none, was 1000000',
        'duplicate_window: expected 120 s, was 0.1 s',
      ],
    })
    expect((await manager.streams.info('LEVELS')).config).toEqual(found.config)
  })

  it('that remembers ids for longer, or lets nothing be deleted, is as good', async () => {
    await manager.streams.add({
      ...{ name: 'MORE', subjects: ['more'], max_age: nanos(3_600_000), num_replicas: 1 },
      ...{ duplicate_window: nanos(1_800_000), deny_delete: true, deny_purge: true },
    })
    const more = { name: 'MORE', subjects: ['more'], maxAgeHours: 1 }
    expect(await bus.ensureStream(more)).toMatchObject({ isCreated: false, differences: [] })
    // A minute's stream cannot remember for two.
    const brief = { name: 'BRIEF', subjects: ['brief'], maxAgeHours: 1 / 60 }
    await bus.ensureStream(brief)
    expect(await bus.ensureStream(brief)).toMatchObject({ isCreated: false, differences: [] })
  })

  it('is made with file storage, limits retention and 24 hours', async () => {
    expect((await manager.streams.info('MARKET')).config).toMatchObject({
      storage: 'file',
      retention: 'limits',
      discard: 'old',
      max_age: 24 * 3_600e9,
      max_bytes: -1,
      max_msgs: -1,
    })
  })

  it('is made once by those who come together', async () => {
    const both = { name: 'BOTH', subjects: ['both'], maxAgeHours: 1 }
    const second = await connectNats({ servers: server.url })
    const reports = await Promise.all([bus.ensureStream(both), second.ensureStream(both)])
    expect(reports.flatMap(({ differences }) => differences)).toEqual([])
    await second.close()
  })
})

describe('no room', () => {
  const refused = async (code: 'STREAM_FULL' | 'TOO_LARGE'): Promise<void> => {
    const acks: Promise<unknown>[] = []
    for (let count = 0; count < 40; count += 1) {
      acks.push(bus.publishStored('market.a', new Uint8Array(900)))
    }
    const faults = (await Promise.allSettled(acks)).filter((each) => each.status === 'rejected')
    expect(faults.length).toBeGreaterThan(0)
    for (const { reason } of faults) expect(reason).toMatchObject(fault(code))
  }

  it.each([{ max_bytes: 10_000 }, { max_msgs: 10 }])('in a stream of %j', async (limits) => {
    await start()
    await manager.streams.add({
      name: 'MARKET',
      subjects: ['market.>'],
      discard: DiscardPolicy.New,
      ...limits,
    })
    await refused('STREAM_FULL')
    // Once there is room again it takes the next one.
    await manager.streams.purge('MARKET')
    await bus.publishStored('market.a', bytes('next'))
  })

  it('on the server as a whole', async () => {
    await start({ config: 'jetstream: { max_file_store: 16KB }' })
    await bus.ensureStream(definition)
    await refused('STREAM_FULL')
    await manager.streams.purge('MARKET')
    await bus.publishStored('market.a', bytes('next'))
  })

  it('for a message of this size in this stream', async () => {
    await start()
    await manager.streams.add({ name: 'MARKET', subjects: ['market.>'], max_msg_size: 800 })
    await refused('TOO_LARGE')
  })

  it('for a message of this size on this server', async () => {
    await start({ config: 'max_payload: 850' })
    await bus.ensureStream(definition)
    await refused('TOO_LARGE')
    expect(() => {
      bus.publish('market.a', new Uint8Array(900))
    }).toThrow(expect.objectContaining(fault('TOO_LARGE')))
  })
})

describe('a subscription', () => {
  it('is over for whoever has lost the right to its subject', async () => {
    const users = (rights: string): string =>
      `authorization { users: [ { user: all, password: all }, { user: one, password: one${rights} } ] }`
    server = await startNatsServer({ config: users('') })
    const credentials = { user: 'one', password: 'one' }
    bus = await connectNats({ servers: server.url, credentials })
    other = await connect({ servers: server.url, user: 'all', pass: 'all' })
    const stopped = await bus.subscribe(['market.>'], () => undefined)
    await stopped.stop()
    await stopped.closed
    const subscription = await bus.subscribe(['market.>'], () => undefined)
    await server.reload(users(', permissions: { subscribe: { deny: "market.>" } }'))
    await expect(subscription.closed).rejects.toMatchObject(fault('PERMISSION_DENIED', /market\.>/))
  })
})

describe('a subscription that does not keep up', () => {
  it('is cut off by the server, told so, and goes on', async () => {
    await start({ config: 'max_pending: 1MB\nwrite_deadline: "100ms"' })
    const statuses = statusesOf(bus)
    const got = new Inbox<string>()
    await bus.subscribe(['market.>'], ({ subject }) => {
      got.add(subject)
      if (got.items.length === 1) hold(1_500)
    })
    const flood = publishElsewhere(server.port, 'market.a', { count: 3_000, sizeBytes: 10_000 })
    await said(statuses, 'connected')
    await flood
    expect(statuses.items).toEqual([
      { kind: 'slow-consumer', subject: 'market.>' },
      { kind: 'disconnected', reason: expect.any(String) },
      { kind: 'connected' },
    ])
    expect(got.items.length).toBeLessThan(3_000)
    bus.publish('market.b', bytes(''))
    await got.until(() => got.items.includes('market.b'))
  })

  it('is not blamed when the server is killed amid messages', async () => {
    await start()
    const statuses = statusesOf(bus)
    const got = new Inbox<string>()
    await bus.subscribe(['market.>'], ({ subject }) => {
      got.add(subject)
    })
    const flood = publishElsewhere(server.port, 'market.a', { count: 100_000, sizeBytes: 500 })
    await got.count(2_000)
    await server.kill()
    await said(statuses, 'disconnected')
    await flood
    expect(statuses.items.map(({ kind }) => kind)).toEqual(['disconnected'])
  })
})

/** Keeps the event loop busy, as a handler does that takes too long. */
function hold(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

/** Publishes from a thread of its own, as another program would: this one may stand still. */
function publishElsewhere(
  port: number,
  subject: string,
  { count, sizeBytes }: { count: number; sizeBytes: number },
): Promise<void> {
  const script = `
    const socket = require('node:net').connect(${port}, '127.0.0.1')
    const message = 'PUB ${subject} ${sizeBytes}\\r\\n' + 'x'.repeat(${sizeBytes}) + '\\r\\n'
    socket.on('error', () => socket.destroy())
    socket.on('data', (data) => { if (data.includes('PONG')) socket.end() })
    socket.write('CONNECT {"verbose":false}\\r\\n')
    for (let sent = 0; sent < ${count}; sent += 1) socket.write(message)
    socket.write('PING\\r\\n')
  `
  const worker = new Worker(script, { eval: true })
  const { promise, resolve } = Promise.withResolvers<undefined>()
  worker.once('exit', () => {
    resolve(undefined)
  })
  return promise
}

describe('an object that is damaged', () => {
  const snapshot = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251)
  const chunks = async (): Promise<{ subject: string; seqs: number[] }> => {
    const found: { subject: string; seqs: number[] } = { subject: '', seqs: [] }
    const options = { fromSeq: 1, subject: '$O.STATE.C.>' }
    for await (const { subject, streamSeq } of bus.read('OBJ_STATE', options)) {
      found.subject = subject
      found.seqs.push(streamSeq)
    }
    return found
  }

  beforeEach(async () => {
    await start()
    const store = await bus.objectStore('STATE')
    await store.put('good', [bytes('good')])
    await store.put('bad', [snapshot], { run: 'r' })
  })
  afterEach(async () => {
    const store = await bus.objectStore('STATE')
    await expect(store.get('bad')).rejects.toMatchObject(fault('OBJECT_DAMAGED', /^bad: expected/))
    // The others are not touched by it, and it can be told apart, replaced and deleted.
    expect(text((await store.get('good'))!)).toBe('good')
    expect((await store.list()).map(({ name }) => name)).toEqual(['bad', 'good'])
    await store.put('bad', [snapshot])
    expect(Buffer.from((await store.get('bad'))!).equals(snapshot)).toBe(true)
    await store.delete('bad')
    expect((await store.list()).map(({ name }) => name)).toEqual(['good'])
  })

  it('by a part that is missing', async () => {
    const { seqs } = await chunks()
    expect(seqs.length).toBeGreaterThan(1)
    await manager.streams.deleteMessage('OBJ_STATE', seqs.at(-2)!)
  })

  it('by all parts missing', async () => {
    const { subject } = await chunks()
    await manager.streams.purge('OBJ_STATE', { filter: subject })
  })

  it('by a part that was changed', async () => {
    const { subject, seqs } = await chunks()
    const last = await manager.streams.getMessage('OBJ_STATE', { seq: seqs.at(-1)! })
    const changed = last!.data.slice()
    changed[0] = changed[0]! ^ 1
    await manager.streams.deleteMessage('OBJ_STATE', seqs.at(-1)!)
    await bus.publishStored(subject, changed)
  })

  it('by a part too many', async () => {
    const { subject } = await chunks()
    await bus.publishStored(subject, bytes('more'))
  })

  it.each([
    'not JSON',
    'null',
    '{"nuid":7}',
    '{"nuid":"a b*>","size":3,"chunks":1}',
    '{"nuid":"a","size":3,"chunks":"1","digest":7}',
  ])('by an entry that reads %j', async (entry) => {
    const name = Buffer.from('bad').toString('base64url')
    await manager.streams.purge('OBJ_STATE', { filter: `$O.STATE.M.${name}` })
    await bus.publishStored(`$O.STATE.M.${name}`, bytes(entry))
  })
})

describe('an object', () => {
  const former = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251)
  beforeEach(async () => {
    await start()
    await (await bus.objectStore('STATE')).put('state', [former], { run: 'r' })
  })

  it('is read by other clients of NATS', async () => {
    const store = await new Objm(jetstream(other)).open('STATE')
    expect(Buffer.from((await store.getBlob('state'))!).equals(former)).toBe(true)
    expect(await store.info('state')).toMatchObject({ size: 300_000, metadata: { run: 'r' } })
  })

  it('that does not fit leaves the former one, and nothing of itself', async () => {
    const { config, state } = await manager.streams.info('OBJ_STATE')
    await manager.streams.update('OBJ_STATE', { ...config, max_bytes: 500_000 })
    const store = await bus.objectStore('STATE')
    const large = store.put('state', [new Uint8Array(400_000)])
    await expect(large).rejects.toMatchObject(fault('STREAM_FULL'))
    expect(Buffer.from((await store.get('state'))!).equals(former)).toBe(true)
    const { state: after } = await manager.streams.info('OBJ_STATE')
    expect(after.messages).toBe(state.messages)
  })
})

describe('discovery', () => {
  it('is answered as ADR-32 of NATS says, until stopped', async () => {
    await start()
    const announced = await bus.announce({
      name: 'signal-service',
      version: '1.2.3',
      description: 'level signals',
      metadata: { run: 'r' },
    })
    const ask = async (subject: string): Promise<unknown> =>
      (await other.request(subject, '', { timeout: 2_000 })).json()
    const common = {
      name: 'signal-service',
      id: expect.stringMatching(/^[A-Za-z0-9]{22}$/),
      version: '1.2.3',
      metadata: { run: 'r' },
    }
    const ping = await ask('$SRV.PING')
    expect(ping).toEqual({ type: 'io.nats.micro.v1.ping_response', ...common })
    const { id } = ping as { id: string }
    expect(await ask('$SRV.INFO.signal-service')).toEqual({
      type: 'io.nats.micro.v1.info_response',
      ...common,
      description: 'level signals',
      endpoints: [],
    })
    expect(await ask(`$SRV.STATS.signal-service.${id}`)).toEqual({
      type: 'io.nats.micro.v1.stats_response',
      ...common,
      started: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      endpoints: [],
    })
    await expect(ask('$SRV.PING.another')).rejects.toThrow(/no responders/)
    await announced.stop()
    await bus.flush()
    await expect(ask('$SRV.PING')).rejects.toThrow(/no responders/)
  })
})

describe('another consumer of the stream', () => {
  it('is not touched by ours', async () => {
    await start()
    await bus.ensureStream(definition)
    await manager.consumers.add('MARKET', {
      durable_name: 'theirs',
      ack_policy: AckPolicy.Explicit,
    })
    const { got, consumption } = await consumeAll()
    await store(1, 3)
    await got.count(3)
    await consumption.stop()
    const left = await manager.consumers.list('MARKET').next()
    expect(left.map(({ name, num_pending }) => [name, num_pending])).toEqual([['theirs', 3]])
  })
})
