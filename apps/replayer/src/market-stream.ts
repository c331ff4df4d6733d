import type { Bus } from '@levels/bus'
import { MARKET_STREAM } from '@levels/contracts'
import type { Channel } from './terminal.ts'

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
