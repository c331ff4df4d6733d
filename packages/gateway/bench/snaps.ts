import type { LevelSignal, LevelSignals } from '@levels/contracts'
import { LEVEL_KINDS, SIGNALS } from '@levels/contracts'

/** Numbers from 0 to 1 that are the same at every run. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** A snap as a session gives them: some 1.3 kB a level. */
export function snapOf(ts: number, levelCount: number, random: () => number): LevelSignals {
  const spot = 687 + random()
  const levels = Array.from({ length: levelCount }, (_, i) => levelOf(i, i * 0.01, random))
  return {
    ts,
    spy: { spot, bid: spot - 0.005, ask: spot + 0.005 },
    levels,
    health: { book: 'live', basis: 'live', greeksCoverage: random() },
  }
}

function levelOf(i: number, distance: number, random: () => number): LevelSignal {
  const signed = () => (random() - 0.5) * 20_000
  const count = () => Math.floor(random() * 20_000)
  return {
    id: `STRIKE_${680 + i}`,
    price: 680 + i,
    kind: LEVEL_KINDS[i % LEVEL_KINDS.length] ?? 'STRIKE',
    direction: i % 2 === 0 ? 'SUPPORT' : 'RESISTANCE',
    distance,
    breakScoreRaw: random() * 100,
    breakScoreSmooth: random() * 100,
    signal: random() < 0.99 ? 'NEUTRAL' : (SIGNALS[Math.floor(random() * 3)] ?? 'BREAK'),
    confidence: 'MEDIUM',
    barrier: {
      state: 'WEAK',
      deltaLiq: signed(),
      replenishmentRatio: random(),
      addedSize: count(),
      canceledSize: count(),
      filledSize: count(),
      defendingQuote: { price: 687 + random(), size: 66 },
      churn: count(),
      depthInZone: count(),
      confidence: random(),
      visibility: 1,
    },
    tape: {
      imbalance: random(),
      buyVol: count(),
      sellVol: count(),
      velocity: signed() / 1e6,
      sweep: {
        detected: true,
        direction: 'UP',
        notional: 7_229_012.5,
        numPrints: 8,
        windowMs: 250,
      },
      confidence: 1,
    },
    fuel: {
      effect: 'NEUTRAL',
      netDealerGamma: signed(),
      callWall: null,
      putWall: null,
      hvl: 690 + random(),
      gammaByStrike: new Map(Array.from({ length: 8 }, (_, strike) => [684 + strike, signed()])),
      confidence: 1,
    },
    runway: {
      direction: 'UP',
      nextLevelId: 'GAMMA_FLIP',
      nextLevelPrice: 690 + random(),
      distance: random() * 5,
      quality: 'CLEAR',
    },
    note: 'Thin defence; sweep confirms',
    components: { liquidityScore: 75, hedgeScore: 50, tapeScore: random() * 100 },
    confluence: [],
    smooth: {
      deltaLiq: signed(),
      replenishmentRatio: random(),
      velocity: signed() / 1e6,
      netDealerGamma: signed(),
    },
  }
}

/** Of ascending values, the one that so large a share of them do not exceed. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
}
