import type { LevelsConfig } from '@levels/level-signals'
import { ExitCode } from './exit-code.ts'
import { ProgressLine, type ProgressOutput } from './progress-line.ts'
import { runFiles, type RunOptions, type RunOutcome } from './run.ts'
import { readSettings } from './settings.ts'
import { summaryText } from './summary-text.ts'
import { parseTime } from './time-option.ts'

/** Where a command writes: results for people, and everything about the run itself. */
export interface Terminal {
  readonly out: ProgressOutput
  readonly err: ProgressOutput
}

/** Options of `run` as the command line gives them. */
export interface RunCommandOptions {
  readonly out?: string
  readonly symbol?: string
  readonly from?: string
  readonly to?: string
  readonly speed: number
  readonly config?: string
  readonly set?: readonly string[]
  readonly hotzone?: readonly number[]
  readonly traceFlows?: string
}

/** `replayer run FILES…` */
export async function runCommand(
  files: readonly string[],
  options: RunCommandOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const config: LevelsConfig = readSettings(options)
  const outcome = await runWithProgress(
    {
      files,
      config,
      symbol: options.symbol ?? null,
      fromNs: options.from === undefined ? null : parseTime(options.from, '--from'),
      toNs: options.to === undefined ? null : parseTime(options.to, '--to'),
      speed: options.speed,
      outDir: options.out ?? null,
      traceFlowsPath: options.traceFlows ?? null,
    },
    terminal,
  )
  return reportRun(outcome, options.traceFlows ?? null, terminal)
}

/** Runs with a progress line; the first Ctrl-C ends the run in order, the second at once. */
export async function runWithProgress(
  options: Omit<RunOptions, 'signal' | 'onProgress'>,
  terminal: Terminal,
): Promise<RunOutcome> {
  const abort = new AbortController()
  const onInterrupt = (): void => {
    if (abort.signal.aborted) process.exit(ExitCode.Interrupted)
    abort.abort()
  }
  process.on('SIGINT', onInterrupt).on('SIGTERM', onInterrupt)
  const progress = new ProgressLine(terminal.err)
  try {
    return await runFiles({
      ...options,
      signal: abort.signal,
      onProgress: (now) => {
        progress.update(now)
      },
    })
  } finally {
    progress.clear()
    process.off('SIGINT', onInterrupt).off('SIGTERM', onInterrupt)
  }
}

/** Tells what a run gave and where it is. @returns the code to exit with */
export function reportRun(
  outcome: RunOutcome,
  traceFlowsPath: string | null,
  terminal: Terminal,
): ExitCode {
  const { dir, manifest, summary, flowCount } = outcome
  terminal.out.write(`${summaryText(summary)}\n\n`)
  const places: [string, string][] = [
    ['signals', `${dir}/signals.ndjson`],
    ['manifest', `${dir}/manifest.json`],
    ...(traceFlowsPath === null
      ? []
      : ([['flows', `${traceFlowsPath}, ${String(flowCount ?? 0)} flows`]] as [string, string][])),
    ['digest', manifest.digest],
  ]
  for (const [name, place] of places) terminal.out.write(`${name.padEnd(9)} ${place}\n`)
  reportRejects(manifest.rejects, manifest.rejected, terminal)
  if (manifest.state === 'faulted') {
    terminal.err.write(
      `\nThe input is damaged; everything before the fault was processed.\n${manifest.reason ?? ''}\n`,
    )
    return ExitCode.BadInput
  }
  if (manifest.state === 'interrupted') {
    terminal.err.write('\nInterrupted: the results end where the run was stopped.\n')
    return ExitCode.Interrupted
  }
  return ExitCode.Done
}

function reportRejects(
  rejects: Readonly<Record<string, number>>,
  rejected: readonly unknown[],
  terminal: Terminal,
): void {
  const counts = Object.entries(rejects).filter(([, count]) => count > 0)
  if (counts.length === 0) return
  const list = counts.map(([code, count]) => `${code} ${count.toLocaleString('en-US')}`).join(', ')
  terminal.err.write(`\nRefused messages: ${list}. The first of each are in the manifest.\n`)
  const [first] = rejected
  if (isRejected(first)) {
    const place = first.line === null ? `byte ${first.byteOffset}` : `line ${first.line}`
    terminal.err.write(`  ${first.file}, ${place}: ${first.message}\n`)
  }
}

function isRejected(
  value: unknown,
): value is { file: string; byteOffset: number; line: number | null; message: string } {
  return typeof value === 'object' && value !== null && 'file' in value && 'message' in value
}
