import { describe, expect, it } from 'vitest'
import { type Bus, InProcessBus } from '@levels/bus'
import { decodeServiceStatus } from '@levels/contracts'
import { noCounts } from '../src/run-counts.ts'
import type { RunSnapshot } from '../src/run-snapshot.ts'
import { SnapshotStore } from '../src/snapshot-store.ts'
import { closed, replayed, sessionMessages } from './session.ts'
import { payloadsUpTo, publish, startBus, startService, textsOf, tsOf, until } from './support.ts'

const session = sessionMessages({ seed: 97, durationS: 60 })
const placeOf = (part: number): number => Math.floor((session.length * part) / 4)
const part = (n: number) => session.slice(placeOf(n), placeOf(n + 1))
const args = ['--lull-grace', '60000', '--lull-resume', '50']

async function snapshotNames(bus: Bus): Promise<string[]> {
  const objects = await bus.objectStore('LEVELS_STATE')
  return (await objects.list()).map(({ name }) => name).sort()
}

/** Events that a service counts of the messages it has taken itself. */
async function eventCount(service: ReturnType<typeof startService>): Promise<number> {
  return Object.entries(await service.metrics())
    .filter(([name]) => name.startsWith('levels_events_total'))
    .reduce((sum, [, count]) => sum + count, 0)
}

/** Runs a service over some messages and stops it in order, which saves its state. */
async function runOver(bus: Bus, url: string, messages: typeof session, more: string[] = []) {
  await using service = startService(url, [...args, ...more])
  await service.reaches('LIVE')
  const before = await eventCount(service)
  await publish(bus, messages, { speed: 50 })
  await until('all taken', async () => (await eventCount(service)) >= before + messages.length)
  service.child.kill('SIGTERM')
  expect((await service.exit).code).toBe(0)
  return service
}

describe.concurrent('at a start', () => {
  it('a damaged snapshot is reported and passed over for the one before it', async () => {
    await using bus = await startBus()
    const { url } = bus.server
    await runOver(bus.bus, url, part(0))
    await runOver(bus.bus, url, part(1))
    const names = await snapshotNames(bus.bus)
    const objects = await bus.bus.objectStore('LEVELS_STATE')
    const bytes = (await objects.get(names.at(-1)!))!.slice()
    bytes[bytes.length >> 1]! ^= 1
    await objects.put(names.at(-1)!, [bytes])
    await using service = startService(url, args)
    await service.reaches('LIVE')
    const skipped = service.lines.filter(({ msg }) => msg.startsWith('snapshot skipped'))
    expect(skipped).toMatchObject([{ snapshot: names.at(-1)!, code: 'DAMAGED', level: 40 }])
    const metrics = await service.metrics()
    expect(metrics['levels_snapshots_skipped_total{code="DAMAGED"}']).toBe(1)
    // What the run had published since the older one was made again, and not published again.
    expect(metrics.levels_signals_remade_total).toBeGreaterThan(40)
    expect(metrics.levels_recovery_mismatch_total).toBe(0)
    await publish(bus.bus, closed([...part(2), ...part(3)]), { speed: 50 })
    const { payloads } = await replayed(session)
    expect(textsOf(await payloadsUpTo(bus.bus, tsOf(payloads.at(-1))))).toEqual(payloads)
  })

  it('a snapshot of another configuration is reported, and another run begins', async () => {
    await using bus = await startBus()
    const { url } = bus.server
    const first = await runOver(bus.bus, url, [...part(0), ...part(1)])
    const other = await runOver(bus.bus, url, [], ['--set', 'barrier.zoneTicks=3'])
    expect(other.lines).toContainEqual(
      expect.objectContaining({ code: 'FOREIGN', msg: expect.stringContaining('configuration') }),
    )
    const runOf = ({ lines }: typeof other) => lines.find(({ run }) => run !== undefined)!.run
    expect(runOf(other)).not.toBe(runOf(first))
    // Back to the first configuration: the first run goes on, and passes over what the other left.
    await using again = startService(url, args)
    await again.reaches('LIVE')
    expect(runOf(again)).toBe(runOf(first))
    expect((await again.metrics()).levels_recovery_mismatch_total).toBe(0)
    // Of the run; a metric's counters are of the process, and never begin with what others counted.
    const { events } = await until('its status', async () => {
      const last = await bus.bus.lastMessage('LEVEL_SIGNALS', 'levels.status')
      const status = decodeServiceStatus(last!.data)
      return status.ok && status.value.state === 'LIVE' && status.value
    })
    const counted = Object.values(events).reduce((sum, n) => sum + n)
    expect(counted).toBe(part(0).length + part(1).length)
    expect(await eventCount(again)).toBe(0)
  })

  it('without any usable snapshot all is made again from the stream, and nothing published twice', async () => {
    await using bus = await startBus()
    const { url } = bus.server
    await runOver(bus.bus, url, [...part(0), ...part(1)])
    const objects = await bus.bus.objectStore('LEVELS_STATE')
    for (const name of await snapshotNames(bus.bus)) await objects.delete(name)
    await using service = startService(url, args)
    await service.reaches('LIVE')
    await publish(bus.bus, closed([...part(2), ...part(3)]), { speed: 50 })
    const { payloads } = await replayed(session)
    expect(textsOf(await payloadsUpTo(bus.bus, tsOf(payloads.at(-1))))).toEqual(payloads)
    expect((await service.metrics()).levels_signals_remade_total).toBeGreaterThan(100)
  })

  it('payloads made again that differ from those published are told of', async () => {
    await using bus = await startBus()
    const { url } = bus.server
    const first = await runOver(bus.bus, url, part(0))
    const run = String(first.lines.find((line) => line.run !== undefined)!.run)
    const objects = await bus.bus.objectStore('LEVELS_STATE')
    for (const name of await snapshotNames(bus.bus)) await objects.delete(name)
    // A payload of this run that this program never made, of a boundary it will make.
    const { payloads } = await replayed(session)
    const ts = tsOf(payloads.at(-1))
    const headers = { 'Levels-Run': run, 'Nats-Msg-Id': `${run}:${ts}` }
    await bus.bus.publishStored('levels.signals', Buffer.from(`{"ts":${ts}}`), headers)
    await publish(bus.bus, closed([...part(1), ...part(2), ...part(3)]))
    await using service = startService(url, args)
    await service.reaches('DEGRADED DIVERGED')
    expect((await service.metrics()).levels_recovery_mismatch_total).toBe(1)
  })

  it('as many snapshots of a run stay as are asked for', async () => {
    await using bus = await startBus()
    const { url } = bus.server
    for (let n = 0; n < 4; n++) await runOver(bus.bus, url, part(n), ['--snapshot-keep', '2'])
    const names = await snapshotNames(bus.bus)
    expect(names).toHaveLength(2)
    expect(names[1]).toMatch(new RegExp(`${session.length}$`))
  })
})

/** What the server's own tools do, over its API. */
async function deleteBucket(bus: Bus): Promise<void> {
  bus.publish('$JS.API.STREAM.DELETE.OBJ_LEVELS_STATE', new Uint8Array())
  await until('no bucket', () =>
    bus.streamState('OBJ_LEVELS_STATE').then(
      () => false,
      () => true,
    ),
  )
}

describe.concurrent('while it runs', () => {
  it('an object store that is deleted is made again', async () => {
    await using bus = await startBus()
    await using service = startService(bus.server.url, [...args, '--snapshot-every', '1'])
    await service.reaches('LIVE')
    await publish(bus.bus, part(0), { speed: 50 })
    await deleteBucket(bus.bus)
    const published = publish(bus.bus, part(1), { speed: 5 })
    const isThere = () => bus.bus.streamState('OBJ_LEVELS_STATE').catch(() => null)
    await until('a snapshot', async () => (await isThere())?.messageCount, 20_000)
    await published
    await until('no reason', () => service.states.at(-1) === 'LIVE')
  })

  it('a last snapshot that cannot be stored is told of', async () => {
    await using bus = await startBus()
    await using service = startService(bus.server.url, args)
    await service.reaches('LIVE')
    await publish(bus.bus, part(0), { speed: 50 })
    await deleteBucket(bus.bus)
    const subjects = ['$O.LEVELS_STATE.C.>', '$O.LEVELS_STATE.M.>']
    const tooSmall = { name: 'OBJ_LEVELS_STATE', subjects, max_bytes: 1_000, discard: 'new' }
    const request = Buffer.from(JSON.stringify({ ...tooSmall, allow_rollup_hdrs: true }))
    bus.bus.publish('$JS.API.STREAM.CREATE.OBJ_LEVELS_STATE', request)
    await until('a bucket', () => bus.bus.streamState('OBJ_LEVELS_STATE').catch(() => null))
    service.child.kill('SIGTERM')
    expect(await service.exit).toEqual({ code: 0, signal: null })
    expect(service.lines).toContainEqual(
      expect.objectContaining({ level: 40, msg: 'snapshot not stored' }),
    )
    expect(service.states.at(-1)).toBe('STOPPING SNAPSHOT_FAILED')
  })
})

describe.concurrent('which snapshot is the newest', () => {
  it('is the one stored last, though the wall clock was set back before it', async () => {
    await using bus = await startBus()
    const { url } = bus.server
    await runOver(bus.bus, url, part(0), ['--snapshot-keep', '1'])
    const [before] = await snapshotNames(bus.bus)
    const code = 'class D extends Date{constructor(...a){super(...(a.length?a:[D.now()]))}}'
    const back = `const now=Date.now;${code};D.now=()=>now()-36e5;globalThis.Date=D`
    const flags = ['--import', `data:text/javascript,${back}`]
    await using service = startService(url, [...args, '--snapshot-keep', '1'], {}, flags)
    await service.reaches('LIVE')
    await publish(bus.bus, part(1), { speed: 50 })
    await service.kill('SIGTERM')
    const [after, ...more] = await snapshotNames(bus.bus)
    expect(more).toEqual([])
    expect(after).not.toBe(before)
    await using again = startService(url, args)
    await again.reaches('LIVE')
    expect((await again.metrics()).levels_signals_remade_total).toBe(0)
  })

  it('is the one stored last, though a stream that lost its end repeats places of the run', async () => {
    const bus = new InProcessBus()
    const store = new SnapshotStore({
      open: () => bus.objectStore('STATE'),
      keep: 2,
      onSkipped: ({ error }) => {
        throw error
      },
    })
    for (const coveredSeq of [100, 200, 300, 50]) await store.save(emptySnapshot(coveredSeq))
    expect(await store.newest(({ state }) => state.coveredSeq)).toBe(50)
    expect(await (await bus.objectStore('STATE')).list()).toHaveLength(2)
    await bus.close()
  })
})

function emptySnapshot(coveredSeq: number): RunSnapshot {
  const stream = { name: 'MARKET_DATA', createdAt: '2026-03-10T14:00:00Z' }
  return {
    run: { runId: 'live-0123456789ab', configSha256: '', stream, startSeq: 1 },
    state: {
      coveredSeq,
      rereadSeq: coveredSeq + 1,
      futuresSymbol: null,
      counts: noCounts,
      lastBoundaryMs: null,
      market: null,
    },
    signals: { ...stream, name: 'LEVEL_SIGNALS', lastSeq: 0 },
    takenAt: '2026-03-10T15:00:00Z',
  }
}
