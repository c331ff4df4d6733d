import { z } from 'zod'
import {
  BARRIER_STATES,
  BASIS_HEALTHS,
  BOOK_HEALTHS,
  BREAK_DIRECTIONS,
  CONFIDENCES,
  DIRECTIONS,
  FUEL_EFFECTS,
  LEVEL_KINDS,
  RUNWAY_QUALITIES,
  SIGNALS,
  SWEEP_DIRECTIONS,
  WALL_TYPES,
} from './metrics.ts'
import { withoutNegativeZero } from './negative-zero.ts'
import { jsonPath } from './refusal-text.ts'

/** Makes the schema of an object: one that ignores unknown fields, or one that refuses them. */
type ObjectMaker = <S extends z.ZodRawShape>(shape: S) => z.ZodObject<S>

const number = z.number().overwrite(withoutNegativeZero)
const dollars = number
const count = z.int().min(0).overwrite(withoutNegativeZero)
const share = number.min(0).max(1)
const score = number.min(0).max(100)
const levelId = z.string().min(1)

function barrierSchema(object: ObjectMaker) {
  return object({
    state: z.enum(BARRIER_STATES),
    delta_liq: number.describe('added − canceled − filled, ES contracts'),
    replenishment_ratio: number.min(0).describe('added / (canceled + filled + 1e-6)'),
    added: count.describe('ES contracts'),
    canceled: count.describe('ES contracts'),
    filled: count.describe('ES contracts'),
    defending_quote: object({
      price: dollars.nullable().describe('SPY dollars; null: nothing is displayed'),
      size: count.describe('ES contracts'),
    }),
    churn: number.min(0).describe('added + canceled + filled, ES contracts'),
    depth_in_zone: count.describe('Displayed now, ES contracts'),
    confidence: share.optional(),
    visibility: share.optional().describe("Visible share of the zone's ticks on this side"),
  })
}

function tapeSchema(object: ObjectMaker) {
  return object({
    imbalance: number.min(-1).max(1).describe('(buy − sell) / (buy + sell)'),
    buy_vol: count.describe('ES contracts'),
    sell_vol: count.describe('ES contracts'),
    velocity: number.describe('SPY dollars a second, positive when rising'),
    sweep: object({
      detected: z.boolean(),
      direction: z.enum(SWEEP_DIRECTIONS),
      notional: number.min(0).describe('US dollars'),
      num_prints: count,
      window_ms: number.min(0).describe('From the first print to the last, ms'),
    }),
    confidence: share.optional(),
  })
}

function fuelSchema(object: ObjectMaker) {
  const wall = object({
    strike: dollars.describe('US dollars'),
    net_gamma: number.describe('Shares per $1 move'),
    wall_type: z.enum(WALL_TYPES),
    strength: number.min(0).describe('net_gamma over the least that makes a wall'),
  }).nullable()
  return object({
    effect: z.enum(FUEL_EFFECTS),
    net_dealer_gamma: number.describe('Shares per $1 move; negative: dealers are short'),
    call_wall: wall,
    put_wall: wall,
    hvl: dollars.nullable().describe('Gamma flip, US dollars'),
    gamma_by_strike: z
      .record(z.string().regex(/^[0-9]{1,15}\.[0-9]{1,6}$/), number)
      .describe('Strike with at least one decimal → shares per $1 move, ascending'),
    confidence: share.optional(),
  })
}

function levelSchema(object: ObjectMaker) {
  return object({
    id: levelId.describe('Stable for a session, unique in a payload'),
    price: dollars.describe('SPY dollars'),
    kind: z.enum(LEVEL_KINDS),
    direction: z.enum(DIRECTIONS),
    distance: number.min(0).describe('|spot − price|, SPY dollars'),
    break_score_raw: score,
    break_score_smooth: score,
    signal: z.enum(SIGNALS),
    confidence: z.enum(CONFIDENCES),
    barrier: barrierSchema(object),
    tape: tapeSchema(object),
    fuel: fuelSchema(object),
    runway: object({
      direction: z.enum(BREAK_DIRECTIONS),
      next_level_id: levelId.nullable(),
      next_level_price: dollars.nullable().describe('SPY dollars'),
      distance: number.min(0).nullable().describe('SPY dollars'),
      quality: z.enum(RUNWAY_QUALITIES),
    }).describe('next_level_id, next_level_price and distance are null together'),
    note: z.string().min(1).describe('For people'),
    components: object({ liquidity: score, hedge: score, tape: score }).optional(),
    confluence: z.array(levelId).optional().describe('Other levels within $0.05'),
    smooth: object({
      delta_liq: number,
      replenishment_ratio: number,
      velocity: number,
      net_dealer_gamma: number,
    })
      .optional()
      .describe('Exponentially smoothed'),
  })
}

function signalsSchema(object: ObjectMaker) {
  return object({
    ts: count.describe('Snap boundary, event time, Unix ms'),
    spy: object({
      spot: dollars.nullable(),
      bid: dollars.nullable(),
      ask: dollars.nullable(),
    }).describe('SPY dollars; null: not known yet'),
    levels: z.array(levelSchema(object)).describe('By distance, then by id'),
    health: object({
      book: z.enum(BOOK_HEALTHS),
      basis: z.enum(BASIS_HEALTHS),
      greeks_coverage: share.nullable().describe('Share of option trades with known greeks'),
    }).optional(),
  }).superRefine((payload, context) => {
    const fault = firstFault(payload)
    if (fault !== null) context.addIssue({ code: 'custom', ...fault })
  })
}

/** What a consumer reads from `levels.signals`, version 1: fields it does not know are ignored. */
export const levelSignalsReadSchema = signalsSchema((shape) => z.object(shape))

/** What may be published on `levels.signals`, version 1: no field beyond these. */
export const levelSignalsSchema = signalsSchema((shape) => z.strictObject(shape))

/** `LevelSignals` as it is on the wire. */
export type LevelSignalsWire = z.output<typeof levelSignalsSchema>
export type LevelSignalWire = LevelSignalsWire['levels'][number]

interface Fault {
  readonly message: string
  readonly path: PropertyKey[]
}

/** The rules between fields. */
function firstFault({ spy, levels }: Pick<LevelSignalsWire, 'spy' | 'levels'>): Fault | null {
  if (spy.spot === null && levels.length > 0) {
    return { message: `expected no levels without a spot, was ${levels.length}`, path: ['levels'] }
  }
  const ids = new Set<string>()
  let before: LevelSignalWire | undefined
  for (const [index, level] of levels.entries()) {
    const path = ['levels', index]
    if (ids.has(level.id)) return { message: `expected an id of its own, was ${level.id}`, path }
    ids.add(level.id)
    if (before !== undefined && !isInOrder(before, level)) {
      return { message: `expected levels by distance, then by id, was ${level.id}`, path }
    }
    before = level
    const fault = faultOfRunway(level, path) ?? faultOfStrikes(level, path)
    if (fault !== null) return fault
  }
  return null
}

function isInOrder(a: LevelSignalWire, b: LevelSignalWire): boolean {
  return a.distance < b.distance || (a.distance === b.distance && a.id < b.id)
}

function faultOfRunway({ runway }: LevelSignalWire, path: PropertyKey[]): Fault | null {
  const given = [runway.next_level_id, runway.next_level_price, runway.distance].filter(
    (value) => value !== null,
  ).length
  if (given === 0 || given === 3) return null
  return {
    message: `expected id, price and distance of the next level to be null together, was ${given} of 3 given`,
    path: [...path, 'runway'],
  }
}

function faultOfStrikes({ fuel }: LevelSignalWire, path: PropertyKey[]): Fault | null {
  let before = -Infinity
  for (const key of Object.keys(fuel.gamma_by_strike)) {
    if (Number(key) <= before) {
      return {
        message: `expected ascending strikes, was ${key} after ${before}`,
        path: [...path, 'fuel', 'gamma_by_strike', key],
      }
    }
    before = Number(key)
  }
  return null
}

/** Where a wire object holds a number that JSON cannot write; null when it holds none. */
export function pathOfNonFinite(value: unknown, path: readonly PropertyKey[] = []): string | null {
  if (typeof value === 'number') return Number.isFinite(value) ? null : jsonPath(path)
  if (typeof value !== 'object' || value === null) return null
  for (const [key, inner] of Object.entries(value)) {
    const found = pathOfNonFinite(inner, [...path, Array.isArray(value) ? Number(key) : key])
    if (found !== null) return found
  }
  return null
}
