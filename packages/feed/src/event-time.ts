import { type MarketEvent, NS_PER_MINUTE } from '@levels/kernel'

/**
 * How far an event's venue time may lie after its capture time. Clocks differ by milliseconds; a
 * time minutes ahead is damage, and would make every event after it late.
 */
export const AHEAD_MAX_NS = NS_PER_MINUTE

/** Whether an event claims to have happened well after it was captured. */
export function isAheadOfCapture(event: Pick<MarketEvent, 'tsRelNs' | 'tsRecvRelNs'>): boolean {
  return event.tsRelNs - event.tsRecvRelNs > AHEAD_MAX_NS
}

/** What is said of such an event. */
export const AHEAD_OF_CAPTURE_TEXT = 'expected an event time not a minute past the capture time'
