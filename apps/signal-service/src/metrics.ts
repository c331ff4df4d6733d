import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { SERVICE_STATES } from '@levels/contracts'
import { CAPACITY_LOSSES, type CapacityLosses } from '@levels/level-signals'
import { REASON_CODES } from './health.ts'
import type { ServiceReading } from './service-reading.ts'

const LAG_BUCKETS_S = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10]
const COMPUTE_BUCKETS_S = [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05]

/** The service's metrics. What others count already is read when it is asked for. */
export class ServiceMetrics {
  readonly registry = new Registry()
  readonly #lag: Histogram
  readonly #compute: Histogram
  readonly #own: Readonly<Record<OwnCounter, Counter>>
  readonly #skipped: Counter<'code'>
  readonly #snapshotBytes: Gauge
  readonly #snapshotSeconds: Gauge

  /** @param read what the service counts at this moment */
  constructor(read: () => ServiceReading) {
    const registers = [this.registry]
    collectDefaultMetrics({ register: this.registry })
    const histogram = (name: string, help: string, buckets: number[]): Histogram =>
      new Histogram({ name, help, buckets, registers })
    this.#lag = histogram('levels_lag_seconds', LAG_HELP, LAG_BUCKETS_S)
    this.#compute = histogram('levels_snap_compute_seconds', COMPUTE_HELP, COMPUTE_BUCKETS_S)
    this.#own = Object.fromEntries(
      Object.entries(OWN_COUNTERS).map(([key, [name, help]]) => {
        return [key, new Counter({ name, help, registers })]
      }),
    ) as Record<OwnCounter, Counter>
    this.#skipped = new Counter({
      name: 'levels_snapshots_skipped_total',
      help: 'Snapshots passed over at a start, by why: DAMAGED, FOREIGN',
      labelNames: ['code'],
      registers,
    })
    const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers })
    this.#snapshotBytes = gauge('levels_snapshot_bytes', 'Size of the newest snapshot')
    this.#snapshotSeconds = gauge(
      'levels_snapshot_seconds',
      'What the newest snapshot took, from taking it to having it stored',
    )
    addReadings(this.registry, read)
  }

  observeLag(elapsedMs: number): void {
    this.#lag.observe(elapsedMs / 1_000)
  }

  observeCompute(elapsedMs: number): void {
    this.#compute.observe(elapsedMs / 1_000)
  }

  count(counter: OwnCounter): void {
    this.#own[counter].inc()
  }

  countSkipped(code: string): void {
    this.#skipped.inc({ code })
  }

  onSnapshot(sizeBytes: number, elapsedMs: number): void {
    this.#snapshotBytes.set(sizeBytes)
    this.#snapshotSeconds.set(elapsedMs / 1_000)
  }
}

const LAG_HELP = 'From the first message of a turn until everything the turn allows was applied'
const COMPUTE_HELP = 'Making and writing one payload'

const OWN_COUNTERS = {
  published: ['levels_signals_published_total', 'Payloads stored in the stream'],
  duplicates: ['levels_signals_duplicate_total', 'Payloads the stream already had'],
  remade: [
    'levels_signals_remade_total',
    'Payloads made again after a start, and the same as those published',
  ],
  mismatches: [
    'levels_recovery_mismatch_total',
    'Payloads made again that differ from those published',
  ],
  publishFailures: ['levels_publish_failures_total', 'Attempts to store a payload that failed'],
  lulls: ['levels_lull_boundaries_total', 'Boundaries passed by the wall clock'],
  reconnects: ['levels_reconnects_total', 'Connections to the bus made again'],
  slowConsumer: ['levels_slow_consumer_total', 'Notices that plain messages were dropped'],
  snapshots: ['levels_snapshots_total', 'Snapshots stored'],
  snapshotFailures: ['levels_snapshot_failures_total', 'Snapshots that could not be stored'],
} as const satisfies Readonly<Record<string, readonly [string, string]>>
export type OwnCounter = keyof typeof OWN_COUNTERS

type Reading<T> = readonly [name: string, help: string, of: (reading: ServiceReading) => T]

const VALUES: readonly Reading<number>[] = [
  ['levels_outbox_depth', 'Payloads waiting to be stored', (r) => r.outboxDepth],
  ['levels_waiting_events', 'Events waiting for older ones', (r) => r.waitingCount],
  [
    'levels_pooled_events',
    'Events ever made: for what is being read and what waits out of order',
    (r) => r.pooledCount,
  ],
  [
    'levels_stream_lag_seconds',
    'How long the oldest message not yet taken waits in the stream; NaN while it is not known',
    (r) => (r.lagMs === null ? NaN : r.lagMs / 1_000),
  ],
  [
    'levels_snapshot_age_seconds',
    'Age of the newest snapshot; NaN before the first. Grows while nothing happens: none is taken then',
    (r) => r.snapshotAgeS ?? NaN,
  ],
]

/** Counts of this process. */
const TOTALS: readonly Reading<number>[] = [
  [
    'levels_rejects_unreported_total',
    'Messages refused and not told of: above the limit a second, or not taken by the bus',
    (r) => r.suppressedCount,
  ],
  [
    'levels_passed_over_total',
    'Messages of other futures than the chosen one',
    (r) => r.processCounts.passedOver,
  ],
  [
    'levels_dropped_messages_total',
    'Status and reject messages that could not be sent',
    (r) => r.droppedCount,
  ],
]

/** Counters with a label, by the label's name. */
const COUNTS: readonly (readonly [string, ...Reading<Readonly<Record<string, number>>>])[] = [
  ['subject', 'levels_events_total', 'Events taken, by subject', (r) => r.processCounts.events],
  ['code', 'levels_rejects_total', 'Messages refused, by code', (r) => r.processCounts.rejects],
]

const LOSSES = Object.keys(CAPACITY_LOSSES) as readonly (keyof CapacityLosses)[]

/** Metrics that are read from the service when they are asked for. */
function addReadings(registry: Registry, read: () => ServiceReading): void {
  const registers = [registry]
  for (const [name, help, of] of VALUES) {
    const gauge: Gauge = new Gauge({ name, help, registers, collect: () => gauge.set(of(read())) })
  }
  for (const [name, help, of] of TOTALS) {
    const collect = (): void => {
      counter.reset()
      counter.inc(of(read()))
    }
    const counter: Counter = new Counter({ name, help, registers, collect })
  }
  for (const [label, name, help, of] of COUNTS) {
    const collect = (): void => {
      counter.reset()
      for (const [key, count] of Object.entries(of(read()))) counter.inc({ [label]: key }, count)
    }
    const counter: Counter = new Counter({ name, help, labelNames: [label], registers, collect })
  }
  const losses: Gauge = new Gauge({
    name: 'levels_capacity_losses',
    help: 'What bounded memory left out of the run, by what; 0 as long as nothing was',
    labelNames: ['what'],
    registers,
    collect: () => {
      const counts = read().capacityLosses
      for (const what of LOSSES) losses.set({ what }, counts?.[what] ?? 0)
    },
  })
  const states: readonly OneHot[] = [
    ['state', SERVICE_STATES, 'levels_state', '1 for the state it is in', (r) => r.state],
    [
      'code',
      REASON_CODES,
      'levels_reason',
      '1 for the worst of what is wrong',
      (r) => r.reason?.code ?? null,
    ],
  ]
  for (const [label, keys, name, help, of] of states) {
    const collect = (): void => {
      const now = of(read())
      for (const key of keys) gauge.set({ [label]: key }, key === now ? 1 : 0)
    }
    const gauge: Gauge = new Gauge({ name, help, labelNames: [label], registers, collect })
  }
}

/** A label, the values it may have, and the reading that says which of them is 1. */
type OneHot = readonly [string, readonly string[], ...Reading<string | null>]
