import { resolveConfig } from '@levels/level-signals'
import { BusyMarket } from './busy-market.ts'
import { BusyMarket as Before } from './zz-busy-before.ts'
const N = Number(process.argv[3] ?? 12000)
const hotzonesUsd = Array.from({ length: 30 }, (_, i) => Number((686.83 + i * 0.0115).toFixed(4)))
const few = process.argv[2] === 'few'
const config = few ? resolveConfig() : resolveConfig({ levels: { hotzonesUsd } })
const o = { config, eventsPerS: 250, wanderTicks: few ? 40 : 3 }
const ms: any[] = [new Before(o as any), new BusyMarket(o)]
const t = ms.map(() => [] as number[])
for (let s = 0; s < N; s++) {
  for (const [i, m] of ms.entries()) {
    m.fill()
    const a = process.hrtime.bigint()
    m.snap()
    const d = Number(process.hrtime.bigint() - a)
    if (s > N / 3) t[i]!.push(d / 1000)
  }
}
for (const [i, x] of t.entries()) {
  x.sort((a, b) => a - b)
  const q = (p: number) => x[Math.floor(p * x.length)]!.toFixed(1)
  console.log(
    ['before', 'after '][i],
    'p5',
    q(0.05),
    'p25',
    q(0.25),
    'p50',
    q(0.5),
    'p90',
    q(0.9),
    'p99',
    q(0.99),
  )
}
