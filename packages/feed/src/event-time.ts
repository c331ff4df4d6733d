import type { Refusal } from '@levels/contracts'
import {
  END_TS_NS,
  FIRST_TS_NS,
  type MarketEvent,
  MAX_REL_NS,
  NS_PER_HOUR,
  NS_PER_MINUTE,
} from '@levels/kernel'
import { isoOfNs } from './time-text.ts'

/** When something happened and when it was captured, Unix ns. */
export interface Stamp {
  readonly tsEventNs: bigint
  readonly tsRecvNs: bigint
}

type RelStamp = Pick<MarketEvent, 'tsRelNs' | 'tsRecvRelNs'>

/**
 * How far an event's venue time may lie after its capture time. Clocks differ by milliseconds; a
 * time minutes ahead is damage, and would make every event after it late.
 */
export const AHEAD_MAX_NS = NS_PER_MINUTE

/**
 * How far it may lie before it in a capture, as DBN files are (events that were fetched later may
 * be older). As the first event of a run, damage would draw a boundary every 250 ms since then.
 */
export const BEHIND_MAX_NS = NS_PER_HOUR

/** Whether an event claims to have happened well after it was captured. */
export function isAheadOfCapture(event: RelStamp): boolean {
  return event.tsRelNs - event.tsRecvRelNs > AHEAD_MAX_NS
}

/** Whether it claims to have happened so long before it that no one run could hold both times. */
export function isLongBeforeCapture(event: RelStamp): boolean {
  return event.tsRecvRelNs - event.tsRelNs > MAX_REL_NS
}

/** Whether it claims to have happened longer before it than a record of a capture has. */
export function isBehindCapture(event: RelStamp): boolean {
  return event.tsRecvRelNs - event.tsRelNs > BEHIND_MAX_NS
}

const AHEAD_OF_CAPTURE_TEXT = 'expected an event time within a minute after the capture'
const LONG_BEFORE_CAPTURE_TEXT = 'expected an event time within 104 days before the capture'
export const FAR_FROM_CAPTURE_TEXT =
  'expected an event time from an hour before to a minute after the capture'
export const OUTSIDE_CALENDAR_TEXT = 'expected a time from February 2007 to November 2099'

const AHEAD_MAX = BigInt(AHEAD_MAX_NS)
const LONG_BEFORE = BigInt(MAX_REL_NS)
const EVENT_PATH = '$.ts_event_ns'
const RECV_PATH = '$.ts_recv_ns'

/**
 * What is wrong with the times of a message, whichever run it is of; null: nothing. A message of
 * which this says something begins no run either: every run would refuse it.
 */
function faultOfStamp({ tsEventNs, tsRecvNs }: Stamp): Refusal | null {
  if (!isInCalendar(tsEventNs)) return schemaFault(EVENT_PATH, OUTSIDE_CALENDAR_TEXT, tsEventNs)
  if (!isInCalendar(tsRecvNs)) return schemaFault(RECV_PATH, OUTSIDE_CALENDAR_TEXT, tsRecvNs)
  const aheadNs = tsEventNs - tsRecvNs
  if (aheadNs > AHEAD_MAX) return schemaFault(EVENT_PATH, AHEAD_OF_CAPTURE_TEXT)
  if (aheadNs < -LONG_BEFORE) return schemaFault(EVENT_PATH, LONG_BEFORE_CAPTURE_TEXT)
  return null
}

/** Whether nothing is wrong with the times of a message, whichever run it is of. */
export function isSoundStamp(stamp: Stamp): boolean {
  return faultOfStamp(stamp) === null
}

/** The times a run takes, in its own time: those the calendar knows, 104 days either way. */
export class RunTimes {
  readonly #epochNs: bigint
  readonly #firstRelNs: number
  readonly #lastRelNs: number

  constructor(epochNs: bigint) {
    this.#epochNs = epochNs
    // Rounded only where it is beyond the 104 days.
    this.#firstRelNs = Math.max(-MAX_REL_NS, Number(FIRST_TS_NS - epochNs))
    this.#lastRelNs = Math.min(MAX_REL_NS, Number(END_TS_NS - epochNs - 1n))
  }

  /** Whether both times of an event are among them; a time that is no number is not. */
  hold({ tsRelNs, tsRecvRelNs }: RelStamp): boolean {
    const first = this.#firstRelNs
    const last = this.#lastRelNs
    return tsRelNs >= first && tsRelNs <= last && tsRecvRelNs >= first && tsRecvRelNs <= last
  }

  /** What is wrong with the times of a message for this run; null: nothing. */
  faultOf(stamp: Stamp): Refusal | null {
    return (
      faultOfStamp(stamp) ??
      this.#tooFar(EVENT_PATH, stamp.tsEventNs) ??
      this.#tooFar(RECV_PATH, stamp.tsRecvNs)
    )
  }

  #tooFar(path: string, tsNs: bigint): Refusal | null {
    if (Number.isSafeInteger(Number(tsNs - this.#epochNs))) return null
    const expected = `expected a time within 104 days of the run's epoch ${isoOfNs(this.#epochNs)}`
    return schemaFault(path, `${expected}, was ${isoOfNs(tsNs)}`)
  }
}

function isInCalendar(tsNs: bigint): boolean {
  return tsNs >= FIRST_TS_NS && tsNs < END_TS_NS
}

function schemaFault(path: string, expected: string, was: bigint | null = null): Refusal {
  return { code: 'SCHEMA', message: was === null ? expected : `${expected}, was ${was}`, path }
}
