// Everything that makes the service out of its parts stands here.
import { InProcessBus, type Bus } from '@levels/bus'
import type { Gateway } from '@levels/gateway'
import type { Logger } from 'pino'
import { connectPatiently, natsOptionsOf } from './bus-connection.ts'
import { SignalService } from './service.ts'
import type { Settings } from './settings-schema.ts'
import type { ServiceConfig } from './settings.ts'

/** A service that was put together. */
export interface Composed {
  readonly service: SignalService
  /** Ends what feeds it and what looks on, before it is stopped itself. */
  readonly endSurroundings: () => Promise<void>
}

/**
 * Puts the service together: on a server, or on a bus in the process that a simulated market feeds.
 *
 * @param onBoard told where the board is, once it is there
 */
export function compose(
  config: ServiceConfig,
  log: Logger,
  onBoard: (address: string) => void,
): Composed {
  const { settings } = config
  const feedEnd = new AbortController()
  const board = new OptionalBoard(settings, log, onBoard)
  const connect = settings.embedded.isOn
    ? () => embeddedBus(settings.embedded.seed, feedEnd.signal)
    : connectorTo(settings)
  const service = new SignalService({
    config,
    log,
    connect: async (onFailure, signal) => {
      const bus = await connect(onFailure, signal)
      await board.start(bus)
      return bus
    },
  })
  return {
    service,
    endSurroundings: async () => {
      feedEnd.abort()
      await board.stop()
    },
  }
}

type Connect = ConstructorParameters<typeof SignalService>[0]['connect']

function connectorTo(settings: Settings): Connect {
  const nats = natsOptionsOf(settings)
  return (onFailure, signal) => connectPatiently(nats, onFailure, signal)
}

async function embeddedBus(seed: number, signal: AbortSignal): Promise<Bus> {
  const bus = new InProcessBus()
  // Whoever has a server needs no simulated market.
  const { publishFeed, simulatedFeed } = await import('./embedded-feed.ts')
  void publishFeed(bus, simulatedFeed(seed, signal))
  return bus
}

/** The board, where the settings ask for it. */
class OptionalBoard {
  readonly #settings: Settings['board']
  readonly #log: Logger
  readonly #onBoard: (address: string) => void
  #gateway: Gateway | null = null

  constructor({ board }: Settings, log: Logger, onBoard: (address: string) => void) {
    this.#settings = board
    this.#log = log
    this.#onBoard = onBoard
  }

  async start(bus: Bus): Promise<void> {
    if (!this.#settings.isOn) return
    // Whoever wants no board loads none of it.
    const { startBoard } = await import('./board.ts')
    this.#gateway = await startBoard(bus, this.#settings.port)
    const { url } = this.#gateway
    this.#log.info({ board: url }, `the board: ${url}/`)
    this.#onBoard(`${url}/`)
  }

  async stop(): Promise<void> {
    await this.#gateway?.close()
  }
}
