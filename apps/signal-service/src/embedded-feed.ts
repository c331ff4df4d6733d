import type { Bus } from '@levels/bus'
import { STREAMS } from '@levels/contracts'
import { ALL, type MarketMessageBytes, marketMessages, playlist, ScenarioAgent } from '@levels/sim'

/** Quiet before the first scenario and between two, s. */
const FIRST_AFTER_S = 30
const PAUSE_S = 60

/** A simulated market in real time, with every scenario now and again: each message as it happens. */
export function simulatedFeed(
  seed: number,
  signal: AbortSignal,
): AsyncGenerator<MarketMessageBytes, void, undefined> {
  const plays = playlist(ALL, { seed, difficulty: null })
  const agent = new ScenarioAgent(plays, { firstAfterS: FIRST_AFTER_S, pauseS: PAUSE_S })
  return marketMessages({ seed, rate: null, agents: [agent], speed: 1, signal })
}

/** Publishes a feed, as a publisher outside would, until it ends. */
export async function publishFeed(
  bus: Bus,
  feed: AsyncIterable<MarketMessageBytes>,
): Promise<void> {
  for (const definition of STREAMS) await bus.ensureStream(definition)
  for await (const { subject, data } of feed) bus.publish(subject, data)
}
