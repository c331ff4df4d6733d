import { detectFile } from '@levels/feed'
import { ExitCode } from './exit-code.ts'
import { inspectDbn } from './inspect-dbn.ts'
import { inspectEvents } from './inspect-events.ts'
import { writeFacts } from './run-report.ts'
import type { Terminal } from './terminal.ts'

/** What is known of a file, and what is wrong with it; null when nothing is. */
export interface Inspection {
  readonly facts: readonly (readonly [name: string, value: string])[]
  readonly fault: string | null
}

/** `replayer inspect FILE`: what a file holds, without making signals of it. */
export async function inspectCommand(path: string, { out, err }: Terminal): Promise<ExitCode> {
  const kind = await detectFile(path)
  const { format, compression, sizeBytes } = kind
  const inspection = await (format === 'dbn' ? inspectDbn(path) : inspectEvents(path, format))
  writeFacts(out, [
    ['file', path],
    ['size', `${sizeBytes.toLocaleString('en-US')} bytes`],
    ['format', compression === 'none' ? format : `${format}, ${compression}`],
    ...inspection.facts,
  ])
  if (inspection.fault === null) return ExitCode.Done
  err.write(`${err.paint('red', `error: ${inspection.fault}`)}\n`)
  return ExitCode.BadInput
}
