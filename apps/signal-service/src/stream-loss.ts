import type { Bus } from '@levels/bus'
import { HEADERS, Subject } from '@levels/contracts'
import type { RunSnapshot, StreamIdentity } from './run-snapshot.ts'
import { boundaryOf } from './signal-message.ts'

/** The streams as they are at a start. */
export interface StreamsNow {
  readonly market: StreamIdentity & { readonly firstSeq: number; readonly lastSeq: number }
  readonly signals: StreamIdentity & { readonly lastSeq: number }
}

/** Why the market stream cannot be gone on with from a snapshot; null when it can. */
export function marketLossOf({ run, state }: RunSnapshot, { market }: StreamsNow): string | null {
  if (run.stream.name !== market.name || run.stream.createdAt !== market.createdAt) {
    return `expected ${run.stream.name} made at ${run.stream.createdAt}, was made at ${market.createdAt}`
  }
  if (state.coveredSeq > market.lastSeq) {
    return `expected ${market.name} to hold message ${state.coveredSeq}, it ends at ${market.lastSeq}`
  }
  if (state.rereadSeq < market.firstSeq) {
    return `expected ${market.name} to hold message ${state.rereadSeq}, it begins at ${market.firstSeq}`
  }
  return null
}

/**
 * Why the stream of payloads cannot be gone on with from a snapshot: it has lost its end, and payloads
 * with it that a run from there on would not make again. Null when it can, also where the stream was
 * made anew: what a stream held that was deleted is not published again.
 *
 * @throws BusError when the stream cannot be read
 */
export async function signalLossOf(
  bus: Bus,
  { run, state, signals }: RunSnapshot,
  now: StreamsNow['signals'],
): Promise<string | null> {
  const { name, lastSeq } = signals
  if (lastSeq === 0 || signals.createdAt !== now.createdAt) return null
  if (lastSeq > now.lastSeq) {
    return `expected ${name} to hold message ${lastSeq}, it ends at ${now.lastSeq}`
  }
  // Statuses and others' payloads may have come up to that place again.
  for await (const message of bus.read(name, { fromSeq: lastSeq, toSeq: lastSeq })) {
    const isOwn =
      message.subject === Subject.LevelSignals &&
      message.header(HEADERS.run) === run.runId &&
      (boundaryOf(message) ?? Infinity) <= (state.lastBoundaryMs ?? -Infinity)
    if (!isOwn)
      return `expected ${name} to hold a payload of ${run.runId} at ${lastSeq}, was another`
  }
  return null
}
