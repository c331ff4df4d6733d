import type { Bus } from '@levels/bus'
import type { LiveRunner } from './live-runner.ts'
import type { Outbox } from './outbox.ts'
import type { PublishedSignals } from './published-signals.ts'

const MESSAGES_PER_TURN = 256
const PAYLOADS_PER_TURN = 64
/** Event time after which what is due is made: less than is read ahead at the shortest interval. */
const TURN_NS = 10_000_000_000

export interface RecoveryOptions {
  readonly bus: Bus
  readonly stream: string
  readonly runner: LiveRunner
  readonly outbox: Outbox
  readonly published: PublishedSignals
  readonly fromSeq: number
  readonly toSeq: number
  readonly signal: AbortSignal
  /** Nothing is due, and no message taken so far is to be taken again: the moment for a snapshot. */
  readonly onSettled?: () => void
}

/**
 * Takes a part of the market stream that is there already, and passes the lulls where the run had
 * passed them: the payloads are those that the run has published, and those that it had not. What of
 * `published` is left then was made of messages that the stream does not hold up to `toSeq`.
 *
 * @throws BusError when a stream cannot be read
 */
export async function recover(options: RecoveryOptions): Promise<void> {
  const { bus, stream, runner, fromSeq, toSeq, signal } = options
  await options.published.fill()
  if (fromSeq <= toSeq) {
    let count = 0
    let settledRelNs = runner.newestRelNs
    for await (const { subject, data, streamSeq } of bus.read(stream, { fromSeq, toSeq })) {
      if (signal.aborted) return
      if (isLullBefore(options, streamSeq)) await passLulls(options, streamSeq)
      runner.take(subject, data, streamSeq)
      const isLong = runner.newestRelNs - settledRelNs > TURN_NS
      if (++count % MESSAGES_PER_TURN !== 0 && !isLong) continue
      settledRelNs = runner.newestRelNs
      const isSettled = await settle(options)
      if (isSettled && streamSeq === runner.coveredSeq) options.onSettled?.()
    }
  }
  // A mark beyond was made of messages that the stream has lost.
  await passLulls(options, toSeq + 1)
}

/**
 * Whether the run passed a boundary in a lull before it took this message: its next one, or one
 * after others that events had passed and that are yet to be made.
 */
function isLullBefore({ published }: RecoveryOptions, streamSeq: number): boolean {
  const lullSeq = published.nextLullSeq
  return lullSeq !== null && lullSeq < streamSeq
}

async function passLulls(options: RecoveryOptions, beforeSeq: number): Promise<void> {
  const { runner, published, signal } = options
  await settle(options)
  while (isLullBefore(options, beforeSeq) && !signal.aborted) {
    const { next } = published
    // A mark of another boundary than the next would be of another run than this.
    if (next === null || next.lullSeq === null || next.boundaryMs !== runner.lullBoundaryMs) break
    runner.passLull()
    await settle(options)
  }
}

/**
 * Makes what is due, no faster than it can be compared and published.
 *
 * @returns false when it was told to stop: something may be due still
 */
async function settle({ runner, outbox, published, signal }: RecoveryOptions): Promise<boolean> {
  await published.fill()
  for (;;) {
    const payloadsMax = Math.min(outbox.room, published.readyCount, PAYLOADS_PER_TURN)
    if (runner.advance(payloadsMax) || signal.aborted) break
    await published.fill()
    if (outbox.room === 0) await outbox.progress()
  }
  // One more may be made at any time, in a lull.
  await published.fill()
  while (outbox.room === 0 && !signal.aborted) await outbox.progress()
  return !signal.aborted
}
