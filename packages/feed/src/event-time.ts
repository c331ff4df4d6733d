import { type MarketEvent, NS_PER_HOUR, NS_PER_MINUTE } from '@levels/kernel'

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
export function isAheadOfCapture(event: Pick<MarketEvent, 'tsRelNs' | 'tsRecvRelNs'>): boolean {
  return event.tsRelNs - event.tsRecvRelNs > AHEAD_MAX_NS
}

/** Whether it claims to have happened long before. */
export function isBehindCapture(event: Pick<MarketEvent, 'tsRelNs' | 'tsRecvRelNs'>): boolean {
  return event.tsRecvRelNs - event.tsRelNs > BEHIND_MAX_NS
}

/** What is said of such events. */
export const AHEAD_OF_CAPTURE_TEXT = 'expected an event time within a minute after the capture'
export const FAR_FROM_CAPTURE_TEXT =
  'expected an event time from an hour before to a minute after the capture'
