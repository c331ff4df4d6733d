import type { LevelSignals, ServiceStatus } from '@levels/contracts'
import type { BusRefusals, ErrorCode, HelloMessage, LinkMessage } from '@levels/gateway/protocol'
import type { ConnectionState } from './connection.ts'
import { countText, durationText, lagText, shareText, UNKNOWN } from '../text/format.ts'

/** How good a piece of health is. `unknown` always says why. */
export type Grade = 'good' | 'warning' | 'bad' | 'unknown'

export interface HealthItem {
  readonly key: string
  readonly label: string
  readonly value: string
  readonly grade: Grade
  /** What it means, or why it is not known. */
  readonly detail: string
}

/** A message that was refused. */
export interface Refusal {
  /** The gateway's word; null: the page refused what the gateway sent. */
  readonly code: ErrorCode | null
  readonly reason: string
}

/** What is known of the health of what the page shows. */
export interface HealthFacts {
  readonly connection: ConnectionState
  readonly hello: HelloMessage | null
  readonly link: LinkMessage | null
  readonly status: ServiceStatus | null
  /** Since the last status came, ms. */
  readonly statusAgeMs: number | null
  readonly signals: LevelSignals | null
  /** Since the last snap came, ms; null: none yet. */
  readonly snapAgeMs: number | null
  /** Since the gateway refused a snap and a status the last time, ms; null: it has refused none. */
  readonly refusedSnapAgeMs: number | null
  readonly refusedStatusAgeMs: number | null
  /** Messages of the gateway that could not be read, and of this page that it refused. */
  readonly refusedCount: number
  /** The last of them; null: none. */
  readonly lastRefusal: Refusal | null
  /** `performance.now()` */
  readonly nowMs: number
}

/** The loudest thing that is wrong, for the banner; null when nothing is. */
export interface Alarm {
  readonly grade: 'warning' | 'bad'
  readonly title: string
  readonly detail: string
}

const STALE_SNAPS = 8
const STALE_MS_MIN = 2_000
/** A status comes once a second. */
const STATUS_STALE_MS = 5_000
const LAG_WARNING_MS = 1_000
const LAG_BAD_MS = 5_000
const COVERAGE_WARNING = 0.9

/** Whether live snaps have stopped coming. */
export function isStale({ hello, snapAgeMs }: HealthFacts): boolean {
  if (hello?.mode !== 'live' || snapAgeMs === null) return false
  return snapAgeMs > Math.max(STALE_MS_MIN, STALE_SNAPS * hello.snapIntervalMs)
}

/** Everything the health strip shows, in its order. */
export function healthItems(facts: HealthFacts): HealthItem[] {
  const isReplay = facts.hello?.mode === 'replay'
  const ofData = [bookItem(facts), basisItem(facts), greeksItem(facts)]
  return isReplay
    ? [connectionItem(facts), runItem(facts), ...ofData, refusedItem(facts)]
    : [
        connectionItem(facts),
        dataItem(facts),
        lagItem(facts),
        serviceItem(facts),
        ...ofData,
        rejectsItem(facts),
      ]
}

/** What must be seen at once, worst first. */
export function alarmOf(facts: HealthFacts): Alarm | null {
  const { connection, link, status, signals } = facts
  if (connection.kind === 'waiting') {
    const wait = Math.max(0, connection.retryAtMs - facts.nowMs)
    const detail = `${connection.reason}; attempt ${connection.attempt + 1} in ${Math.ceil(wait / 1000)} s. What is shown is old.`
    return { grade: 'bad', title: 'Disconnected', detail }
  }
  if (connection.kind === 'connecting' && connection.attempt > 1) {
    return {
      grade: 'bad',
      title: 'Reconnecting',
      detail: `attempt ${connection.attempt}. What is shown is old.`,
    }
  }
  if (hasRunChanged(facts)) {
    const detail = `${facts.lastRefusal?.reason ?? ''}. Open the run again.`
    return { grade: 'bad', title: 'Run changed', detail }
  }
  if (link?.isConnected === false) {
    const detail = link.reason ?? 'the gateway has lost it, for a reason it does not know'
    return { grade: 'bad', title: 'No bus', detail }
  }
  if (isStale(facts)) {
    const age = durationText(facts.snapAgeMs ?? 0)
    const detail = `no snap for ${age}${because(snapRefusal(facts))}. What is shown is old.`
    return { grade: 'bad', title: 'Stale', detail }
  }
  const refusal = facts.snapAgeMs === null ? snapRefusal(facts) : null
  if (refusal !== null) return { grade: 'bad', title: 'No snap', detail: refusal }
  if (status !== null && status.state !== 'LIVE') {
    const detail = status.reason?.message ?? 'the service gives no reason'
    return {
      grade: status.state === 'DEGRADED' ? 'bad' : 'warning',
      title: titleCase(status.state),
      detail,
    }
  }
  const book = signals?.health?.book ?? 'live'
  if (book !== 'live') {
    return { grade: 'bad', title: `Book ${book}`, detail: bookMeanings[book] }
  }
  return null
}

function connectionItem({ connection, hello, nowMs }: HealthFacts): HealthItem {
  const base = { key: 'connection', label: 'Link' }
  switch (connection.kind) {
    case 'open': {
      const value = hello?.mode === 'replay' ? 'Replay' : 'Live'
      return { ...base, value, grade: 'good', detail: 'connected to the gateway' }
    }
    case 'connecting':
      return {
        ...base,
        value: 'Connecting',
        grade: 'warning',
        detail: `attempt ${connection.attempt}`,
      }
    case 'waiting': {
      const seconds = Math.ceil(Math.max(0, connection.retryAtMs - nowMs) / 1000)
      return { ...base, value: `Retry in ${seconds} s`, grade: 'bad', detail: connection.reason }
    }
    case 'token-needed':
      return {
        ...base,
        value: 'Token needed',
        grade: 'bad',
        detail: 'the gateway asks for a token',
      }
  }
}

function dataItem(facts: HealthFacts): HealthItem {
  const base = { key: 'data', label: 'Last snap' }
  const { snapAgeMs } = facts
  const refusal = snapRefusal(facts)
  if (snapAgeMs === null) {
    const detail = refusal ?? 'no snap has come yet'
    return { ...base, value: UNKNOWN, grade: 'unknown', detail }
  }
  const grade = isStale(facts) ? 'bad' : 'good'
  // Within the rhythm of snaps the age only flickers: it says "now".
  const value = snapAgeMs < 1000 ? 'now' : durationText(snapAgeMs)
  const reason = grade === 'bad' ? because(refusal) : ''
  const detail = `the last snap came ${durationText(snapAgeMs)} ago${reason}`
  return { ...base, value, grade, detail }
}

function lagItem(facts: HealthFacts): HealthItem {
  const { status, statusAgeMs } = facts
  const base = { key: 'lag', label: 'Lag' }
  if (status === null) return { ...base, value: UNKNOWN, grade: 'unknown', detail: noStatus(facts) }
  const lagMs = status.lagMs
  if (lagMs === null) {
    return { ...base, value: UNKNOWN, grade: 'unknown', detail: 'no market event has come yet' }
  }
  const isOld = statusAgeMs !== null && statusAgeMs > STATUS_STALE_MS
  const grade = isOld
    ? 'unknown'
    : lagMs > LAG_BAD_MS
      ? 'bad'
      : lagMs > LAG_WARNING_MS
        ? 'warning'
        : 'good'
  return {
    ...base,
    value: isOld ? UNKNOWN : lagText(lagMs),
    grade,
    detail: 'behind the newest market event',
  }
}

function noStatus(facts: HealthFacts): string {
  return statusRefusal(facts) ?? 'the service has not reported yet'
}

function serviceItem(facts: HealthFacts): HealthItem {
  const { status, statusAgeMs } = facts
  const base = { key: 'service', label: 'Service' }
  if (status === null) return { ...base, value: UNKNOWN, grade: 'unknown', detail: noStatus(facts) }
  if (statusAgeMs !== null && statusAgeMs > STATUS_STALE_MS) {
    const reason = because(statusRefusal(facts))
    const detail = `no report for ${durationText(statusAgeMs)}${reason}; it was ${status.state}`
    return { ...base, value: 'Silent', grade: 'bad', detail }
  }
  const grade = status.state === 'LIVE' ? 'good' : status.state === 'DEGRADED' ? 'bad' : 'warning'
  const detail =
    status.reason === null ? 'as it should be' : `${status.reason.code}: ${status.reason.message}`
  return { ...base, value: titleCase(status.state), grade, detail }
}

/** Whether the files of the run that is replayed are no longer those that were opened. */
function hasRunChanged({ hello, lastRefusal }: HealthFacts): boolean {
  return hello?.mode === 'replay' && lastRefusal?.code === 'RUN_CHANGED'
}

function runItem(facts: HealthFacts): HealthItem {
  const base = { key: 'run', label: 'Run' }
  const run = facts.hello?.run ?? null
  if (hasRunChanged(facts)) {
    return { ...base, value: 'Changed', grade: 'bad', detail: facts.lastRefusal?.reason ?? '' }
  }
  if (run === null) return { ...base, value: UNKNOWN, grade: 'unknown', detail: 'no run is open' }
  const grade = run.state === 'complete' ? 'good' : 'warning'
  return {
    ...base,
    value: titleCase(run.state),
    grade,
    detail: run.reason ?? `${run.runId}, ${countText(run.snapCount)} snaps`,
  }
}

const bookMeanings = {
  live: 'depth is fresh',
  stale: 'no depth update for too long: confidence is LOW',
  resync: 'depth is being rebuilt: confidence is LOW',
  crossed: 'bid and ask cross: no flows, no levels from it',
  none: 'no depth has come yet',
} as const

const basisMeanings = {
  live: 'ES to SPY, measured lately',
  held: 'ES to SPY is the last one measured',
  default: 'ES to SPY was never measured: the default ratio is used',
} as const

/** Why the health of the data is not known. */
function untold({ signals }: HealthFacts): string {
  return signals === null ? 'no snap has come yet' : 'the payload does not tell'
}

function bookItem(facts: HealthFacts): HealthItem {
  const { signals } = facts
  const base = { key: 'book', label: 'Book' }
  const book = signals?.health?.book
  if (book === undefined)
    return { ...base, value: UNKNOWN, grade: 'unknown', detail: untold(facts) }
  return {
    ...base,
    value: titleCase(book),
    grade: book === 'live' ? 'good' : 'bad',
    detail: bookMeanings[book],
  }
}

function basisItem(facts: HealthFacts): HealthItem {
  const { signals } = facts
  const base = { key: 'basis', label: 'Basis' }
  const basis = signals?.health?.basis
  if (basis === undefined)
    return { ...base, value: UNKNOWN, grade: 'unknown', detail: untold(facts) }
  return {
    ...base,
    value: titleCase(basis),
    grade: basis === 'live' ? 'good' : 'warning',
    detail: basisMeanings[basis],
  }
}

function greeksItem(facts: HealthFacts): HealthItem {
  const { signals } = facts
  const base = { key: 'greeks', label: 'Greeks' }
  const health = signals?.health
  if (health === undefined || health === null) {
    return { ...base, value: UNKNOWN, grade: 'unknown', detail: untold(facts) }
  }
  const coverage = health.greeksCoverage
  if (coverage === null) {
    return { ...base, value: UNKNOWN, grade: 'unknown', detail: 'no option trades yet' }
  }
  const grade = coverage < COVERAGE_WARNING ? 'warning' : 'good'
  return {
    ...base,
    value: shareText(coverage),
    grade,
    detail: 'option trades whose greeks are known',
  }
}

/** Of a replay: what page and gateway refused of each other. */
function refusedItem({ refusedCount, lastRefusal }: HealthFacts): HealthItem {
  const detail = lastRefusal?.reason ?? 'no message was refused'
  const grade = refusedCount > 0 ? 'warning' : 'good'
  return { key: 'rejects', label: 'Refused', value: countText(refusedCount), grade, detail }
}

/** Live: what the service refused of the market, the page of the gateway, the gateway of the bus. */
function rejectsItem(facts: HealthFacts): HealthItem {
  const { status, refusedCount, link } = facts
  const base = { key: 'rejects', label: 'Refused' }
  const counts = status === null ? [] : Object.entries(status.rejects)
  const ofBus = (link?.refusedSnaps?.count ?? 0) + (link?.refusedStatuses?.count ?? 0)
  const total = counts.reduce((sum, [, count]) => sum + count, refusedCount + ofBus)
  if (status === null && total === 0) {
    return { ...base, value: UNKNOWN, grade: 'unknown', detail: noStatus(facts) }
  }
  const named = counts.filter(([, count]) => count > 0).map(([code, count]) => `${code} ${count}`)
  if (refusedCount > 0) named.push(`by this page ${refusedCount}`)
  if (link !== null && ofBus > 0) named.push(`by the gateway ${ofBus}: ${lastOfBus(link)}`)
  const detail = named.length === 0 ? 'no message was refused' : named.join(', ')
  return { ...base, value: countText(total), grade: total > 0 ? 'warning' : 'good', detail }
}

/** The last message of the bus that the gateway refused. */
function lastOfBus({ refusedSnaps: snaps, refusedStatuses: statuses }: LinkMessage): string {
  const isStatus = (statuses?.lastTs ?? -Infinity) > (snaps?.lastTs ?? -Infinity)
  return isStatus ? `status ${reasonText(statuses)}` : `snap ${reasonText(snaps)}`
}

/** Why nothing newer is shown: of the snaps, the last that came was refused. Null: it was not. */
function snapRefusal({ link, snapAgeMs, refusedSnapAgeMs }: HealthFacts): string | null {
  if (!isNewer(refusedSnapAgeMs, snapAgeMs)) return null
  return `the gateway refused the last that came: ${reasonText(link?.refusedSnaps)}`
}

/** The same of reports. */
function statusRefusal({ link, statusAgeMs, refusedStatusAgeMs }: HealthFacts): string | null {
  if (!isNewer(refusedStatusAgeMs, statusAgeMs)) return null
  return `the gateway refused the last report that came: ${reasonText(link?.refusedStatuses)}`
}

function isNewer(ageMs: number | null, otherAgeMs: number | null): boolean {
  return ageMs !== null && (otherAgeMs === null || ageMs < otherAgeMs)
}

function reasonText(refusals: BusRefusals | null | undefined): string {
  return `${refusals?.code ?? ''} ${refusals?.reason ?? ''}`
}

function because(reason: string | null): string {
  return reason === null ? '' : `: ${reason}`
}

function titleCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1).toLowerCase()
}
