import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  decodeLevelSignals,
  decodeServiceStatus,
  type LevelSignal,
  type LevelSignals,
  type ServiceStatus,
} from '@levels/contracts'

const fixtures = join(import.meta.dirname, '../../../../packages/contracts/fixtures')

/** The golden payload of a name, as the contract reads it. */
export function goldenSignals(name: 'full' | 'example' | 'before-spot'): LevelSignals {
  const result = decodeLevelSignals(
    readFileSync(join(fixtures, `level-signals.v1.${name}.json`), 'utf8'),
  )
  if (!result.ok) throw new Error(`${name}: ${result.reject.message}`)
  return result.value
}

/** The golden status: DEGRADED, for a stale book. */
export function goldenStatus(): ServiceStatus {
  const result = decodeServiceStatus(
    readFileSync(join(fixtures, 'service-status.v1.plain.json'), 'utf8'),
  )
  if (!result.ok) throw new Error(result.reject.message)
  return result.value
}

/** A status of a service that is well. */
export function liveStatus(ts: number): ServiceStatus {
  return {
    ...goldenStatus(),
    ts,
    state: 'LIVE',
    reason: null,
    lastEventTs: ts,
    lagMs: 41,
    rejects: {},
  }
}

/** A level like the golden one, but for what is given. */
export function levelLike(part: Partial<LevelSignal> & Pick<LevelSignal, 'id'>): LevelSignal {
  const [golden] = goldenSignals('full').levels
  if (golden === undefined) throw new Error('expected a level in the golden payload, was none')
  return { ...golden, ...part }
}

/** A snap with a number of levels on both sides of spot, which score and signal differently. */
export function snapOf(
  ts: number,
  options: { readonly levelCount?: number; readonly spot?: number } = {},
): LevelSignals {
  const { levelCount = 4, spot = 687.42 } = options
  const { levels, health } = goldenSignals('full')
  const signals = ['NEUTRAL', 'BREAK', 'REJECT', 'CONTESTED'] as const
  const step = Math.min(0.03, 0.5 / levelCount)
  return {
    ts,
    spy: { spot, bid: spot - 0.01, ask: spot + 0.01 },
    levels: Array.from({ length: levelCount }, (_, index): LevelSignal => {
      const isAbove = index % 2 === 1
      const distance = Math.round((index + 1) * step * 100) / 100 + index * 1e-6
      return {
        ...levelLike({ id: `STRIKE_${index + 600}` }),
        price: isAbove ? spot + distance : spot - distance,
        direction: isAbove ? 'RESISTANCE' : 'SUPPORT',
        distance,
        breakScoreRaw: (index * 29) % 101,
        breakScoreSmooth: (index * 29) % 101,
        signal: signals[index % 4] ?? 'NEUTRAL',
        fuel: levels[0]?.fuel ?? levelLike({ id: 'x' }).fuel,
      }
    }),
    health,
  }
}
