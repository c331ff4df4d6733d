import { once } from 'node:events'
import { connect } from 'node:net'
import { decodeServiceStatus, HEADERS, type ServiceStatus } from '@levels/contracts'
import { CAPACITY_LOSSES } from '@levels/level-signals'
import { describe, expect, it } from 'vitest'
import { closed, replayed, sessionMessages } from './session.ts'
import { payloadsUpTo, publish, ServiceProcess, startBus, startService, until } from './support.ts'
import { textsOf, tsOf } from './support.ts'

const session = sessionMessages({ seed: 101, durationS: 20 })
const middle = Math.floor(session.length / 2)
const args = ['--lull-grace', '60000', '--lull-resume', '50']

describe.concurrent('the process', () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`publishes what is due, saves its state and exits 0 on ${signal}; the next goes on`, async () => {
      await using bus = await startBus()
      await using first = startService(bus.server.url, args)
      await first.reaches('LIVE')
      await publish(bus.bus, session.slice(0, middle))
      await until('some', async () => (await first.metrics()).levels_waiting_events)
      first.child.kill(signal)
      expect(await first.exit).toEqual({ code: 0, signal: null })
      expect(first.states.at(-1)).toMatch(/^STOPPING/)
      await using second = startService(bus.server.url, args)
      await second.reaches('LIVE')
      // Everything published was in the snapshot: nothing had to be made again.
      expect((await second.metrics()).levels_signals_remade_total).toBe(0)
      await publish(bus.bus, closed(session.slice(middle)))
      const { payloads } = await replayed(session)
      expect(textsOf(await payloadsUpTo(bus.bus, tsOf(payloads.at(-1))))).toEqual(payloads)
    })
  }

  it('exits 0 though the bus is gone, and at once when it is told again', async () => {
    await using bus = await startBus()
    await using one = startService(bus.server.url, args)
    await using other = startService(bus.server.url, args)
    await Promise.all([one.reaches('LIVE'), other.reaches('LIVE')])
    await publish(bus.bus, closed(session))
    await bus.server.kill()
    await Promise.all([one, other].map((each) => each.reaches('DEGRADED BUS_DISCONNECTED')))
    one.child.kill('SIGTERM')
    expect(await one.exit).toEqual({ code: 0, signal: null })
    other.child.kill('SIGTERM')
    await other.reaches('STOPPING BUS_DISCONNECTED')
    other.child.kill('SIGTERM')
    expect([0, 130]).toContain((await other.exit).code)
  })

  it('waits for a server that is not there yet', async () => {
    await using bus = await startBus()
    await bus.server.kill()
    await using service = startService(bus.server.url, args)
    await service.reaches('STARTING BUS_DISCONNECTED')
    const ready = await fetch(`${await service.url()}/readyz`)
    expect(ready.status).toBe(503)
    await bus.server.restart()
    await service.reaches('LIVE')
    expect((await fetch(`${await service.url()}/readyz`)).status).toBe(200)
  })

  it('tells its status with every change, and what it publishes carries its headers', async () => {
    await using bus = await startBus()
    const statuses: { status: ServiceStatus; schema: string | null; run: string | null }[] = []
    await bus.bus.subscribe(['levels.status'], (message) => {
      const decoded = decodeServiceStatus(message.data)
      if (!decoded.ok) throw new Error(decoded.reject.message)
      const [schema, run] = [message.header(HEADERS.schema), message.header(HEADERS.run)]
      statuses.push({ status: decoded.value, schema, run })
    })
    await using service = startService(bus.server.url, [...args, '--checked'])
    await service.reaches('LIVE')
    await publish(bus.bus, session, { speed: 50 })
    const last = await until('a status that has taken all', () => {
      return statuses.find(({ status }) => {
        const counts = Object.values(status.events)
        return counts.reduce((sum, count) => sum + count, 0) === session.length
      })
    })
    expect(last.status).toMatchObject({ state: 'LIVE', reason: null, lagMs: 0 })
    expect(last.status.lastEventTs).toBe(Number(session.at(-1)!.tsEventNs / 1_000_000n))
    expect(last.status.versions).toHaveProperty('@levels/signal-service')
    expect(last).toMatchObject({ schema: 'levels.status.v1', run: last.status.runId })
    const states = statuses.map(({ status }) => status.state)
    expect(states).toEqual(expect.arrayContaining(['STARTING', 'RECOVERING', 'LIVE']))
    const stored = await bus.bus.lastMessage('LEVEL_SIGNALS', 'levels.signals')
    expect(stored!.header(HEADERS.schema)).toBe('levels.signals.v1')
    expect(stored!.header(HEADERS.messageId)).toMatch(/^live-[0-9a-f]{12}:\d{13}$/)
  })

  it('answers discovery, as the standard command line asks for services', async () => {
    await using bus = await startBus()
    await using service = startService(bus.server.url, args)
    await service.reaches('LIVE')
    const answers = await discovered(bus.server.port)
    expect(answers.map(({ type, name }) => `${type} ${name}`).sort()).toEqual([
      'io.nats.micro.v1.info_response signal-service',
      'io.nats.micro.v1.ping_response signal-service',
      'io.nats.micro.v1.stats_response signal-service',
    ])
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1)
    await service.kill('SIGTERM')
    expect(await discovered(bus.server.port)).toEqual([])
  })

  it('with --source core sends payloads where there are no streams to keep them', async () => {
    const config = 'accounts { A { users: [ { user: a, password: p } ] } }\nno_auth_user: a'
    await using bus = await startBus({ config })
    const payloads: string[] = []
    await bus.bus.subscribe(['levels.signals'], ({ data }) => {
      payloads.push(new TextDecoder().decode(data))
    })
    await using service = startService(bus.server.url, [...args, '--source', 'core'])
    await service.reaches('LIVE')
    const messages = closed(session)
    for (const { subject, text } of messages) bus.bus.publish(subject, Buffer.from(text))
    await bus.bus.flush()
    const { payloads: expected } = await replayed(session)
    await until('all payloads', () => payloads.length >= expected.length, 20_000)
    expect(payloads.slice(0, expected.length)).toEqual(expected)
    expect(service.states.at(-1)).toBe('LIVE')
  })

  it('ends with 2, and says why in one line, where its port is taken', async () => {
    await using first = new ServiceProcess(['--embedded'])
    const { port } = new URL(await first.url())
    await using second = new ServiceProcess(['--embedded', '--http-port', port])
    expect((await second.exit).code).toBe(2)
    expect(second.err).toMatch(
      new RegExp(`^error: http: expected to listen on 127.0.0.1:${port}, was .*EADDRINUSE.*\\n$`),
    )
  })

  it('runs with no server at hand, on a bus of its own and a synthetic market', async () => {
    await using service = new ServiceProcess(['--embedded', '--seed', '5'])
    await service.reaches('LIVE')
    await until(
      'payloads',
      async () => (await service.metrics()).levels_signals_published_total! > 4,
    )
    service.child.kill('SIGTERM')
    expect((await service.exit).code).toBe(0)
  })

  it('tells what bounded memory left out, by what', async () => {
    const room = ['--set', 'score.levelCapacity=1', '--set', 'levels.monitorBandUsd=5']
    await using service = new ServiceProcess(['--embedded', ...room])
    await service.reaches('LIVE')
    const losses = async (): Promise<[string, number][]> => {
      const metrics = Object.entries(await service.metrics())
      return metrics.filter(([name]) => name.startsWith('levels_capacity_losses{'))
    }
    await until('a loss', async () => (await losses()).some(([, count]) => count > 0))
    const told = (await losses()).filter(([, count]) => count > 0)
    expect(told.map(([name]) => name)).toEqual(['levels_capacity_losses{what="level_snaps"}'])
    expect(await losses()).toHaveLength(Object.keys(CAPACITY_LOSSES).length)
  })

  it('shows the board of what it publishes, and ends with it', async () => {
    await using service = new ServiceProcess(['--embedded', '--board', '--board-port', '0'])
    await service.reaches('LIVE')
    const address = /"board":"([^"]+)"/.exec(service.out)![1]!
    expect(await (await fetch(`${address}/`)).text()).toContain('<title>Levels')
    const { promise, resolve } = Promise.withResolvers<string>()
    const socket = new WebSocket(`${address.replace('http', 'ws')}/ws`)
    socket.onmessage = ({ data }) => {
      if (String(data).includes('"type":"snap"')) resolve(String(data))
    }
    expect(await promise).toContain('"spy"')
    service.child.kill('SIGTERM')
    expect((await service.exit).code).toBe(0)
    await expect(fetch(address)).rejects.toThrow()
  })

  it('tells its status under ids of its own, though as process 1 of a container each time', async () => {
    await using bus = await startBus()
    const ids: (string | null)[] = []
    await bus.bus.subscribe(['levels.status'], (message) => {
      ids.push(message.header(HEADERS.messageId))
    })
    const first = 'Object.defineProperty(process,"pid",{value:1})'
    for (let start = 1; start <= 2; start++) {
      const flags = ['--import', `data:text/javascript,${first}`]
      await using service = startService(bus.server.url, args, {}, flags)
      await service.reaches('LIVE')
      await service.kill('SIGTERM')
    }
    expect(ids.length).toBeGreaterThan(4)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('with --source core refuses what comes under a subject of no schema, and counts it', async () => {
    await using bus = await startBus()
    await using service = startService(bus.server.url, [...args, '--source', 'core'])
    await service.reaches('LIVE')
    bus.bus.publish('market.other', Buffer.from('{}'))
    await until(
      'a count',
      async () => (await service.metrics())['levels_rejects_total{code="SCHEMA"}'] === 1,
      20_000,
    )
  })
})

interface DiscoveryAnswer {
  readonly type: string
  readonly name: string
  readonly id: string
}

/** What services answer to a client that knows no more of NATS than its protocol. */
async function discovered(port: number): Promise<DiscoveryAnswer[]> {
  const socket = connect(port, '127.0.0.1')
  let heard = ''
  socket.setEncoding('utf8').on('data', (text: string) => (heard += text))
  const verbs = ['PING', 'INFO.signal-service', 'STATS.signal-service']
  const asked = verbs.map((verb) => `PUB $SRV.${verb} inbox 0\r\n\r\n`).join('')
  socket.write('CONNECT {"verbose":false,"headers":true,"no_responders":true}\r\nSUB inbox 1\r\n')
  socket.write(asked)
  const heardCount = (): number => heard.match(/^H?MSG inbox 1 /gm)?.length ?? 0
  await until('an answer to each', () => heardCount() === verbs.length)
  socket.end()
  await once(socket, 'close')
  return [...heard.matchAll(/^(\{"type".*)\r$/gm)].map(([, json]) => {
    return JSON.parse(json!) as DiscoveryAnswer
  })
}
