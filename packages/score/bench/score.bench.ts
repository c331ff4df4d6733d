// node --expose-gc --conditions=@levels/source packages/score/bench/score.bench.ts
// What one score costs when 30 and when 300 levels are in the band, and what it leaves behind.
import os from 'node:os'
import { BARRIER_STATES, FUEL_EFFECTS } from '@levels/contracts/metrics'
import type { CompositeScore } from '@levels/contracts/metrics'
import { ScoreEngine } from '@levels/score'
import type { ScoreInput } from '@levels/score'
import { barrier, fuel, snap, tape } from '../test/metrics-fixtures.ts'

const SNAP_NS = 250_000_000
const SCORES_A_ROUND = 300_000
const ROUNDS = 15

let seed = 20260101
function random(): number {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
  return seed / 2 ** 32
}

type MutableInput = { -readonly [K in keyof ScoreInput]: ScoreInput[K] }

function inputsFor(levelCount: number): MutableInput[] {
  return Array.from({ length: levelCount }, (_, i) =>
    snap({
      levelId: `LEVEL_${i}`,
      barrier: barrier(BARRIER_STATES[Math.floor(random() * 6)] ?? 'NEUTRAL', random()),
      fuel: fuel(FUEL_EFFECTS[Math.floor(random() * 3)] ?? 'NEUTRAL', random()),
      tape: tape({ imbalance: random() * 2 - 1, velocity: random() * 0.2 - 0.1, buyVol: 900 }),
      distanceUsd: random() * 0.25,
    }),
  )
}

/** A runner that scores its levels snap after snap. Results are kept, as a payload keeps them. */
function scorer(levelCount: number): (scores: number) => number {
  const engine = new ScoreEngine()
  const inputs = inputsFor(levelCount)
  const kept = new Array<CompositeScore | null>(levelCount).fill(null)
  let tsRelNs = 0
  return (scores) => {
    let sum = 0
    for (let done = 0; done < scores; done += levelCount) {
      tsRelNs += SNAP_NS
      for (let i = 0; i < levelCount; i++) {
        const input = inputs[i]
        if (input === undefined) continue
        input.tsRelNs = tsRelNs
        const score = engine.computeScore(input)
        kept[i] = score
        sum += score.rawScore
      }
    }
    return sum
  }
}

const few = scorer(30)
const many = scorer(300)
const nsEach = { few: [] as number[], many: [] as number[] }
let checksum = few(SCORES_A_ROUND) + many(SCORES_A_ROUND) // warm-up
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, run] of [
    ['few', few],
    ['many', many],
  ] as const) {
    const startNs = process.hrtime.bigint()
    checksum += run(SCORES_A_ROUND)
    nsEach[name].push(Number(process.hrtime.bigint() - startNs) / SCORES_A_ROUND)
  }
}
const median = (values: number[]): number =>
  values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN

globalThis.gc?.()
const heapBefore = process.memoryUsage().heapUsed
checksum += few(15_000)
const bytesEach = (process.memoryUsage().heapUsed - heapBefore) / 15_000

console.log(`node ${process.version}, ${os.cpus()[0]?.model ?? 'unknown cpu'}`)
console.log(`one score, 30 levels in the band:  ${median(nsEach.few).toFixed(0)} ns`)
console.log(`one score, 300 levels in the band: ${median(nsEach.many).toFixed(0)} ns`)
console.log(
  `ratio 300 : 30                     ${(median(nsEach.many) / median(nsEach.few)).toFixed(2)}`,
)
console.log(`heap per score                     ${bytesEach.toFixed(0)} bytes`)
console.log(`checksum ${checksum.toFixed(6)}`)
