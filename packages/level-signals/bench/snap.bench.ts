// node --conditions=@levels/source packages/level-signals/bench/snap.bench.ts
// What one snap costs — universe, engines, smoothing, runway, payload object — with thirty levels
// in the band while events come at 1x and at 10x a rate, and with the levels there are by default.
// On a busy machine the slowest snaps are those during which others had the core: "undisturbed"
// leaves out every snap during which the process was switched out.
import os from 'node:os'
import { encodeLevelSignalsInUtf8 } from '@levels/contracts'
import { resolveConfig } from '@levels/level-signals'
import { BusyMarket } from '../test/busy-market.ts'

const EVENTS_PER_S = 250
const WARM_UP_SNAPS = 1_300 // longer than every window but the baseline's
const SNAPS = 4_000

/** Thirty levels a cent and a bit apart: in the band wherever price wanders within 3 ticks. */
const hotzonesUsd = Array.from({ length: 30 }, (_, i) => Number((686.83 + i * 0.0115).toFixed(4)))
const crowded = { config: resolveConfig({ levels: { hotzonesUsd } }), wanderTicks: 3 }
const usual = { config: resolveConfig(), wanderTicks: 40 }

/** Interleaved, so that whatever else the machine does meets all of them. */
const runs = [
  { name: '30 levels, 1x', options: { ...crowded, eventsPerS: EVENTS_PER_S } },
  { name: '30 levels, 10x', options: { ...crowded, eventsPerS: EVENTS_PER_S * 10 } },
  { name: 'default, 1x', options: { ...usual, eventsPerS: EVENTS_PER_S } },
].map(({ name, options }) => ({
  name,
  market: new BusyMarket(options),
  us: [] as number[],
  undisturbedUs: [] as number[],
  jsonUs: [] as number[],
  jsonBytes: 0,
  levels: 0,
}))

const switches = (): number => process.resourceUsage().involuntaryContextSwitches

for (let snap = -WARM_UP_SNAPS; snap < SNAPS; snap++) {
  for (const run of runs) {
    run.market.fill()
    const switchesBefore = switches()
    const startNs = process.hrtime.bigint()
    const payload = run.market.snap()
    const us = Number(process.hrtime.bigint() - startNs) / 1_000
    const isUndisturbed = switches() === switchesBefore
    const jsonStartNs = process.hrtime.bigint()
    const { length } = encodeLevelSignalsInUtf8(payload)
    const jsonUs = Number(process.hrtime.bigint() - jsonStartNs) / 1_000
    if (snap < 0) continue
    run.us.push(us)
    run.jsonUs.push(jsonUs)
    run.jsonBytes += length
    if (isUndisturbed) run.undisturbedUs.push(us)
    run.levels += payload.levels.length
  }
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(share * (sorted.length - 1))] ?? NaN
}

const shown = (us: number): string => `${us.toFixed(1).padStart(7)} µs`
console.log(`node ${process.version}, ${os.cpus()[0]?.model ?? 'unknown cpu'}`)
console.log(`load ${os.loadavg()[0]?.toFixed(1)} on ${os.cpus().length} cores, ${SNAPS} snaps each`)
for (const { name, us, undisturbedUs, jsonUs, jsonBytes, levels } of runs) {
  const share = ((100 * undisturbedUs.length) / us.length).toFixed(0)
  console.log(
    `${name.padEnd(14)} ${(levels / SNAPS).toFixed(1).padStart(4)} in band` +
      `  p50${shown(quantile(us, 0.5))}  p99${shown(quantile(us, 0.99))}` +
      `  undisturbed (${share} %) p99${shown(quantile(undisturbedUs, 0.99))}` +
      `  its JSON p50${shown(quantile(jsonUs, 0.5))} for ${(jsonBytes / SNAPS).toFixed(0)} bytes`,
  )
}
const [slow, fast] = runs.map(({ us }) => quantile(us, 0.5))
const ratio = (fast ?? NaN) / (slow ?? NaN)
console.log(`ratio 10x : 1x  ${ratio.toFixed(2)} (target at most 1.2), p99 target under 300 µs`)
