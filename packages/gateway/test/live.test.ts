import type { Bus, BusStatus } from '@levels/bus'
import { InProcessBus } from '@levels/bus'
import type { LevelSignals } from '@levels/contracts'
import { encodeServiceStatus, HEADERS, Subject } from '@levels/contracts'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { TIMING } from '../src/client-set.ts'
import { HISTORY_LIMITS } from '../src/index.ts'
import { LiveSession } from '../src/live-session.ts'
import { createMetrics } from '../src/metrics.ts'
import { CloseCode, decodeServerMessage, PROTOCOL_LIMITS } from '../src/protocol.ts'
import { RawSocket } from './raw-socket.ts'
import { atEnd, busWithStream, bytesOf, metric, publish, RUN, snapOf, snapWith } from './support.ts'
import { busWith, startLive, STATUS, T, TestClient } from './support.ts'

afterEach(() => {
  vi.useRealTimers()
})

describe('a client that connects', () => {
  it('is given what there is, in order, at once', async () => {
    const bus = await busWithStream()
    const gateway = await startLive(bus)
    await new TestClient(gateway).settled()
    const watcher = await new TestClient(gateway).greeted()
    await bus.publishStored(Subject.Status, Buffer.from(encodeServiceStatus(STATUS)))
    await publish(bus, snapWith(1, 'NEUTRAL'))
    await publish(bus, snapWith(2, 'BREAK'))
    await watcher.next('events', ({ events }) => events.length > 0)

    const client = await new TestClient(gateway).greeted()
    const types = client.messages.map(({ type }) => type)
    expect(types).toEqual(['hello', 'link', 'status', 'snap', 'history', 'events'])
    const [hello, link, status, snap, history, events] = client.messages
    expect(hello).toMatchObject({ protocol: 1, mode: 'live', snapIntervalMs: 250, run: null })
    expect(link).toMatchObject({ isConnected: true, reason: null, isCatchingUp: false })
    expect(status).toMatchObject({ status: STATUS })
    expect(snap).toMatchObject({ seq: 2, runId: RUN, signals: snapWith(2, 'BREAK') })
    expect(history).toMatchObject({ id: null, runId: RUN, bucketMs: 250, ts: [T + 250, T + 500] })
    expect(events).toMatchObject({ isReset: true, events: [{ seq: 1, signal: 'BREAK' }] })
  })

  it('of a bus without streams sees what is published from then on', async () => {
    const bus = new InProcessBus()
    atEnd(() => bus.close())
    const gateway = await startLive(bus)
    const client = await new TestClient(gateway).greeted()
    bus.publish(Subject.LevelSignals, bytesOf(snapOf(1)))
    expect(await client.next('snap')).toMatchObject({ seq: 1, runId: null })
  })
})

describe('a snap', () => {
  it('reaches every client with the very bytes that were published, serialised once', async () => {
    const bus = await busWithStream()
    const gateway = await startLive(bus)
    const clients = Array.from({ length: 20 }, () => new TestClient(gateway))
    for (const client of clients) await client.greeted()
    const before = await metric(gateway, 'serialisations_total')
    const snap = snapOf(1, [{ id: 'VWAP', kind: 'VWAP', price: 687.0123456789 }])
    await publish(bus, snap)
    for (const client of clients) {
      expect((await client.next('snap')).signals).toEqual(snap)
      const text = client.texts.findLast((each) => each.startsWith('{"type":"snap"'))!
      expect(text.slice(text.indexOf('\n') + 1)).toBe(Buffer.from(bytesOf(snap)).toString())
    }
    expect((await metric(gateway, 'serialisations_total')) - before).toBe(1)
  })

  it('that is none, or comes a second time, reaches nobody', async () => {
    const bus = await busWithStream()
    const gateway = await startLive(bus)
    const client = await new TestClient(gateway).settled()
    await publish(bus, snapOf(2))
    expect((await client.next('snap')).seq).toBe(1)
    const headers = { [HEADERS.run]: RUN }
    bus.publish(Subject.LevelSignals, Buffer.from('{"ts":'), headers)
    bus.publish(Subject.LevelSignals, bytesOf({ ...snapOf(3), ts: -1 }), headers)
    bus.publish(Subject.LevelSignals, bytesOf(snapOf(2)), headers)
    bus.publish(Subject.LevelSignals, bytesOf(snapOf(1)), headers)
    await publish(bus, snapOf(4))
    expect(await client.next('snap')).toMatchObject({ seq: 2, signals: { ts: T + 1000 } })
    expect(await metric(gateway, 'snaps_total{outcome="refused"}')).toBe(2)
    expect(await metric(gateway, 'snaps_total{outcome="stale"}')).toBe(2)
  })

  it('holds only the levels that a client has chosen', async () => {
    const bus = await busWithStream()
    const gateway = await startLive(bus)
    const [narrow, alike, whole] = [0, 1, 2].map(() => new TestClient(gateway))
    for (const client of [narrow!, alike!, whole!]) await client.settled()
    const snap = snapOf(1, [{ id: 'A' }, { id: 'B' }, { id: 'C' }])
    narrow!.send({ type: 'subscribe', levelIds: ['C', 'A', 'Z'] })
    alike!.send({ type: 'subscribe', levelIds: ['Z', 'A', 'C'] })
    // An answer to a later command says that the one before has been done.
    for (const client of [narrow!, alike!]) {
      client.send({ type: 'history', id: 1, fromTs: 0, toTs: 0, pointsMax: 10, levelIds: null })
      await client.next('history', ({ id }) => id === 1)
    }
    const before = await metric(gateway, 'serialisations_total')
    await publish(bus, snap)
    const chosen = { ...snap, levels: [snap.levels[0]!, snap.levels[2]!] }
    expect(await narrow!.next('snap')).toMatchObject({ isNarrowed: true, signals: chosen })
    expect(await alike!.next('snap')).toMatchObject({ isNarrowed: true, signals: chosen })
    expect(await whole!.next('snap')).toMatchObject({ isNarrowed: false, signals: snap })
    expect((await metric(gateway, 'serialisations_total')) - before).toBe(2)
    narrow!.send({ type: 'subscribe', levelIds: null })
    expect(await narrow!.next('snap')).toMatchObject({ isNarrowed: false, signals: snap })
  })

  it('may say anything in its texts, and says it unchanged', async () => {
    const bus = await busWithStream()
    const gateway = await startLive(bus)
    const client = await new TestClient(gateway).greeted()
    const hostile = `</script><img src=x onerror=alert(1)>\u2028\u2029\0"\\'\n{"type":"hello"}\u202e\ud83d`
    const snap = snapOf(1, [
      { id: hostile, note: hostile, signal: 'BREAK', confluence: [hostile, '__proto__'] },
      { id: '__proto__', note: '${7*7}' },
    ])
    await publish(bus, snap)
    const levels = [{ id: hostile, note: hostile }, { id: '__proto__' }]
    expect((await client.next('snap')).signals.levels).toMatchObject(levels)
    const { events } = await client.next('events', (message) => message.events.length > 0)
    expect(events[0]!.levelId).toBe(hostile)
    client.send({ type: 'history', id: 5, fromTs: null, toTs: null, pointsMax: 10, levelIds: null })
    const history = await client.next('history', ({ id }) => id === 5)
    expect(history.levels.map(({ id }) => id)).toEqual([hostile, '__proto__'])
  })
})

describe('a session', () => {
  const snaps: LevelSignals[] = Array.from({ length: 40 }, (_, n) =>
    snapWith(n, n % 7 === 3 ? 'BREAK' : 'NEUTRAL'),
  )

  it('is there again after the gateway was restarted', async () => {
    const bus = await busWithStream()
    const first = await startLive(bus)
    const client = await new TestClient(first).greeted()
    for (const snap of snaps) await publish(bus, snap)
    await client.next('snap', ({ signals }) => signals.ts === snaps.at(-1)!.ts)
    const lastSnap = (await bus.lastMessage('LEVEL_SIGNALS', Subject.LevelSignals))!
    await bus.publishStored(Subject.Status, Buffer.from(encodeServiceStatus(STATUS)))
    await client.next('status')
    const known = await new TestClient(first).greeted()
    await first.close()
    expect(await client.closed).toMatchObject({ code: 1001 })

    const second = await startLive(bus)
    const again = await new TestClient(second).settled()
    const last = (client: TestClient, type: string) =>
      client.messages.findLast((message) => message.type === type)
    expect(last(again, 'history')).toMatchObject({ ts: snaps.map(({ ts }) => ts) })
    expect(last(again, 'history')).toEqual(last(known, 'history'))
    expect(last(again, 'events')).toEqual(last(known, 'events'))
    expect(last(again, 'status')).toMatchObject({ status: STATUS })
    // Though nothing more is published: the present state, and how old it is.
    const { storedTs: receivedTs } = lastSnap
    expect(last(again, 'snap')).toMatchObject({ runId: RUN, receivedTs, signals: snaps.at(-1) })
    again.send({ type: 'subscribe', levelIds: [] })
    const narrowed = await again.next('snap', ({ isNarrowed }) => isNarrowed)
    expect(narrowed).toMatchObject({ receivedTs, signals: { ...snaps.at(-1), levels: [] } })
    const ids = [known, again].map(({ messages }) => messages[0])
    expect(ids[0]).not.toMatchObject({ gatewayId: (ids[1] as { gatewayId: string }).gatewayId })
  })

  it('goes on with what was published while the bus was away', async () => {
    const inner = await busWithStream()
    const listeners: ((status: BusStatus) => void)[] = []
    const onStatus: Bus['onStatus'] = (listener) => {
      listeners.push(listener)
      return inner.onStatus(listener)
    }
    let isAway = false
    const subscribe: Bus['subscribe'] = (subjects, handler) =>
      inner.subscribe(subjects, (message) => {
        if (!isAway) handler(message)
      })
    const gateway = await startLive(busWith(inner, { onStatus, subscribe }))
    const client = await new TestClient(gateway).settled()
    await publish(inner, snapOf(1))
    expect(await client.next('snap')).toMatchObject({ seq: 1 })
    isAway = true
    for (const each of listeners) each({ kind: 'disconnected', reason: 'cut' })
    for (const n of [2, 3]) await publish(inner, snapOf(n))
    const status = { ...STATUS, ts: STATUS.ts + 1000 }
    await inner.publishStored(Subject.Status, Buffer.from(encodeServiceStatus(status)))
    isAway = false
    for (const each of listeners) each({ kind: 'connected' })
    expect((await client.next('status')).status.ts).toBe(STATUS.ts + 1000)
    expect(await client.next('snap')).toMatchObject({ seq: 2, signals: snapOf(3) })
    expect((await client.next('history')).ts).toEqual([T + 250, T + 500, T + 750])
  })

  it('that is published while the stream is read has no hole and no repetition', async () => {
    const bus = await busWithStream()
    for (const snap of snaps) await publish(bus, snap)
    const gateway = await startLive(bus)
    const late = Array.from({ length: 40 }, (_, n) => snapOf(snaps.length + n))
    const publishing = (async () => {
      for (const snap of late) await publish(bus, snap)
    })()
    const client = new TestClient(gateway)
    await publishing
    await client.settled()
    client.send({ type: 'history', id: 1, fromTs: null, toTs: null, pointsMax: 500, levelIds: [] })
    const { ts } = await client.next('history', ({ id }) => id === 1)
    expect(ts).toEqual([...snaps, ...late].map((snap) => snap.ts))
  })

  it('has what came while the last of the stream was read, which clients saw at once', async () => {
    const inner = await busWithStream()
    await publish(inner, snapOf(1))
    const asked = Promise.withResolvers<undefined>()
    const answered = Promise.withResolvers<undefined>()
    const lastMessage: Bus['lastMessage'] = async (...given) => {
      asked.resolve(undefined)
      await answered.promise
      return inner.lastMessage(...given)
    }
    const gateway = await startLive(busWith(inner, { lastMessage }))
    await asked.promise
    const client = await new TestClient(gateway).greeted()
    expect(client.messages.find(({ type }) => type === 'link')).toMatchObject({
      isCatchingUp: true,
    })
    for (const n of [2, 3]) await publish(inner, snapOf(n))
    await client.next('snap', ({ signals }) => signals.ts === T + 750)
    answered.resolve(undefined)
    await client.next('link', ({ isCatchingUp }) => !isCatchingUp)
    expect((await client.next('history')).ts).toEqual([T + 250, T + 500, T + 750])
  })

  it('has no hole either where more comes meanwhile than may wait', async () => {
    const inner = await busWithStream()
    let isFirst = true
    const asked = Promise.withResolvers<undefined>()
    const answered = Promise.withResolvers<undefined>()
    const streamState: Bus['streamState'] = async (name) => {
      const state = await inner.streamState(name)
      asked.resolve(undefined)
      if (isFirst) await answered.promise
      isFirst = false
      return state
    }
    await publish(inner, snapOf(0))
    const gateway = await startLive(busWith(inner, { streamState }))
    await asked.promise
    const client = await new TestClient(gateway).greeted()
    for (let n = 1; n <= 1500; n++) await publish(inner, snapOf(n))
    await client.next('snap', ({ signals }) => signals.ts === T + 1500 * 250)
    answered.resolve(undefined)
    await client.next('link', ({ isCatchingUp }) => !isCatchingUp)
    expect((await client.next('history')).ts.length).toBe(1501)
    expect(await metric(gateway, 'pending_dropped_total')).toBe(1500 - 1024)
  })

  it('ends where another run begins, and clients are told so', async () => {
    const bus = await busWithStream()
    const gateway = await startLive(bus)
    const client = await new TestClient(gateway).settled()
    await publish(bus, snapWith(8, 'BREAK'))
    await client.next('events')
    await publish(bus, snapWith(4, 'REJECT'), 'run-b')
    const isOther = ({ runId }: { runId: string | null }): boolean => runId === 'run-b'
    const { signals } = await client.next('snap', isOther)
    expect(signals.ts).toBe(T + 1000)
    expect(await client.next('history', isOther)).toMatchObject({ ts: [T + 1000] })
    const events = await client.next('events')
    expect(events).toMatchObject({ isReset: true, events: [{ seq: 1, signal: 'REJECT' }] })
  })
})

describe('what the bus brings that is none of its contract', () => {
  const wireOf = (snap: LevelSignals) =>
    JSON.parse(Buffer.from(bytesOf(snap)).toString()) as { levels: { fuel: object }[] }
  const refuse = (bus: Bus, payload: string, subject: string = Subject.LevelSignals): void => {
    bus.publish(subject, Buffer.from(payload))
  }

  it('is told to clients at once, with its count and its reason, and to those that come later', async () => {
    const bus = await busWithStream()
    const gateway = await startLive(bus)
    const client = await new TestClient(gateway).settled()
    const links = (): number => client.messages.filter(({ type }) => type === 'link').length
    expect(client.messages.findLast(({ type }) => type === 'link')).toMatchObject({
      refusedSnaps: null,
      refusedStatuses: null,
    })
    const before = links()
    const fromTs = Date.now()
    refuse(bus, JSON.stringify({ ...wireOf(snapOf(1)), spy: '<b>one</b>' }))
    const { refusedSnaps, refusedStatuses } = await client.next('link')
    expect(refusedSnaps).toMatchObject({ count: 1, code: 'SCHEMA' })
    expect(refusedSnaps?.reason).toMatch(/^\$\.spy: expected .*was "<b>one<\/b>"$/)
    expect(refusedSnaps?.lastTs).toBeGreaterThanOrEqual(fromTs)
    expect(refusedStatuses).toBeNull()

    // What comes soon after is told together.
    for (let n = 0; n < 500; n++) refuse(bus, '{"ts":')
    refuse(bus, '{"state":"LIVE"}', Subject.Status)
    const later = await client.next('link', (link) => link.refusedStatuses !== null)
    expect(later.refusedSnaps).toMatchObject({ count: 501, code: 'INVALID_JSON' })
    expect(later.refusedStatuses).toMatchObject({ count: 1, code: 'SCHEMA' })
    expect(links() - before).toBeLessThanOrEqual(2 + (Date.now() - fromTs) / 1000)

    const other = await new TestClient(gateway).greeted()
    expect(other.messages.find(({ type }) => type === 'link')).toEqual(later)
    expect(await metric(gateway, 'snaps_total{outcome="refused"}')).toBe(501)
    expect(await metric(gateway, 'statuses_total{outcome="refused"}')).toBe(1)
  })

  it('counts once, though the stream gives it back, and stays told when the bus goes and comes', async () => {
    const inner = await busWithStream()
    const listeners: ((status: BusStatus) => void)[] = []
    const onStatus: Bus['onStatus'] = (listener) => {
      listeners.push(listener)
      return inner.onStatus(listener)
    }
    const gateway = await startLive(busWith(inner, { onStatus }))
    const client = await new TestClient(gateway).settled()
    await inner.publishStored(Subject.LevelSignals, Buffer.from('none'), {})
    expect(await client.next('link')).toMatchObject({ refusedSnaps: { count: 1 } })
    for (const each of listeners) each({ kind: 'disconnected', reason: 'cut' })
    const cut = { isConnected: false, reason: 'cut', refusedSnaps: { count: 1 } }
    expect(await client.next('link')).toMatchObject(cut)
    for (const each of listeners) each({ kind: 'connected' })
    const caughtUp = await client.next('link', (link) => link.isConnected && !link.isCatchingUp)
    await client.greeted()
    expect(client.messages.findLast(({ type }) => type === 'link')).toMatchObject({
      isConnected: true,
      reason: null,
      refusedSnaps: caughtUp.refusedSnaps,
    })
    expect(caughtUp.refusedSnaps?.count).toBe(1)
  })

  it('is told in few words, however long it is and whatever it says', async () => {
    const bus = await busWithStream()
    const gateway = await startLive(bus)
    const client = await new TestClient(gateway).settled()
    const name = `</script>\u2028\n{"type":"hello"}\ud83d${'x'.repeat(100_000)}`
    const whole = wireOf(snapWith(1, 'BREAK'))
    const [level] = whole.levels
    const fuel = { ...level!.fuel, gamma_by_strike: { [name]: name } }
    refuse(bus, JSON.stringify({ ...whole, levels: [{ ...level, fuel }] }))
    const { refusedSnaps } = await client.next('link')
    expect(refusedSnaps?.count).toBe(1)
    expect(refusedSnaps?.reason).toMatch(
      /^\$\.levels\[0\]\.fuel\.gamma_by_strike\["<\/script>.*…: expected another key, was "<\/script>/s,
    )
    expect(refusedSnaps?.reason.length).toBeLessThanOrEqual(PROTOCOL_LIMITS.refusalLengthMax)
  })

  it('is one message for all clients', () => {
    const limits = HISTORY_LIMITS
    const session = new LiveSession({
      ...{ metrics: createMetrics(), limits, snapIntervalMs: 250 },
      onRefused: () => undefined,
    })
    const first = session.linkFrame()
    expect(session.linkFrame()).toBe(first)
    expect(session.takeSnap(Buffer.from('none'), null)).toBe(false)
    expect(session.linkFrame()).not.toBe(first)
    expect(decodeServerMessage(Buffer.from(session.linkFrame()).toString())).toMatchObject({
      ok: true,
      message: { type: 'link', refusedSnaps: { count: 1 }, refusedStatuses: null },
    })
  })
})

describe('a status', () => {
  it('is passed on as it is; one that is none is not', async () => {
    const bus = await busWithStream()
    const gateway = await startLive(bus)
    const client = await new TestClient(gateway).greeted()
    bus.publish(Subject.Status, Buffer.from('{"state":"LIVE"}'))
    const reason = { code: 'LAGGING', message: '<b>behind</b>' }
    const status = { ...STATUS, state: 'DEGRADED', reason } as const
    bus.publish(Subject.Status, Buffer.from(encodeServiceStatus(status)))
    expect((await client.next('status')).status).toEqual(status)
    expect(await metric(gateway, 'statuses_total{outcome="refused"}')).toBe(1)
  })

  it('of the bus is told when it ends', async () => {
    const bus = await busWithStream()
    const gateway = await startLive(bus)
    const client = await new TestClient(gateway).settled()
    await bus.close()
    expect(await client.next('link')).toMatchObject({ isConnected: false })
  })
})

describe('a message of a client', () => {
  it('that is none costs an error, and several of them the connection', async () => {
    const gateway = await startLive(await busWithStream())
    const client = await new TestClient(gateway).greeted()
    const bad = ['{', '[]', '{"type":"constructor"}', '{"type":"subscribe"}']
    const errors: string[] = []
    for (const text of bad) {
      client.sendRaw(text)
      const { code, message } = await client.next('error')
      errors.push(`${code} ${message}`)
    }
    expect(errors).toEqual([
      'BAD_MESSAGE expected JSON, was something else',
      'BAD_MESSAGE expected an object, was []',
      'BAD_MESSAGE type: expected a known one, was "constructor"',
      'BAD_MESSAGE subscribe: levelIds: expected at most 64 ids of up to 64 characters, or null, was missing',
    ])
    client.sendRaw(new Uint8Array([1, 2]))
    expect((await client.next('error')).message).toBe('expected text, was binary')
    expect(await client.closed).toMatchObject({ code: CloseCode.BadMessages })
  })

  it('may name as many levels as may be, whatever is escaped; a longer one ends the connection', async () => {
    const gateway = await startLive(await busWithStream())
    const client = await new TestClient(gateway).greeted()
    // JSON has six bytes for each of these characters.
    const levelIds = Array.from({ length: 64 }, (_, i) =>
      String.fromCharCode(1 + (i % 7)).repeat(64),
    )
    const most = { fromTs: -(2 ** 52), toTs: 2 ** 52, pointsMax: 5000, levelIds }
    client.send({ type: 'subscribe', levelIds })
    client.send({ type: 'history', id: 2 ** 52, ...most })
    expect(await client.next('history')).toMatchObject({ id: 2 ** 52 })
    client.sendRaw(' '.repeat(32_769))
    expect(await client.closed).toMatchObject({ code: 1009 })
  })

  it('of replay is refused in live', async () => {
    const gateway = await startLive(await busWithStream())
    const client = await new TestClient(gateway).greeted()
    client.send({ type: 'seek', id: 1, ts: T })
    expect(await client.next('error')).toMatchObject({ code: 'NOT_IN_MODE' })
  })

  it('beyond the rate is ignored and told, and a flood ends the connection', async () => {
    const gateway = await startLive(await busWithStream())
    const client = await new TestClient(gateway).greeted()
    for (let n = 0; n < 2000; n++) client.send({ type: 'subscribe', levelIds: null })
    expect(await client.next('error')).toMatchObject({ code: 'TOO_MANY' })
    expect(await client.closed).toMatchObject({ code: CloseCode.BadMessages })
  })
})

describe('levels that clients choose', () => {
  it('share a message, of which 64 are held while no other snap comes', async () => {
    const bus = await busWithStream()
    const gateway = await startLive(bus)
    await publish(bus, snapWith(1, 'BREAK'))
    const clients = await Promise.all([1, 2].map(() => new TestClient(gateway).settled()))
    const made = async (choice: string): Promise<number> => {
      const before = await metric(gateway, 'serialisations_total')
      for (const client of clients) {
        client.send({ type: 'subscribe', levelIds: [choice] })
        await client.next('snap', ({ isNarrowed }) => isNarrowed)
      }
      return (await metric(gateway, 'serialisations_total')) - before
    }
    for (let n = 0; n < 64; n++) expect(await made(`L${n}`)).toBe(1)
    expect(await made('L0')).toBe(0)
    expect(await made('L64')).toBe(1)
    expect(await made('L0')).toBe(1)
  })
})

describe('a connection', () => {
  it('beyond the most there may be is told so and closed', async () => {
    const gateway = await startLive(await busWithStream(), { clientsMax: 2 })
    const first = await new TestClient(gateway).greeted()
    await new TestClient(gateway).greeted()
    expect(await new TestClient(gateway).closed).toMatchObject({ code: CloseCode.Full })
    expect(await metric(gateway, 'clients')).toBe(2)
    first.sendRaw(' '.repeat(32_769))
    await first.closed
    await new TestClient(gateway).greeted()
  })

  it('that answers no ping is let go', async () => {
    const gateway = await startLive(await busWithStream(), { timing: { pingMs: 20 } })
    const silent = await RawSocket.open(gateway.port, { Host: 'localhost' }, { isSilent: true })
    expect(await silent.head()).toContain('101')
    await silent.ended
    expect(await metric(gateway, 'clients')).toBe(0)
  })

  it('is not let go for what the gateway, held up itself, has not read yet', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const gateway = await startLive(await busWithStream())
    const client = await RawSocket.open(gateway.port, { Host: 'localhost' }, { isSilent: true })
    expect(await client.head()).toContain('101')
    for (let n = 0; n < 3; n++) {
      vi.advanceTimersByTime(TIMING.pingMs)
      expect(await metric(gateway, 'clients')).toBe(1)
      // From a timer, as the gateway's own goes off: the answer has come by then and is not read.
      await new Promise<void>((resolve) => setTimeout(resolve))
      client.pong()
      vi.advanceTimersByTime(TIMING.pingMs)
      expect(await metric(gateway, 'clients')).toBe(1)
      client.pong()
      expect(await metric(gateway, 'clients')).toBe(1)
    }
    vi.advanceTimersByTime(TIMING.pingMs)
    expect(await metric(gateway, 'clients')).toBe(1)
    vi.advanceTimersByTime(TIMING.pingMs)
    await client.ended
  })

  it('shows signs of life', async () => {
    const gateway = await startLive(await busWithStream(), { timing: { beatMs: 5 } })
    const client = await new TestClient(gateway).greeted()
    const { nowTs } = await client.next('beat')
    expect((await client.next('beat')).nowTs).toBeGreaterThanOrEqual(nowTs)
  })
})
