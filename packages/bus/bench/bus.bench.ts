/**
 * Messages delivered a second through the bus, against the bare client library doing the same:
 * 700 bytes each, NATS core and JetStream, in one process against a real server.
 *
 * Run: node --conditions=@levels/source packages/bus/bench/bus.bench.ts [messages]
 */
import { once } from 'node:events'
import { cpus } from 'node:os'
import { Worker } from 'node:worker_threads'
import { DeliverPolicy, jetstream } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { type Bus, connectNats, InProcessBus } from '@levels/bus'
import { startNatsServer } from '../../../tools/nats-server.ts'

const MESSAGES = Number(process.argv[2] ?? 60_000)
const ROUNDS = 7
const SIZE_BYTES = 700
const SUBJECT = 'market.futures.mbp10'
const PAYLOAD = new Uint8Array(SIZE_BYTES).fill(120)

let consumedBytes = 0

/** What a round gave. */
interface Cost {
  /** Messages a second, from the first to the last. */
  readonly rate: number
  /** This thread's own time for a message, whatever else the machine does meanwhile. */
  readonly threadUs: number
}

/** Counts messages, and tells what a round of them has cost. */
class Meter {
  #count = 0
  #beginMs = 0
  #begin = process.threadCpuUsage()
  readonly #done = Promise.withResolvers<Cost>()

  readonly take = (subject: string, data: Uint8Array): void => {
    if (this.#count === 0) {
      this.#beginMs = performance.now()
      this.#begin = process.threadCpuUsage()
    }
    this.#count += 1
    consumedBytes += data.length + subject.length
    if (this.#count < MESSAGES) return
    const { user, system } = process.threadCpuUsage(this.#begin)
    this.#done.resolve({
      rate: (MESSAGES * 1_000) / (performance.now() - this.#beginMs),
      threadUs: (user + system) / MESSAGES,
    })
  }

  get cost(): Promise<Cost> {
    return this.#done.promise
  }
}

/** A publisher on a thread of its own, which writes the protocol as fast as the server reads it. */
class Flood {
  readonly #worker: Worker

  constructor(port: number) {
    const script = `
      const { parentPort } = require('node:worker_threads')
      const message = 'PUB ${SUBJECT} ${SIZE_BYTES}\\r\\n' + 'x'.repeat(${SIZE_BYTES}) + '\\r\\n'
      const block = Buffer.from(message.repeat(100))
      const socket = require('node:net').connect(${port}, '127.0.0.1')
      socket.write('CONNECT {"verbose":false}\\r\\n')
      socket.on('data', (data) => { if (data.includes('PONG')) parentPort.postMessage('sent') })
      parentPort.on('message', (count) => {
        for (let sent = 0; sent < count; sent += 100) socket.write(block)
        socket.write('PING\\r\\n')
      })
    `
    this.#worker = new Worker(script, { eval: true })
  }

  async send(): Promise<void> {
    const sent = once(this.#worker, 'message')
    this.#worker.postMessage(MESSAGES)
    await sent
  }

  stop(): Promise<number> {
    return this.#worker.terminate()
  }
}

async function bareCore(connection: NatsConnection, flood: Flood): Promise<Cost> {
  const meter = new Meter()
  const subscription = connection.subscribe(SUBJECT, {
    callback: (_error, message) => {
      meter.take(message.subject, message.data)
    },
  })
  await connection.flush()
  await flood.send()
  const cost = await meter.cost
  subscription.unsubscribe()
  return cost
}

async function busCore(bus: Bus, flood: Flood): Promise<Cost> {
  const meter = new Meter()
  const subscription = await bus.subscribe([SUBJECT], (message) => {
    meter.take(message.subject, message.data)
  })
  await flood.send()
  const cost = await meter.cost
  await subscription.stop()
  return cost
}

type Style = 'callback' | 'iterator'

async function bareStream(connection: NatsConnection, style: Style): Promise<Cost> {
  const meter = new Meter()
  const consumer = await jetstream(connection).consumers.get('MARKET', {
    deliver_policy: DeliverPolicy.All,
  })
  if (style === 'callback') {
    const messages = await consumer.consume({
      max_messages: 2_048,
      callback: (message) => {
        meter.take(message.subject, message.data)
      },
    })
    const cost = await meter.cost
    await messages.close()
    return cost
  }
  let count = 0
  const messages = await consumer.consume({ max_messages: 2_048 })
  for await (const message of messages) {
    meter.take(message.subject, message.data)
    count += 1
    if (count === MESSAGES) break
  }
  return meter.cost
}

async function busStream(bus: Bus): Promise<Cost> {
  const meter = new Meter()
  const consumption = await bus.consume('MARKET', { fromSeq: 1 }, (message) => {
    meter.take(message.subject, message.data)
  })
  const cost = await meter.cost
  await consumption.stop()
  return cost
}

async function busRead(bus: Bus): Promise<Cost> {
  const meter = new Meter()
  for await (const message of bus.read('MARKET', { fromSeq: 1 })) {
    meter.take(message.subject, message.data)
  }
  return meter.cost
}

/** Acknowledged messages, so many on their way at once. */
async function stored(publish: () => Promise<unknown>): Promise<Cost> {
  const window = 256
  const count = Math.ceil(MESSAGES / 4 / window) * window
  const beginMs = performance.now()
  const begin = process.threadCpuUsage()
  for (let sent = 0; sent < count; sent += window) {
    await Promise.all(Array.from({ length: window }, publish))
  }
  const { user, system } = process.threadCpuUsage(begin)
  return {
    rate: (count * 1_000) / (performance.now() - beginMs),
    threadUs: (user + system) / count,
  }
}

const server = await startNatsServer()
const bus = await connectNats({ servers: server.url })
const bare = await connect({ servers: server.url, noAsyncTraces: true })
const flood = new Flood(server.port)
const memory = new InProcessBus()

const rounds = new Map<string, Cost[]>()
const note = (name: string, cost: Cost): void => {
  rounds.set(name, [...(rounds.get(name) ?? []), cost])
}
const core: [name: string, measure: () => Promise<Cost>][] = [
  ['core, bare client', () => bareCore(bare, flood)],
  ['core, bus', () => busCore(bus, flood)],
]
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [name, measure] of core.reverse()) note(name, await measure())
}
await bus.ensureStream({ name: 'MARKET', subjects: ['market.>'], maxAgeHours: 24 })
await memory.ensureStream({ name: 'MARKET', subjects: ['market.>'], maxAgeHours: 24 })
await flood.send()
for (let count = 0; count < MESSAGES; count += 1) memory.publish(SUBJECT, PAYLOAD)
await bus.ensureStream({ name: 'OUT', subjects: ['out'], maxAgeHours: 24 })
const js = jetstream(bare)
for (let round = 0; round < ROUNDS; round += 1) {
  note('stream, bare client, callback', await bareStream(bare, 'callback'))
  note('stream, bare client, iterator', await bareStream(bare, 'iterator'))
  note('stream, bus', await busStream(bus))
  note('stream, bus, read', await busRead(bus))
  note('stream, in-process bus', await busStream(memory))
  note('publish stored, bare client', await stored(() => js.publish('out', PAYLOAD)))
  note('publish stored, bus', await stored(() => bus.publishStored('out', PAYLOAD)))
}
/** The best round: what else the machine does only takes away from it. */
const rate = (name: string): number =>
  Math.max(...(rounds.get(name) ?? []).map((cost) => cost.rate))
const threadUs = (name: string): number =>
  Math.min(...(rounds.get(name) ?? []).map((cost) => cost.threadUs))

console.log(`node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}`)
console.log(`${MESSAGES} messages of ${SIZE_BYTES} bytes, best of ${ROUNDS} interleaved rounds`)
for (const name of [...rounds.keys()].sort()) {
  const perSecond = `${Math.round(rate(name)).toLocaleString('en').padStart(12)} /s`
  console.log(`${name.padEnd(32)}${perSecond}, ${threadUs(name).toFixed(2)} µs of this thread`)
}
const compare = (one: string, other: string): void => {
  const ratio = (rate(one) / rate(other)).toFixed(2)
  const less = (threadUs(other) / threadUs(one)).toFixed(2)
  console.log(`${one} over ${other}: rate ${ratio}, by this thread's time ${less}`)
}
compare('core, bus', 'core, bare client')
compare('stream, bus', 'stream, bare client, callback')
compare('stream, bus', 'stream, bare client, iterator')
compare('publish stored, bus', 'publish stored, bare client')
console.log(`(${consumedBytes} bytes consumed)`)

await flood.stop()
await bus.close()
await bare.close()
await server.stop()
