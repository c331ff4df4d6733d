// What writing a payload costs, against JSON.stringify of its wire object (built beforehand, and
// with building it). Every text is copied out, as a sink would: strings in V8 are built lazily.
// Run: node --conditions=@levels/source packages/contracts/bench/encode-level-signals.bench.ts
import type { LevelSignal, LevelSignals } from '@levels/contracts'
import {
  encodeLevelSignals,
  encodeLevelSignalsChecked,
  encodeLevelSignalsInUtf8,
} from '@levels/contracts'
import { levelSignalsToWire } from '../src/level-signals-wire.ts'
import { levelSignal } from '../test/samples.ts'
import { leastNs, randomFrom } from './random.ts'

const PAYLOADS = 256
const random = randomFrom(5)
const below = (n: number) => Math.floor(random() * n)

function level(gammaByStrike: ReadonlyMap<number, number>, index: number): LevelSignal {
  const { barrier, tape, fuel } = levelSignal
  return {
    ...levelSignal,
    id: `STRIKE_${680 + index}`,
    price: 680 + index,
    distance: index * 0.008 + random() * 0.001,
    breakScoreRaw: below(101),
    breakScoreSmooth: random() * 100,
    barrier: {
      ...barrier,
      deltaLiq: below(9_000),
      replenishmentRatio: random(),
      churn: below(9e4),
    },
    tape: { ...tape, imbalance: random(), buyVol: below(1e5), velocity: random() - 0.5 },
    fuel: { ...fuel, netDealerGamma: below(1e11) / 1e6, gammaByStrike },
    smooth: {
      deltaLiq: random() * 9_000,
      replenishmentRatio: random(),
      velocity: random() - 0.5,
      netDealerGamma: random() * 1e5,
    },
  }
}

function payload(levels: number, index: number): LevelSignals {
  const strikes = new Map(Array.from({ length: 21 }, (_, i) => [677 + i, below(1e11) / 1e6]))
  return {
    ts: 1_703_545_200_000 + index * 250,
    spy: { spot: 687 + random(), bid: 687.41, ask: 687.43 },
    levels: Array.from({ length: levels }, (_, i) => level(strikes, i)),
    health: { book: 'live', basis: 'live', greeksCoverage: random() },
  }
}

const sink = Buffer.alloc(2 ** 20)

function copied(bytes: Uint8Array): number {
  sink.set(bytes)
  return bytes.length
}

for (const levels of [0, 1, 3, 10, 30]) {
  const values = Array.from({ length: PAYLOADS }, (_, i) => payload(levels, i))
  const wires = values.map(levelSignalsToWire)
  const value = (i: number) => values[i % PAYLOADS] ?? payload(levels, i)
  const {
    fast = NaN,
    text = NaN,
    stringify = NaN,
    build = NaN,
    checked = NaN,
  } = leastNs(
    {
      fast: (i) => copied(encodeLevelSignalsInUtf8(value(i))),
      text: (i) => sink.write(encodeLevelSignals(value(i)), 'latin1'),
      stringify: (i) => sink.write(JSON.stringify(wires[i % PAYLOADS]), 'latin1'),
      build: (i) => sink.write(JSON.stringify(levelSignalsToWire(value(i))), 'latin1'),
      checked: (i) => sink.write(encodeLevelSignalsChecked(value(i)), 'latin1'),
    },
    Math.round(12_000 / (1 + levels)),
  )
  console.log(
    `${levels} levels (${encodeLevelSignals(value(0)).length} characters): ` +
      `encodeLevelSignalsInUtf8 ${(fast / 1e3).toFixed(1)} µs, ` +
      `encodeLevelSignals ${(text / fast).toFixed(2)}×, ` +
      `${(fast / stringify).toFixed(2)}× JSON.stringify of a wire object at hand, ` +
      `${(fast / build).toFixed(2)}× building it too; checked ${(checked / fast).toFixed(1)}×`,
  )
}
