import type { Msg, Subscription as NatsSubscription } from '@nats-io/transport-node'
import type { LiveSubscription } from './bus.ts'
import type { BusError } from './errors.ts'
import { toBusError } from './nats-errors.ts'
import { closedError, type NatsLink, rethrow } from './nats-link.ts'

/** Plain subscriptions that begin and end together. */
export class NatsSubscriptions implements LiveSubscription {
  readonly #link: NatsLink
  readonly #subscriptions: NatsSubscription[] = []
  readonly subjects: readonly string[]
  readonly #end = Promise.withResolvers<undefined>()
  #fault: BusError | null = null

  constructor(link: NatsLink, subjects: readonly string[]) {
    this.#link = link
    this.subjects = subjects
    this.#end.promise.catch(() => undefined) // nobody has to ask
  }

  get closed(): Promise<void> {
    return this.#end.promise
  }

  /** @throws BusError `PERMISSION_DENIED`, `DISCONNECTED`, `TIMEOUT`, and nothing is subscribed to */
  async start(handler: (message: Msg) => void): Promise<this> {
    if (this.#link.isClosed) throw closedError()
    const callback = (error: Error | null, message: Msg): void => {
      if (error !== null) this.#onFault(toBusError(error))
      else {
        slowness.count()
        give(message, handler)
      }
    }
    const { connection, slowness } = this.#link
    for (const subject of this.subjects) {
      this.#subscriptions.push(connection.subscribe(subject, { callback }))
    }
    try {
      // When the server has answered it has also said what it forbids.
      await this.#link.flush()
      const fault = this.fault
      if (fault !== null) throw fault
      slowness.watch(this.#link, this)
      return this
    } catch (error) {
      await this.stop()
      throw error
    }
  }

  /** Why the server ended one of them. */
  get fault(): BusError | null {
    return this.#fault
  }

  #onFault(fault: BusError): void {
    this.#fault = fault
    this.#end.reject(fault)
  }

  stop(): Promise<void> {
    this.#end.resolve(undefined)
    this.#link.slowness.forget(this)
    for (const subscription of this.#subscriptions) {
      if (!subscription.isClosed()) subscription.unsubscribe()
    }
    return Promise.resolve()
  }
}

function give(message: Msg, handler: (message: Msg) => void): void {
  try {
    handler(message)
  } catch (error) {
    rethrow(error)
  }
}
