import type { Bus } from '@levels/bus'
import type { LiveRunner } from './live-runner.ts'
import type { Outbox } from './outbox.ts'
import type { PublishedSignals } from './published-signals.ts'

const MESSAGES_PER_TURN = 256
const PAYLOADS_PER_TURN = 64

export interface RecoveryOptions {
  readonly bus: Bus
  readonly stream: string
  readonly runner: LiveRunner
  readonly outbox: Outbox
  readonly published: PublishedSignals
  readonly fromSeq: number
  readonly toSeq: number
  readonly signal: AbortSignal
}

/**
 * Takes a part of the market stream that is there already, and passes the lulls where the run had
 * passed them: the payloads are those that the run has published, and those that it had not.
 *
 * @throws BusError when a stream cannot be read
 */
export async function recover(options: RecoveryOptions): Promise<void> {
  const { bus, stream, runner, fromSeq, toSeq, signal } = options
  await options.published.fill()
  if (fromSeq <= toSeq) {
    let count = 0
    for await (const { subject, data, streamSeq } of bus.read(stream, { fromSeq, toSeq })) {
      if (signal.aborted) return
      if (isLullBefore(options, streamSeq)) await passLulls(options, streamSeq)
      runner.take(subject, data, streamSeq)
      if (++count % MESSAGES_PER_TURN === 0) await settle(options)
    }
  }
  await passLulls(options, Infinity)
}

/** Whether the run passed its next boundary in a lull before it took this message. */
function isLullBefore({ published }: RecoveryOptions, streamSeq: number): boolean {
  const lullSeq = published.next?.lullSeq ?? null
  return lullSeq !== null && lullSeq < streamSeq
}

async function passLulls(options: RecoveryOptions, beforeSeq: number): Promise<void> {
  const { runner, published, signal } = options
  await settle(options)
  while (isLullBefore(options, beforeSeq) && !signal.aborted) {
    // A mark of another boundary than the next would be of another run than this.
    if (published.next?.boundaryMs !== runner.lullBoundaryMs) break
    runner.passLull()
    await settle(options)
  }
}

/** Makes what is due, no faster than it can be compared and published. */
async function settle({ runner, outbox, published, signal }: RecoveryOptions): Promise<void> {
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
}
