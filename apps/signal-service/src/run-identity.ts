import { createHash } from 'node:crypto'
import type { LevelsConfig } from '@levels/level-signals'
import type { RunIdentity, StreamIdentity } from './run-snapshot.ts'

/** What decides a run's payloads, beside the messages. */
export interface RunChoices {
  readonly config: LevelsConfig
  readonly futuresSymbol: string | null
}

/** SHA-256 of everything that decides payloads: another value is another run. */
export function configSha256({ config, futuresSymbol }: RunChoices): string {
  return sha256(JSON.stringify([config, futuresSymbol]))
}

/**
 * The run that begins at a place of a stream. The same choices, stream and place make the same run,
 * so that a first start that is repeated publishes under the same id.
 *
 * @param endedRunId the run in whose stead it begins there, since that one published what the stream
 * can no longer make: under its id the new payloads would be taken for those
 */
export function runIdentity(
  hash: string,
  stream: StreamIdentity,
  startSeq: number,
  endedRunId?: string,
): RunIdentity {
  const choices = [hash, stream.name, stream.createdAt, startSeq]
  const id = sha256(JSON.stringify(endedRunId === undefined ? choices : [...choices, endedRunId]))
  return { runId: `live-${id.slice(0, 12)}`, configSha256: hash, stream, startSeq }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
