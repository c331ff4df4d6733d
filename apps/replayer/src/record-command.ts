import { accessSync, constants, existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Bus, BusError, type StreamState } from '@levels/bus'
import { MARKET_STREAM } from '@levels/contracts'
import { reasonOf, UsageError } from './errors.ts'
import { ExitCode } from './exit-code.ts'
import { interruptible } from './interrupt.ts'
import { ensureMarketStream } from './market-stream.ts'
import type { NatsChoices } from '@levels/bus'
import { connectTo } from './nats-connection.ts'
import { ProgressLine } from './progress-line.ts'
import { type RecordCounts, Recorder, type RecordRange } from './record.ts'
import { RecordingFile } from './recording-file.ts'
import { counted, writeFacts } from './run-report.ts'
import { refuseReversed } from './sequence-range.ts'
import type { Terminal } from './terminal.ts'

/** Options of `record` as the command line gives them. */
export interface RecordCommandOptions extends NatsChoices {
  readonly out: string
  readonly fromSeq?: number
  readonly toSeq?: number | 'last'
  readonly new?: boolean
  readonly core?: boolean
}

const PROGRESS_MS = 200

/** `replayer record --out FILE` */
export async function recordCommand(
  options: RecordCommandOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  refuseContradiction(options)
  refusePlace(options.out)
  const { err } = terminal
  const bus = await connectTo(options)
  const progress = new ProgressLine(err)
  try {
    const range = await rangeOf(bus, options)
    if (range.kind !== 'core') await ensureMarketStream(bus, err)
    const recorder = new Recorder(bus, await RecordingFile.create(options.out))
    const showing = setInterval(() => {
      const { messages, sizeBytes } = recorder.counts
      progress.note(`${counted(messages, 'message')}, ${megabytes(sizeBytes)}`)
    }, PROGRESS_MS)
    try {
      return await interruptible(
        () => {
          progress.clear()
        },
        async (signal) => {
          await recorder.run(range, signal, () => {
            err.write(`Recording into ${options.out}; Ctrl-C ends it.\n`)
          })
          // Ctrl-C is how a recording without an end is ended.
          return signal.aborted && range.kind === 'part' ? ExitCode.Interrupted : ExitCode.Done
        },
      )
    } finally {
      clearInterval(showing)
      progress.clear()
      report(options.out, recorder.counts, terminal)
    }
  } finally {
    await bus.close()
  }
}

function refuseContradiction({ fromSeq, toSeq, new: isNew, core }: RecordCommandOptions): void {
  const isOfStream = fromSeq !== undefined || toSeq !== undefined || isNew === true
  if (core === true && isOfStream) {
    throw new UsageError('--core: expected it alone, was with an option of the stream')
  }
  if (isNew === true && (fromSeq !== undefined || toSeq !== undefined)) {
    throw new UsageError('--new: expected it without --from-seq and --to-seq')
  }
  refuseReversed(fromSeq ?? null, typeof toSeq === 'number' ? toSeq : null)
}

/** Whether the file can be made, before a stream is made for it. */
function refusePlace(path: string): void {
  if (existsSync(path)) throw new UsageError(`${path}: expected no such file yet, was one`)
  try {
    accessSync(dirname(path), constants.W_OK)
  } catch (cause) {
    throw new UsageError(`${path}: expected a folder to write it to: ${reasonOf(cause)}`, { cause })
  }
}

async function rangeOf(bus: Bus, options: RecordCommandOptions): Promise<RecordRange> {
  if (options.core === true) return { kind: 'core' }
  const { firstSeq, lastSeq } = await marketState(bus)
  if (options.new === true) return { kind: 'stream', fromSeq: lastSeq + 1 }
  const fromSeq = options.fromSeq ?? firstSeq
  const holds = `which ${MARKET_STREAM.name} still holds`
  if (fromSeq < firstSeq) {
    throw new UsageError(`--from-seq: expected ${firstSeq} or later, ${holds}, was ${fromSeq}`)
  }
  if (options.toSeq === undefined) return { kind: 'stream', fromSeq }
  if (options.toSeq === 'last' && lastSeq < firstSeq) {
    throw new UsageError(`--to-seq: expected a message in ${MARKET_STREAM.name}, was none`)
  }
  const toSeq = options.toSeq === 'last' ? lastSeq : options.toSeq
  if (toSeq > lastSeq) {
    throw new UsageError(`--to-seq: expected at most ${lastSeq}, the last there is, was ${toSeq}`)
  }
  if (options.toSeq !== 'last' && toSeq < firstSeq) {
    throw new UsageError(`--to-seq: expected ${firstSeq} or later, ${holds}, was ${toSeq}`)
  }
  refuseReversed(options.fromSeq ?? null, toSeq)
  return { kind: 'part', fromSeq, toSeq }
}

/** What the stream holds; where it is yet to be made, what an empty one does. */
async function marketState(bus: Bus): Promise<Pick<StreamState, 'firstSeq' | 'lastSeq'>> {
  try {
    return await bus.streamState(MARKET_STREAM.name)
  } catch (error) {
    if (error instanceof BusError && error.code === 'STREAM_MISSING') {
      return { firstSeq: 1, lastSeq: 0 }
    }
    throw error
  }
}

function report(path: string, counts: RecordCounts, { out, err }: Terminal): void {
  const { messages, sizeBytes, firstSeq, lastSeq, lost, gaps } = counts
  writeFacts(out, [
    ['recorded', `${counted(messages, 'message')}, ${megabytes(sizeBytes)}, in ${path}`],
    ...(firstSeq === null ? [] : [['sequences', `${firstSeq} – ${lastSeq ?? firstSeq}`] as const]),
  ])
  if (lost > 0)
    err.write(err.paint('yellow', `${counted(lost, 'message')} lost: the disk was too slow.\n`))
  if (gaps > 0)
    err.write(err.paint('yellow', `Messages lost on the way ${counted(gaps, 'time')}.\n`))
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
