import { Aggressor, EventKind, MarketEvent } from '@levels/kernel'
import { seededRandom } from './seeded-random.ts'

/** Trades of 1–20 lots around 22,000 ticks, in runs of one aggressor that go its way. */
export function syntheticTrades(count: number, seed: number): MarketEvent[] {
  const random = seededRandom(seed)
  let tick = 22_000
  let aggressor: Aggressor = Aggressor.Buy
  return Array.from({ length: count }, () => {
    if (random() < 0.2) aggressor = aggressor === Aggressor.Buy ? Aggressor.Sell : Aggressor.Buy
    const pull = Math.sign(22_000 - tick) * (random() < 0.05 ? 1 : 0)
    tick += (random() < 0.3 ? aggressor : 0) + pull
    const event = new MarketEvent()
    event.kind = EventKind.FuturesTrade
    event.priceTicks = tick
    event.size = 1 + Math.floor(random() * 20)
    event.aggressor = aggressor
    return event
  })
}
