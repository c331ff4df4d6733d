// Everything that makes the service out of its parts stands here.
import { InProcessBus } from '@levels/bus'
import type { Logger } from 'pino'
import { connectPatiently, natsOptionsOf } from './bus-connection.ts'
import { SignalService } from './service.ts'
import type { ServiceConfig } from './settings.ts'

/** A service that was put together. */
export interface Composed {
  readonly service: SignalService
  /** Ends what feeds it, before it is stopped itself. */
  readonly endFeed: () => void
}

/** Puts the service together: on a server, or on a bus in the process that a simulated market feeds. */
export function compose(config: ServiceConfig, log: Logger): Composed {
  const { settings } = config
  const feedEnd = new AbortController()
  const endFeed = (): void => {
    feedEnd.abort()
  }
  if (!settings.embedded.isOn) {
    const nats = natsOptionsOf(settings)
    const service = new SignalService({
      config,
      log,
      connect: (onFailure, signal) => connectPatiently(nats, onFailure, signal),
    })
    return { service, endFeed }
  }
  const bus = new InProcessBus()
  const { seed } = settings.embedded
  const service = new SignalService({
    config,
    log,
    connect: async () => {
      // Whoever has a server needs no simulated market.
      const { publishFeed, simulatedFeed } = await import('./embedded-feed.ts')
      void publishFeed(bus, simulatedFeed(seed, feedEnd.signal))
      return bus
    },
  })
  return { service, endFeed }
}
