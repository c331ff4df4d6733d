import type { Bus } from '@levels/bus'
import { type StreamDefinition, STREAMS } from '@levels/contracts'
import { invariant } from '@levels/kernel'
import type { Channel } from './terminal.ts'

const definition = STREAMS.find(({ subjects }) => subjects.includes('market.>'))
invariant(definition !== undefined, 'a stream of the contracts keeps the market subjects')

/** The stream that keeps what comes in. */
export const MARKET_STREAM: StreamDefinition = definition

/**
 * Makes the market stream where it is missing; says so, and how one that is there differs.
 *
 * @throws BusError when the server has no streams, or does not let us make one
 */
export async function ensureMarketStream(bus: Bus, err: Channel): Promise<void> {
  const { name, isCreated, differences } = await bus.ensureStream(MARKET_STREAM)
  if (isCreated) err.write(`Made the stream ${name}.\n`)
  for (const difference of differences) {
    err.write(`${err.paint('yellow', `${name} is not as it should be:`)} ${difference}\n`)
  }
}
