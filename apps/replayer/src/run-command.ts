import { ExitCode } from './exit-code.ts'
import { UsageError } from './errors.ts'
import { ProgressLine } from './progress-line.ts'
import { reportRun } from './run-report.ts'
import { runFiles, type RunOptions, type RunOutcome } from './run.ts'
import { readSettings, type SettingOptions } from './settings.ts'
import type { Terminal } from './terminal.ts'
import { parseTime } from './time-option.ts'

/** Options of `run` as the command line gives them. */
export interface RunCommandOptions extends SettingOptions {
  readonly out?: string
  readonly symbol?: string
  readonly from?: string
  readonly to?: string
  readonly speed: number
  readonly traceFlows?: string
}

/** `replayer run FILES…` */
export async function runCommand(
  files: readonly string[],
  options: RunCommandOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const config = readSettings(options)
  const fromNs = options.from === undefined ? null : parseTime(options.from, '--from')
  const toNs = options.to === undefined ? null : parseTime(options.to, '--to')
  if (fromNs !== null && toNs !== null && fromNs > toNs) {
    throw new UsageError(
      `--to: expected a time not before --from ${options.from}, was ${options.to}`,
    )
  }
  const traceFlowsPath = options.traceFlows ?? null
  const outcome = await runWithProgress(
    {
      files,
      config,
      symbol: options.symbol ?? null,
      fromNs,
      toNs,
      speed: options.speed,
      outDir: options.out ?? null,
      traceFlowsPath,
    },
    terminal,
  )
  return reportRun(outcome, traceFlowsPath, terminal)
}

/** Runs with a progress line; the first Ctrl-C ends the run in order, the second at once. */
export async function runWithProgress(
  options: Omit<RunOptions, 'signal' | 'onProgress' | 'onReplayed'>,
  { err }: Terminal,
): Promise<RunOutcome> {
  const progress = new ProgressLine(err)
  const abort = new AbortController()
  const onInterrupt = (): void => {
    if (abort.signal.aborted) process.exit(ExitCode.Interrupted)
    abort.abort()
    progress.clear()
    err.write('Stopping in order; again to stop at once.\n')
  }
  process.on('SIGINT', onInterrupt).on('SIGTERM', onInterrupt)
  try {
    return await runFiles({
      ...options,
      signal: abort.signal,
      onProgress: (now) => {
        if (!abort.signal.aborted) progress.update(now)
      },
      onReplayed: () => {
        progress.note('SHA-256 of the input …')
      },
    })
  } finally {
    progress.clear()
    process.off('SIGINT', onInterrupt).off('SIGTERM', onInterrupt)
  }
}
