// Streams that no longer hold what they held: their end lost with a server's disk, or messages deleted.
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Bus, InProcessBus } from '@levels/bus'
import { SIGNAL_STREAM } from '@levels/contracts'
import { describe, expect, it } from 'vitest'
import { noCounts } from '../src/run-counts.ts'
import type { RunSnapshot } from '../src/run-snapshot.ts'
import { signalHeaders } from '../src/signal-message.ts'
import { signalLossOf } from '../src/stream-loss.ts'
import { closed, replayed, sessionMessages } from './session.ts'
import {
  payloadsUpTo,
  publish,
  type ServiceProcess,
  startBus,
  startService,
  storedPayloads,
  textsOf,
  tsOf,
  until,
} from './support.ts'

const session = sessionMessages({ seed: 113, durationS: 40 })
const placeOf = (part: number): number => Math.floor((session.length * part) / 4)
const part = (n: number) => session.slice(placeOf(n), placeOf(n + 1))
// The machine may stand still for a while: that is no lull.
const PATIENT = ['--lull-grace', '60000', '--lull-resume', '50']

type TestBus = Awaited<ReturnType<typeof startBus>>

const runOf = ({ lines }: ServiceProcess): unknown =>
  lines.findLast(({ msg }) => msg === 'run begins')?.run

/** Everything published before the last boundary that these messages allow. */
async function settledBy(bus: Bus, messages: typeof session): Promise<void> {
  const newestMs = Number(messages.at(-1)!.tsEventNs / 1_000_000n) - 500
  await payloadsUpTo(bus, Math.floor(newestMs / 250) * 250 - 250)
}

/** Runs a service over some messages, and stops it in order, which saves its state. */
async function runOver({ server, bus }: TestBus, messages: typeof session, more: string[] = []) {
  await using service = startService(server.url, [...PATIENT, ...more])
  await service.reaches('LIVE')
  await publish(bus, messages)
  await settledBy(bus, messages)
  await service.kill('SIGTERM')
  return runOf(service)
}

/** Takes a copy of a stream as it is; gives what brings it back, as a disk does that had no more. */
async function copyOf({ server, bus }: TestBus, stream: string): Promise<() => Promise<void>> {
  const at = join(server.storeDir, 'jetstream/$G/streams', stream)
  const copy = `${server.storeDir}-${stream}`
  const whileDown = async (act: () => void): Promise<void> => {
    await server.kill()
    act()
    await server.restart()
    await until('our connection', () => bus.isConnected)
  }
  await whileDown(() => {
    cpSync(at, copy, { recursive: true })
  })
  return () =>
    whileDown(() => {
      rmSync(at, { recursive: true })
      cpSync(copy, at, { recursive: true })
      rmSync(copy, { recursive: true })
    })
}

describe.concurrent('a stream of payloads that has lost its end', () => {
  it('is given what it lost once more, each boundary once', async () => {
    await using bus = await startBus()
    const one = ['--snapshot-keep', '1']
    const run = await runOver(bus, part(0), one)
    const restore = await copyOf(bus, 'LEVEL_SIGNALS')
    await runOver(bus, part(1), one)
    await restore()
    {
      // The one snapshot left is of what was lost: the run begins at its start, wherever others would.
      await using service = startService(bus.server.url, [...PATIENT, '--from', 'new'])
      await service.reaches('DEGRADED STREAM_RESET')
      await publish(bus.bus, part(2))
      await settledBy(bus.bus, part(2))
      await service.kill()
    }
    await using service = startService(bus.server.url, PATIENT)
    await publish(bus.bus, closed(part(3)))
    const { payloads } = await replayed(session)
    const stored = await payloadsUpTo(bus.bus, tsOf(payloads.at(-1)))
    expect(textsOf(stored)).toEqual(payloads)
    expect(new Set(stored.map((payload) => payload.run))).toEqual(new Set([run]))
    expect((await service.metrics()).levels_recovery_mismatch_total).toBe(0)
  })

  const run = 'live-0123456789ab'
  const atBoundary = (boundaryMs: number, runId = run) =>
    signalHeaders(runId, { boundaryMs, data: new Uint8Array(), lullSeq: null })

  it.each([
    ['is whole', 3, atBoundary(750), null],
    ['ends before the place', 4, atBoundary(750), 'it ends at 3'],
    ['holds what was published later there', 3, atBoundary(1_000), 'was another'],
    ['holds a payload of another run there', 3, atBoundary(750, 'live-other'), 'was another'],
    ['holds a status there', 3, { 'Levels-Run': run }, 'was another'],
    ['had none of the run', 0, {}, null],
  ])('is told from one that is not: one that %s', async (_, lastSeq, third, loss) => {
    const bus = new InProcessBus()
    await bus.ensureStream(SIGNAL_STREAM)
    for (const headers of [atBoundary(250), atBoundary(500), third]) {
      await bus.publishStored('levels.signals', new Uint8Array(), headers)
    }
    const now = { name: SIGNAL_STREAM.name, ...(await bus.streamState(SIGNAL_STREAM.name)) }
    const snapshotOf = (createdAt: string): RunSnapshot => ({
      run: {
        runId: run,
        configSha256: '',
        stream: { name: 'MARKET_DATA', createdAt },
        startSeq: 1,
      },
      state: {
        coveredSeq: 9,
        rereadSeq: 10,
        futuresSymbol: null,
        counts: noCounts,
        lastBoundaryMs: 750,
        market: null,
      },
      signals: { name: now.name, createdAt, lastSeq },
      takenAt: createdAt,
    })
    const found = await signalLossOf(bus, snapshotOf(now.createdAt), now)
    if (loss === null) expect(found).toBeNull()
    else expect(found).toContain(loss)
    // One that was made anew has nothing to lose.
    expect(await signalLossOf(bus, snapshotOf('2026-03-10T14:00:00Z'), now)).toBeNull()
    await bus.close()
  })
})

describe.concurrent('a market stream that has lost its end', () => {
  it('begins another run where payloads were made of what was lost, and that run goes on', async () => {
    await using bus = await startBus()
    const former = await runOver(bus, part(0))
    const restore = await copyOf(bus, 'MARKET_DATA')
    await runOver(bus, part(1))
    const before = await storedPayloads(bus.bus)
    await restore()
    {
      await using service = startService(bus.server.url, PATIENT)
      await service.reaches('DEGRADED STREAM_RESET')
      expect(runOf(service)).not.toBe(former)
      await publish(bus.bus, part(2))
      await service.kill()
    }
    await using service = startService(bus.server.url, PATIENT)
    await publish(bus.bus, closed(part(3)))
    const { payloads } = await replayed([...part(0), ...part(2), ...part(3)])
    // Boundaries of both runs have the same times: the last payload is of the new one by then.
    await until('all payloads', async () => {
      const last = await bus.bus.lastMessage('LEVEL_SIGNALS', 'levels.signals')
      const isFormer = last!.header('Levels-Run') === former
      return !isFormer && tsOf(new TextDecoder().decode(last!.data)) >= tsOf(payloads.at(-1))
    })
    const isFormer = ({ run }: { run: string | null }): boolean => run === former
    const stored = await storedPayloads(bus.bus)
    expect(stored.filter(isFormer)).toEqual(before)
    const anew = stored.filter((payload) => !isFormer(payload))
    expect(new Set(anew.map(({ run }) => run)).size).toBe(1)
    expect(textsOf(anew).slice(0, payloads.length)).toEqual(payloads)
    expect((await service.metrics()).levels_recovery_mismatch_total).toBe(0)
  })
})

describe.concurrent(
  'a market stream whose last messages were deleted before they were taken',
  () => {
    it('is taken to its end: boundaries go on in the lull, and nothing lags', async () => {
      await using bus = await startBus()
      await publish(bus.bus, part(0))
      const { lastSeq } = await bus.bus.streamState('MARKET_DATA')
      const held = lastSeq - 2
      for (const seq of [lastSeq, lastSeq - 1]) await deleteMessage(bus.bus, seq)
      const args = ['--lull-resume', '50', '--lag-degraded', '1']
      const lulls = async (): Promise<string[]> =>
        (await storedPayloads(bus.bus)).flatMap(({ lull }) => lull ?? [])
      {
        await using service = startService(bus.server.url, args)
        await service.reaches('LIVE')
        // Longer than it takes to look at the lag twice.
        await until('boundaries', async () => (await lulls()).length > 8)
        expect(service.states.at(-1)).toBe('LIVE')
        expect((await service.metrics()).levels_stream_lag_seconds).toBe(0)
        await service.kill()
      }
      // What the lull passed is passed again in the same place.
      await using service = startService(bus.server.url, args)
      await until('more', async () => (await lulls()).length > 10)
      expect(new Set(await lulls())).toEqual(new Set([String(held)]))
      const times = (await storedPayloads(bus.bus)).map(({ ts }) => ts)
      expect(times.every((ts, i) => i === 0 || ts === times[i - 1]! + 250)).toBe(true)
      expect((await service.metrics()).levels_recovery_mismatch_total).toBe(0)
      expect(service.states).not.toContain('DEGRADED LAGGING')
    })
  },
)

/** What the server's own tools do, over its API. */
async function deleteMessage(bus: Bus, seq: number): Promise<void> {
  const { messageCount } = await bus.streamState('MARKET_DATA')
  bus.publish('$JS.API.STREAM.MSG.DELETE.MARKET_DATA', Buffer.from(JSON.stringify({ seq })))
  const count = async (): Promise<number> => (await bus.streamState('MARKET_DATA')).messageCount
  await until('one fewer', async () => (await count()) < messageCount)
}
