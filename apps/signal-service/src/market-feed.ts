import type { Bus, Consumption, LiveSubscription } from '@levels/bus'
import { MARKET_STREAM } from '@levels/contracts'
import { lastHeldSeq } from './stream-end.ts'

/** Takes a message, borrowed until it returns. */
export type MarketHandler = (subject: string, data: Uint8Array, streamSeq: number) => void

/** Market messages as they come. */
export interface MarketFeed {
  /** Holds back messages, where the feed can. */
  pause(): void
  resume(): void
  /**
   * Whether everything that had been sent when this was called has been given to the handler, but for
   * what was deleted before.
   *
   * @param coveredSeq place of the last message taken
   * @throws BusError when that cannot be known
   */
  isQuiet(coveredSeq: () => number): Promise<boolean>
  /** Rejects when the feed is over. */
  readonly closed: Promise<void>
  stop(): Promise<void>
}

/** Messages of a stream, from a place on. */
export class StreamFeed implements MarketFeed {
  readonly #bus: Bus
  readonly #stream: string
  readonly #consumption: Consumption

  private constructor(bus: Bus, stream: string, consumption: Consumption) {
    this.#bus = bus
    this.#stream = stream
    this.#consumption = consumption
  }

  /** @throws BusError */
  static async open(
    bus: Bus,
    from: { readonly stream: string; readonly seq: number },
    handler: MarketHandler,
  ): Promise<StreamFeed> {
    const options = { fromSeq: from.seq }
    const consumption = await bus.consume(from.stream, options, (message) => {
      handler(message.subject, message.data, message.streamSeq)
    })
    return new StreamFeed(bus, from.stream, consumption)
  }

  get closed(): Promise<void> {
    return this.#consumption.closed
  }

  pause(): void {
    this.#consumption.pause()
  }

  resume(): void {
    this.#consumption.resume()
  }

  async isQuiet(coveredSeq: () => number): Promise<boolean> {
    const heldSeq = await lastHeldSeq(this.#bus, this.#stream, coveredSeq)
    return coveredSeq() >= heldSeq
  }

  stop(): Promise<void> {
    return this.#consumption.stop()
  }
}

/** Messages as they are published, with no stream between: what is missed, is missed. */
export class PlainFeed implements MarketFeed {
  readonly #bus: Bus
  readonly #subscription: LiveSubscription

  private constructor(bus: Bus, subscription: LiveSubscription) {
    this.#bus = bus
    this.#subscription = subscription
  }

  /** Messages are numbered as they come, from 1. @throws BusError */
  static async open(bus: Bus, handler: MarketHandler): Promise<PlainFeed> {
    let count = 0
    // All that the stream would keep: also what is under a subject of no schema, to be refused.
    const subscription = await bus.subscribe(MARKET_STREAM.subjects, ({ subject, data }) => {
      handler(subject, data, ++count)
    })
    return new PlainFeed(bus, subscription)
  }

  get closed(): Promise<void> {
    return this.#subscription.closed
  }

  /** A server does not wait for us: what cannot be taken now, waits in the order's buffer. */
  pause(): void {
    return
  }

  resume(): void {
    return
  }

  async isQuiet(): Promise<boolean> {
    // The server's answer comes behind every message that it had for us.
    await this.#bus.flush()
    return true
  }

  stop(): Promise<void> {
    return this.#subscription.stop()
  }
}
