import { MARKET_STREAM, type Source } from '@levels/contracts'
import { faultText } from '@levels/feed'
import { exitCodeOfFault, hintFor } from './errors.ts'
import { ExitCode } from './exit-code.ts'
import { interruptible } from './interrupt.ts'
import { ensureMarketStream } from './market-stream.ts'
import type { NatsChoices } from '@levels/bus'
import { connectTo } from './nats-connection.ts'
import { ProgressLine } from './progress-line.ts'
import { lastPublished, openInput, publishFiles, type PublishOutcome } from './publish.ts'
import { readPeriod, readSymbol } from './run-command.ts'
import { refuseRepeated } from './run-folder.ts'
import { counted, writeFacts, writeRefusals } from './run-report.ts'
import type { Terminal } from './terminal.ts'

/** Options of `publish` as the command line gives them. */
export interface PublishCommandOptions extends NatsChoices {
  readonly symbol?: string
  readonly from?: string
  readonly to?: string
  readonly speed: number
  readonly source: Source
  readonly resume?: boolean
}

/** `replayer publish FILES…` */
export async function publishCommand(
  files: readonly string[],
  options: PublishCommandOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const period = readPeriod(options)
  refuseRepeated(files)
  const { err } = terminal
  // Before a stream is made for nothing.
  const input = await openInput(files, readSymbol(options))
  const bus = await connectTo(options)
  const progress = new ProgressLine(err)
  const onStopping = (): void => {
    progress.clear()
    err.write('Stopping in order; again to stop at once.\n')
  }
  try {
    await ensureMarketStream(bus, err)
    const after = options.resume === true ? await lastPublished(bus, MARKET_STREAM.name) : null
    const beganMs = performance.now()
    const outcome = await interruptible(onStopping, (signal) =>
      publishFiles({
        bus,
        input,
        ...period,
        speed: options.speed,
        source: options.source,
        after,
        signal,
        onProgress: (now) => {
          if (!signal.aborted) progress.update(now)
        },
      }),
    )
    progress.clear()
    return report(outcome, (performance.now() - beganMs) / 1_000, terminal)
  } finally {
    progress.clear()
    await bus.close()
  }
}

function report(outcome: PublishOutcome, elapsedS: number, { out, err }: Terminal): ExitCode {
  const { result, stored, duplicates, skipped, firstSeq, lastSeq } = outcome
  const rate = Math.round(stored / elapsedS).toLocaleString('en-US')
  writeFacts(out, [
    ['published', `${counted(stored - duplicates, 'event')} to ${MARKET_STREAM.name}`],
    ...(skipped === 0 ? [] : [['skipped', counted(skipped, 'event')] as const]),
    ['there before', counted(duplicates, 'event')],
    ['sequences', firstSeq === null ? 'none' : `${firstSeq} – ${lastSeq ?? firstSeq}`],
    ['took', `${elapsedS.toFixed(1)} s, ${rate} events/s`],
  ])
  writeRefusals(result, err)
  if (result.outcome === 'aborted') {
    err.write(
      `\n${err.paint('yellow', 'Interrupted.')} To go on: the same command with --resume.\n`,
    )
    return ExitCode.Interrupted
  }
  const [fault] = result.faults
  if (fault !== undefined) {
    err.write(`\n${err.paint('red', `error: ${faultText(fault)}`)}\n`)
    err.write(`${hintFor(fault.code)}Everything before that was published.\n`)
    return exitCodeOfFault(fault.code)
  }
  return ExitCode.Done
}
