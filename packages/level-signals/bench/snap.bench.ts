// node --conditions=@levels/source packages/level-signals/bench/snap.bench.ts
// What one snap costs — universe, engines, smoothing, runway, payload object — with thirty levels
// in the band while events come at 1x and at 10x a rate, and with the levels there are by default.
import os from 'node:os'
import { encodeLevelSignals } from '@levels/contracts'
import { resolveConfig } from '@levels/level-signals'
import { BusyMarket } from '../test/busy-market.ts'

const EVENTS_PER_S = 250
const WARM_UP_SNAPS = 1_300 // longer than every window but the baseline's
const SNAPS = 4_000

/** Thirty levels a cent and a bit apart: in the band wherever price wanders within 3 ticks. */
const hotzonesUsd = Array.from({ length: 30 }, (_, i) => Number((686.83 + i * 0.0115).toFixed(4)))
const crowded = resolveConfig({ levels: { hotzonesUsd } })

const markets = {
  crowded1x: new BusyMarket({ config: crowded, eventsPerS: EVENTS_PER_S, wanderTicks: 3 }),
  crowded10x: new BusyMarket({ config: crowded, eventsPerS: EVENTS_PER_S * 10, wanderTicks: 3 }),
  default1x: new BusyMarket({ config: resolveConfig(), eventsPerS: EVENTS_PER_S, wanderTicks: 40 }),
}
const runs = Object.entries(markets).map(([name, market]) => ({
  name,
  market,
  spentUs: new Float64Array(SNAPS),
  levels: 0,
}))

for (let snap = -WARM_UP_SNAPS; snap < SNAPS; snap++) {
  for (const run of runs) {
    run.market.fill()
    const startNs = process.hrtime.bigint()
    const payload = run.market.snap()
    const spentNs = Number(process.hrtime.bigint() - startNs)
    if (snap < 0) continue
    run.spentUs[snap] = spentNs / 1_000
    run.levels += payload.levels.length
  }
}

markets.crowded1x.fill()
const crowdedPayload = markets.crowded1x.snap()
let bytes = 0
const encodedAt = process.hrtime.bigint()
for (let i = 0; i < 1_000; i++) bytes += encodeLevelSignals(crowdedPayload).length
const encodeUs = Number(process.hrtime.bigint() - encodedAt) / 1e6

const us = (value: number): string => `${value.toFixed(1).padStart(7)} µs`
console.log(`node ${process.version}, ${os.cpus()[0]?.model ?? 'unknown cpu'}`)
console.log(`load ${os.loadavg()[0]?.toFixed(1)} on ${os.cpus().length} cores, ${SNAPS} snaps each`)
const medians = new Map<string, number>()
for (const { name, spentUs, levels } of runs) {
  spentUs.sort()
  const at = (share: number): number => spentUs[Math.floor(share * (SNAPS - 1))] ?? NaN
  medians.set(name, at(0.5))
  const count = (levels / SNAPS).toFixed(1).padStart(4)
  console.log(`${name.padEnd(11)} ${count} levels  p50${us(at(0.5))}  p99${us(at(0.99))}`)
}
const ratio = (medians.get('crowded10x') ?? NaN) / (medians.get('crowded1x') ?? NaN)
console.log(`ratio 10x : 1x  ${ratio.toFixed(2)} (target at most 1.2), p99 target under 300 µs`)
console.log(`its JSON, apart: ${us(encodeUs)} for ${bytes / 1_000} bytes`)
