import { resolveConfig } from '@levels/level-signals'
import { BusyMarket } from '/work/main/packages/level-signals/bench/busy-market.ts'
const hotzonesUsd = Array.from({ length: 30 }, (_, i) => Number((686.83 + i * 0.0115).toFixed(4)))
const mode = process.argv[2]
const config = mode === 'few' ? resolveConfig() : resolveConfig({ levels: { hotzonesUsd } })
const m = new BusyMarket({ config, eventsPerS: 250, wanderTicks: mode === 'few' ? 40 : 3 })
const n = Number(process.argv[3] ?? 20000)
for (let i = 0; i < n; i++) {
  m.fill()
  m.snap()
}
