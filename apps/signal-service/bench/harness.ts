import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Bus } from '@levels/bus'
import { pino } from 'pino'
import { Health } from '../src/health.ts'
import { ServiceMetrics } from '../src/metrics.ts'
import { noCounts } from '../src/run-counts.ts'
import type { SessionContext } from '../src/session.ts'
import { readServiceConfig } from '../src/settings.ts'
import { BENCH_FROM_NS } from './depth-messages.ts'

export interface PublisherOptions {
  readonly port: number
  readonly count: number
  readonly stepNs: number
  readonly perSecond?: number
  readonly fromNs?: string
  readonly seed?: number
  readonly kind?: 'depth' | 'spoiled' | 'market'
}

/** A publisher in a process of its own, with its messages ready. */
export async function startPublisher(options: PublisherOptions): Promise<ChildProcess> {
  const job = { seed: 7, fromNs: BENCH_FROM_NS, perSecond: 0, kind: 'depth', ...options }
  const child = fork(join(import.meta.dirname, 'publisher.ts'), [JSON.stringify(job)], {
    execArgv: ['--conditions=@levels/source'],
  })
  await once(child, 'message')
  return child
}

/**
 * Lets every other program have the processor first. What makes a load or looks on runs on other
 * machines where the service is used: here it would take the cores that are measured.
 */
export function giveWay(pid: number): void {
  if (process.platform !== 'linux') return
  // A priority is a thread's; one started later has that of its maker.
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    setPriority(Number(thread), constants.priority.PRIORITY_LOW)
  }
}

function ignore(): void {
  return
}

/** Messages on their way at most: what a server keeps for a subscriber is bounded. */
const WINDOW = 20_000

/**
 * Lets a publisher go, no further ahead than the window: more where a stream is between, and one looks
 * more rarely. @returns s until all was processed
 */
export async function timeUntil(
  publisher: ChildProcess,
  count: number,
  processed: () => number,
  window = WINDOW,
): Promise<number> {
  const beganMs = performance.now()
  for (let allowed = 0; processed() < count;) {
    await sleep(1)
    const next = processed() + window
    if (next < allowed + window / 8 || !publisher.connected) continue
    allowed = next
    // It may have sent everything, and be gone.
    publisher.send(allowed, ignore)
  }
  return (performance.now() - beganMs) / 1_000
}

/** A session's surroundings, on a bus, telling no one of anything. */
export function contextOf(bus: Bus, args: Readonly<Record<string, unknown>> = {}): SessionContext {
  const values = new Map(Object.entries({ 'lull.graceMs': 60_000, ...args }))
  return {
    bus,
    config: readServiceConfig({ values, set: [], configPath: null }, {}),
    health: new Health(ignore),
    metrics: new ServiceMetrics(() => ({
      runId: '-',
      state: 'LIVE',
      reason: null,
      counts: noCounts,
      processCounts: noCounts,
      newestMs: null,
      lagMs: null,
      outboxDepth: 0,
      waitingCount: 0,
      pooledCount: 0,
      capacityLosses: null,
      suppressedCount: 0,
      droppedCount: 0,
      snapshotAgeS: null,
    })),
    log: pino({ level: 'silent' }),
    endedRuns: new Set(),
    onRefused: ({ explain }) => {
      throw new Error(explain().message)
    },
    onRun: ignore,
  }
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN
}
