import { cpSync, rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { STREAMS } from '@levels/contracts'
import { describe, expect, it } from 'vitest'
import { closed, replayed, sessionMessages, withPause, type FeedMessage } from './session.ts'
import {
  isNightly,
  makeForgetfulStream,
  makeSignalStream,
  payloadsUpTo,
  publish,
  startBus,
  startService,
  storedPayloads,
  SWEPT,
  textsOf,
  tsOf,
  until,
} from './support.ts'
import { depthText } from '../bench/depth-messages.ts'
import { startProxy } from './tcp-proxy.ts'

const SPEED = 40
const CUT_MS = isNightly ? 30_000 : 3_000
const session = sessionMessages({ seed: 42, durationS: 60 })
const middle = Math.floor(session.length / 2)
const [firstHalf, secondHalf] = [session.slice(0, middle), session.slice(middle)]
// The machine may stand still for a while: that is no lull.
const PATIENT = ['--lull-grace', '60000', '--lull-resume', '50']
const NOTHING = new Uint8Array()
const MIB = 2 ** 20

type Bus = Awaited<ReturnType<typeof startBus>>['bus']

/** What the server's own tools do, over its API. */
async function deleteStream(bus: Bus, name: string): Promise<void> {
  bus.publish(`$JS.API.STREAM.DELETE.${name}`, NOTHING)
  await bus.flush()
}

async function expectParity(bus: Bus, messages: readonly FeedMessage[]): Promise<void> {
  const { payloads } = await replayed(messages)
  expect(textsOf(await payloadsUpTo(bus, tsOf(payloads.at(-1))))).toEqual(payloads)
}

/** Everything published before the last boundary that these messages allow. */
async function settledBy(bus: Bus, messages: readonly FeedMessage[]): Promise<void> {
  const newestNs = messages.at(-1)!.tsEventNs - 500_000_000n
  await payloadsUpTo(bus, Math.floor(Number(newestNs / 1_000_000n) / 250) * 250 - 250)
}

describe.concurrent('when the bus goes away, the service says so, and nothing is lost', () => {
  it('as the server is killed, and started again', async () => {
    await using bus = await startBus()
    await using service = startService(bus.server.url, PATIENT)
    await service.reaches('LIVE')
    await publish(bus.bus, firstHalf, { speed: SPEED })
    await settledBy(bus.bus, firstHalf)
    const lagS = async (): Promise<number> => (await service.metrics()).levels_stream_lag_seconds!
    await until('a look at the stream', async () => !Number.isNaN(await lagS()))
    await bus.server.kill()
    const from = await service.reaches('DEGRADED BUS_DISCONNECTED')
    const ready = await fetch(`${await service.url()}/readyz`)
    expect(ready.status).toBe(503)
    expect(await ready.json()).toMatchObject({
      state: 'DEGRADED',
      reason: { code: 'BUS_DISCONNECTED' },
    })
    expect((await fetch(`${await service.url()}/healthz`)).status).toBe(200)
    expect(await lagS()).toBeNaN()
    await bus.server.restart()
    await until('our connection', () => bus.bus.isConnected)
    await publish(bus.bus, closed(secondHalf), { speed: SPEED })
    await service.reaches('LIVE', from)
    await expectParity(bus.bus, session)
    expect((await fetch(`${await service.url()}/readyz`)).status).toBe(200)
    expect((await service.metrics()).levels_reconnects_total).toBeGreaterThan(0)
  })

  it(`as the connection is cut for ${CUT_MS / 1_000} s, and events go on`, async () => {
    await using bus = await startBus()
    await using proxy = await startProxy(bus.server.port)
    await using service = startService(proxy.url, PATIENT, {}, SWEPT)
    await service.reaches('LIVE')
    const published = publish(bus.bus, closed(session), { speed: SPEED })
    await until('payloads', async () => (await storedPayloads(bus.bus)).length > 20)
    proxy.cut()
    const from = await service.reaches('DEGRADED BUS_DISCONNECTED')
    await sleep(CUT_MS) // the length of the cut is what is tested
    const pooled = (await service.metrics()).levels_pooled_events!
    const held = await service.heldBytes()
    proxy.restore()
    await service.reaches('LIVE', from)
    await published
    await expectParity(bus.bus, session)
    // What is held is what the lateness demands, however much there was to catch up with.
    expect((await service.metrics()).levels_pooled_events).toBeLessThan(2 * pooled + 1_024)
    expect((await service.heldBytes()) - held).toBeLessThan(24 * MIB)
  })

  it(`as nothing comes through for ${CUT_MS / 1_000} s, though the connection stands`, async () => {
    await using bus = await startBus()
    await using proxy = await startProxy(bus.server.port)
    await using service = startService(proxy.url, ['--lull-grace', '0', '--lull-resume', '1000'])
    await service.reaches('LIVE')
    await publish(bus.bus, firstHalf, { speed: SPEED })
    proxy.silence()
    // Publishers stand still as well: their events come late by the wall clock, and in time.
    await sleep(CUT_MS) // the length of the silence is what is tested
    const published = publish(bus.bus, closed(secondHalf), { speed: SPEED })
    proxy.restore()
    await published
    await expectParity(bus.bus, session)
    expect((await service.metrics())['levels_rejects_total{code="LATE"}']).toBe(0)
  })

  it('as the service stands still while messages come, and catches up', async () => {
    await using bus = await startBus()
    const args = [...PATIENT, '--lag-degraded', '1']
    await using service = startService(bus.server.url, args, {}, SWEPT)
    await service.reaches('LIVE')
    await publish(bus.bus, firstHalf.slice(0, 100))
    await until('them', async () => (await service.metrics()).levels_waiting_events)
    const held = await service.heldBytes()
    const from = service.states.length
    service.child.kill('SIGSTOP')
    await publish(bus.bus, [...firstHalf.slice(100), ...closed(secondHalf)])
    await sleep(1_100) // past its next look at the stream, which then comes before the messages
    service.child.kill('SIGCONT')
    await service.reaches('LIVE', await service.reaches('DEGRADED LAGGING', from))
    await expectParity(bus.bus, session)
    expect((await service.heldBytes()) - held).toBeLessThan(24 * MIB)
  })

  it('as a plain subscription is given up for being slow: it says so, and goes on', async () => {
    const config = 'max_payload: 64KB\nmax_pending: 1MB\nwrite_deadline: "300ms"'
    await using bus = await startBus({ config })
    await using service = startService(bus.server.url, [...PATIENT, '--source', 'core'])
    await service.reaches('LIVE')
    for (const { subject, text } of firstHalf) bus.bus.publish(subject, Buffer.from(text))
    await bus.bus.flush()
    await until('some', async () => (await service.metrics()).levels_waiting_events)
    service.child.kill('SIGSTOP')
    // More than all buffers between the server and it can hold.
    for (let mb = 0; !bus.server.log.includes('Slow Consumer') && mb < 200; mb++) {
      for (const { subject, text } of firstHalf) bus.bus.publish(subject, Buffer.from(text))
      await bus.bus.flush()
    }
    service.child.kill('SIGCONT')
    const from = await service.reaches('DEGRADED BUS_DISCONNECTED')
    await service.reaches('LIVE', await service.reaches('DEGRADED NO_EVENT_SINCE_RECONNECT', from))
    await publish(bus.bus, closed(secondHalf), { speed: SPEED })
    const lastTs = tsOf((await replayed(session)).payloads.at(-1))
    const times = (await payloadsUpTo(bus.bus, lastTs)).map(({ ts }) => ts)
    expect(times.every((ts, i) => i === 0 || ts === times[i - 1]! + 250)).toBe(true)
  })

  it('as the stream of payloads is deleted: it is made again, and goes on without a hole', async () => {
    await using bus = await startBus()
    await using service = startService(bus.server.url, PATIENT)
    await service.reaches('LIVE')
    await publish(bus.bus, firstHalf, { speed: SPEED })
    await settledBy(bus.bus, firstHalf)
    await deleteStream(bus.bus, 'LEVEL_SIGNALS')
    await publish(bus.bus, closed(secondHalf), { speed: SPEED })
    await service.reaches('LIVE', await service.reaches('DEGRADED PUBLISH_FAILED'))
    const { payloads } = await replayed(session)
    const stored = textsOf(await payloadsUpTo(bus.bus, tsOf(payloads.at(-1))))
    expect(stored.length).toBeGreaterThan(100)
    expect(stored).toEqual(payloads.slice(-stored.length))
  })

  it('as the market stream is deleted: a new run begins, with what the new one holds', async () => {
    await using bus = await startBus()
    await using service = startService(bus.server.url, PATIENT)
    await service.reaches('LIVE')
    await publish(bus.bus, firstHalf, { speed: SPEED })
    await settledBy(bus.bus, firstHalf)
    const before = await storedPayloads(bus.bus)
    await deleteStream(bus.bus, 'MARKET_DATA')
    const missing = await service.reaches('DEGRADED STREAM_MISSING')
    await service.reaches('LIVE', await service.reaches('RECOVERING STREAM_MISSING', missing))
    await publish(bus.bus, closed(secondHalf), { speed: SPEED })
    const { payloads } = await replayed(secondHalf)
    const stored = await payloadsUpTo(bus.bus, tsOf(payloads.at(-1)))
    expect(stored.slice(0, before.length)).toEqual(before)
    const anew = stored.slice(before.length)
    expect(textsOf(anew)).toEqual(payloads)
    expect(anew[0]!.run).not.toBe(before[0]!.run)
  })

  it('as the market stream is deleted while payloads cannot be stored: both are over in the end', async () => {
    await using bus = await startBus()
    await makeSignalStream(bus.bus, { max_msgs: 20, discard: 'new' })
    await using service = startService(bus.server.url, PATIENT)
    await service.reaches('LIVE')
    await publish(bus.bus, firstHalf, { speed: SPEED })
    const from = await service.reaches('DEGRADED PUBLISH_FAILED')
    await deleteStream(bus.bus, 'MARKET_DATA')
    const runs = (): number => service.lines.filter(({ msg }) => msg === 'run begins').length
    await until('another run', () => runs() === 2)
    await makeRoom(bus.bus)
    await publish(bus.bus, closed(secondHalf), { speed: SPEED })
    await service.reaches('LIVE', from, 20_000)
    const { payloads } = await replayed(secondHalf)
    const stored = await payloadsUpTo(bus.bus, tsOf(payloads.at(-1)))
    expect(textsOf(stored).slice(-payloads.length)).toEqual(payloads)
    expect(service.states.at(-1)).toBe('LIVE')
  })

  it('as an answer is lost, for longer than the server remembers: no boundary is stored twice', async () => {
    await using bus = await startBus()
    await makeForgetfulStream(bus.bus)
    await using proxy = await startProxy(bus.server.port)
    await using service = startService(proxy.url, PATIENT)
    await service.reaches('LIVE')
    const published = publish(bus.bus, closed(session), { speed: SPEED / 4 })
    const isUnheard = async (): Promise<boolean> => {
      const stored = (await storedPayloads(bus.bus)).length
      return stored > (await service.metrics()).levels_signals_published_total!
    }
    await until('a payload that is stored without the service hearing of it', async () => {
      proxy.holdAnswers()
      await sleep(100) // whatever was on its way has come by then
      if (await isUnheard()) return true
      proxy.restore()
      await sleep(20)
      return false
    })
    proxy.cut()
    const from = await service.reaches('DEGRADED BUS_DISCONNECTED')
    await sleep(300) // past the 100 ms for which the server remembers
    proxy.restore()
    await service.reaches('LIVE', from)
    await published
    await expectParity(bus.bus, session)
  })

  it('as the server comes back with an older state of its disk: it says so for a while', async () => {
    await using bus = await startBus()
    await using service = startService(bus.server.url, PATIENT)
    await service.reaches('LIVE')
    await publish(bus.bus, firstHalf.slice(0, 500))
    await until('them', async () => (await storedPayloads(bus.bus)).length > 5)
    const { storeDir } = bus.server
    const copy = `${storeDir}-copy`
    await bus.server.kill()
    cpSync(storeDir, copy, { recursive: true })
    await bus.server.restart()
    await until('our connection', () => bus.bus.isConnected)
    await publish(bus.bus, firstHalf.slice(500))
    await settledBy(bus.bus, firstHalf)
    await bus.server.kill()
    rmSync(storeDir, { recursive: true })
    cpSync(copy, storeDir, { recursive: true })
    const from = service.states.length
    await bus.server.restart()
    const reset = await service.reaches('DEGRADED STREAM_RESET', from)
    await service.reaches('LIVE', reset, 30_000)
  })

  it('as payloads cannot be stored for long: what comes meanwhile is left in the stream', async () => {
    await using bus = await startBus()
    await makeSignalStream(bus.bus, { max_msgs: 1, discard: 'new' })
    await using service = startService(bus.server.url, PATIENT, {}, SWEPT)
    await service.reaches('LIVE')
    // Four payloads a second: as many as may wait, and a few more.
    const texts = depthText({ seed: 5, fromNs: '1773151200000000000', stepNs: 50_000_000 })
    await flood(bus.bus, texts, 21_000)
    await until('4,096', async () => (await service.metrics()).levels_outbox_depth === 4_096)
    const before = await service.heldBytes()
    await flood(bus.bus, texts, 150_000)
    const { sizeBytes } = await bus.bus.streamState('MARKET_DATA')
    expect(sizeBytes).toBeGreaterThan(100 * MIB)
    let most = 0
    for (let look = 0; look < 10; look++) {
      await sleep(100) // time in which a service that takes them would
      most = Math.max(most, await service.heldBytes())
    }
    const { levels_outbox_depth: depth, levels_waiting_events: waiting } = await service.metrics()
    expect(depth).toBe(4_096)
    expect(waiting).toBeLessThan(1_000)
    // 16 MiB of messages, and what a message costs beyond its bytes.
    expect(most - before).toBeLessThan(48 * MIB)
  })

  it('as the server has no room: payloads wait, in order, and are stored once it has', async () => {
    // Between the halves nothing happens for a minute; a lull of some seconds passes boundaries.
    const paused = withPause(session, middle, 60)
    await using bus = await startBus({ config: 'jetstream { max_file_store: 40MB }' })
    await using service = startService(bus.server.url, ['--lull-resume', '50'])
    await service.reaches('LIVE')
    await publish(bus.bus, paused.slice(0, middle), { speed: SPEED })
    await fillUp(bus.bus)
    const from = await service.reaches('DEGRADED PUBLISH_FAILED')
    await until('waiting', async () => (await service.metrics()).levels_outbox_depth! > 3)
    await deleteStream(bus.bus, 'FILLER')
    await service.reaches('LIVE', from)
    await publish(bus.bus, closed(paused.slice(middle)), { speed: SPEED })
    await expectParity(bus.bus, paused)
  })
})

/** Publishes so many messages, as fast as the stream takes them. */
async function flood(bus: Bus, texts: Iterator<string, never>, count: number): Promise<void> {
  const { lastSeq } = await bus.streamState('MARKET_DATA')
  for (let sent = 1; sent <= count; sent++) {
    bus.publish('market.futures.mbp10', Buffer.from(texts.next().value))
    if (sent % 1_000 === 0) await bus.flush()
  }
  await until(
    `${count} messages`,
    async () => (await bus.streamState('MARKET_DATA')).lastSeq >= lastSeq + count,
  )
}

/** The stream of payloads takes as many as come, as its operator decides. */
async function makeRoom(bus: Bus): Promise<void> {
  const config = {
    name: 'LEVEL_SIGNALS',
    subjects: ['levels.>'],
    storage: 'file',
    max_age: 24 * 3_600 * 1e9,
    max_msgs: -1,
  }
  bus.publish('$JS.API.STREAM.UPDATE.LEVEL_SIGNALS', Buffer.from(JSON.stringify(config)))
  await bus.flush()
}

/** Leaves the server no room for another message. */
async function fillUp(bus: Bus): Promise<void> {
  await bus.ensureStream({ ...STREAMS[0]!, name: 'FILLER', subjects: ['filler'] })
  for (const sizeBytes of [900_000, 50_000, 1_000, 100]) {
    for (;;) {
      const ack = await bus.publishStored('filler', new Uint8Array(sizeBytes)).catch(() => null)
      if (ack === null) break
    }
  }
}
