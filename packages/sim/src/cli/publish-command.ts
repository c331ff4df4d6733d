import { setTimeout } from 'node:timers/promises'
import { connectNats } from '@levels/bus'
import { STREAMS } from '@levels/contracts'
import { marketMessages } from '../output/market-messages.ts'
import { type MarketCommandOptions, sessionOptions } from './market-settings.ts'
import type { Terminal } from './terminal.ts'

/** Options of `publish` as the command line gives them. */
export interface PublishCommandOptions extends MarketCommandOptions {
  readonly nats: string
  readonly rate?: number
  readonly speed: number
  readonly hours?: number
}

/** Messages between two waits for the server: bounds what is on its way. */
const FLUSH_EVERY = 2_000
const REPORT_MS = 5_000

/** `sim publish`: until it is interrupted, or the event time asked for is over. */
export async function publishCommand(
  options: PublishCommandOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  terminal.note('connecting to the server')
  const bus = await connectNats({ servers: options.nats, name: 'sim' }).finally(() => {
    terminal.note('')
  })
  try {
    for (const definition of STREAMS) await bus.ensureStream(definition)
    const { rate } = options
    const messages = marketMessages({
      ...sessionOptions(options),
      speed: rate === undefined ? options.speed : 0,
      signal,
      ...(options.hours === undefined ? {} : { durationS: options.hours * 3_600 }),
    })
    const pace = new MessagePace(rate ?? 0)
    let count = 0
    let told = performance.now()
    for await (const { subject, data } of messages) {
      bus.publish(subject, data)
      if (++count % FLUSH_EVERY === 0) await bus.flush()
      const waitMs = pace.waitMs(count)
      if (waitMs > 1) await setTimeout(waitMs, undefined, { signal }).catch(() => undefined)
      if (performance.now() - told < REPORT_MS) continue
      told = performance.now()
      terminal.note(`${count.toLocaleString('en-US')} messages, ${pace.perS(count)}/s`)
    }
    await bus.flush()
    terminal.note('')
    terminal.out(`${count.toLocaleString('en-US')} messages, ${pace.perS(count)}/s\n`)
    if (bus.droppedCount > 0) terminal.err(`${bus.droppedCount} not sent: no connection\n`)
  } finally {
    await bus.close()
  }
  return signal.aborted ? 130 : 0
}

/** Messages at a rate a second; 0: any. */
class MessagePace {
  readonly #perMs: number
  readonly #startMs = performance.now()

  constructor(perS: number) {
    this.#perMs = perS / 1_000
  }

  /** How long to wait before the next, after so many. */
  waitMs(count: number): number {
    if (this.#perMs === 0) return 0
    return this.#startMs + count / this.#perMs - performance.now()
  }

  perS(count: number): string {
    const seconds = (performance.now() - this.#startMs) / 1_000
    return Math.round(count / Math.max(seconds, 1e-3)).toLocaleString('en-US')
  }
}
