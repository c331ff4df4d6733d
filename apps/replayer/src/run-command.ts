import type { ExitCode } from './exit-code.ts'
import { UsageError } from './errors.ts'
import { interruptible } from './interrupt.ts'
import type { NatsChoices } from '@levels/bus'
import { connectTo } from './nats-connection.ts'
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

/** Options of `run` that say what of a stream is read. */
export interface StreamOptions extends NatsChoices {
  readonly stream?: string
  readonly fromSeq?: number
  readonly toSeq?: number
}

/** A stream's name as the bus takes it. */
const STREAM_NAME = /^[A-Za-z0-9_-]+$/

/** `replayer run FILES…` and `replayer run --stream NAME` */
export async function runCommand(
  files: readonly string[],
  options: RunCommandOptions & StreamOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const choices = { files, ...choicesOf(options) }
  const { stream } = options
  if (stream === undefined) {
    refuseStreamOptions(files, options)
    return runAndReport(choices, terminal)
  }
  if (files.length > 0) throw new UsageError('expected files or --stream, was both')
  if (!STREAM_NAME.test(stream)) {
    throw new UsageError(`--stream: expected letters, digits, "-" and "_", was "${stream}"`)
  }
  const bus = await connectTo(options)
  try {
    const range = { fromSeq: options.fromSeq ?? null, toSeq: options.toSeq ?? null }
    return await runAndReport({ ...choices, stream: { bus, name: stream, ...range } }, terminal)
  } finally {
    await bus.close()
  }
}

function refuseStreamOptions(files: readonly string[], options: StreamOptions): void {
  if (files.length === 0) throw new UsageError('expected files, or --stream and --nats')
  const given = options.fromSeq !== undefined ? '--from-seq' : '--to-seq'
  if (options.fromSeq !== undefined || options.toSeq !== undefined) {
    throw new UsageError(`${given}: expected --stream with it`)
  }
}

function choicesOf(options: RunCommandOptions): Omit<RunOptions, 'files'> {
  const config = readSettings(options)
  return {
    config,
    symbol: readSymbol(options),
    ...readPeriod(options),
    speed: options.speed,
    outDir: options.out ?? null,
    traceFlowsPath: options.traceFlows ?? null,
  }
}

async function runAndReport(options: RunOptions, terminal: Terminal): Promise<ExitCode> {
  const outcome = await runWithProgress(options, terminal)
  return reportRun(outcome, options.traceFlowsPath ?? null, terminal)
}

/** The future that `--symbol` names; null where it is left out. @throws UsageError for no name */
export function readSymbol({ symbol }: { readonly symbol?: string }): string | null {
  if (symbol === '') throw new UsageError('--symbol: expected a future such as ESH4, was ""')
  return symbol ?? null
}

/**
 * What `--from` and `--to` say, Unix ns; null where they are left out.
 *
 * @throws UsageError when one is no time, or they are the wrong way round
 */
export function readPeriod({ from, to }: { readonly from?: string; readonly to?: string }): {
  readonly fromNs: bigint | null
  readonly toNs: bigint | null
} {
  const fromNs = from === undefined ? null : parseTime(from, '--from')
  const toNs = to === undefined ? null : parseTime(to, '--to')
  if (fromNs !== null && toNs !== null && fromNs > toNs) {
    throw new UsageError(`--to: expected a time not before --from ${from}, was ${to}`)
  }
  return { fromNs, toNs }
}

/** Runs with a progress line; the first Ctrl-C ends the run in order, the second at once. */
export async function runWithProgress(
  options: Omit<RunOptions, 'signal' | 'onProgress' | 'onReplayed'>,
  { err }: Terminal,
): Promise<RunOutcome> {
  const progress = new ProgressLine(err)
  const onStopping = (): void => {
    progress.clear()
    err.write('Stopping in order; again to stop at once.\n')
  }
  try {
    return await interruptible(onStopping, (signal) =>
      runFiles({
        ...options,
        signal,
        onProgress: (now) => {
          if (!signal.aborted) progress.update(now)
        },
        onReplayed: () => {
          progress.note('SHA-256 of the input …')
        },
      }),
    )
  } finally {
    progress.clear()
  }
}
