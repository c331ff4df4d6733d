import type { BarrierState } from '@levels/contracts/metrics'

/** How strong a script is against the background. */
export const DIFFICULTIES = ['clear', 'medium', 'hard'] as const
export type Difficulty = (typeof DIFFICULTIES)[number]

/** What was true of a level from one time to another. Written as NDJSON, one a line. */
export interface Label {
  /** Name of the scenario. */
  readonly scenario: string
  /** Number of the instance in its session, from 0. */
  readonly instance: number
  readonly difficulty: Difficulty
  /** The interval, ns since the epoch of the session: from it on, and until before it. */
  readonly fromRelNs: number
  readonly untilRelNs: number
  /** The level, SPY dollars, and the futures tick it stood at when the interval began. */
  readonly levelUsd: number
  readonly levelTicks: number
  readonly direction: 'SUPPORT' | 'RESISTANCE'
  /** The barrier's state by what its defenders and takers did; null where the script sets none. */
  readonly state: BarrierState | null
  readonly sweep: SweepLabel | null
  /** What dealers hold by the flow of customers: −1 short gamma, +1 long; null where none was scripted. */
  readonly dealerSign: -1 | 1 | null
  /** What became of the level; null where the interval ends before that shows. */
  readonly outcome: 'BREAK' | 'REJECT' | null
}

/** A run of aggressive orders through several prices. */
export interface SweepLabel {
  readonly direction: 'UP' | 'DOWN'
  /** Of its first and last print, ns since the epoch. */
  readonly fromRelNs: number
  readonly untilRelNs: number
  readonly prints: number
  readonly lots: number
  readonly notionalUsd: number
}

/** The schema of a line of the labels' file. Times are ns since 1970, as exact integers. */
export const LABEL_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'levels.sim.label.v1',
  type: 'object',
  additionalProperties: false,
  required: [
    ...['scenario', 'instance', 'difficulty', 'from_ns', 'until_ns', 'level', 'level_ticks'],
    ...['direction', 'state', 'sweep', 'dealer_sign', 'outcome'],
  ],
  properties: {
    scenario: { type: 'string' },
    instance: { type: 'integer', minimum: 0 },
    difficulty: { enum: DIFFICULTIES },
    from_ns: { type: 'integer' },
    until_ns: { type: 'integer' },
    level: { type: 'number', exclusiveMinimum: 0 },
    level_ticks: { type: 'number' },
    direction: { enum: ['SUPPORT', 'RESISTANCE'] },
    state: { enum: ['VACUUM', 'CONSUMED', 'WALL', 'ABSORPTION', 'WEAK', 'NEUTRAL', null] },
    sweep: {
      oneOf: [
        { type: 'null' },
        {
          type: 'object',
          additionalProperties: false,
          required: ['direction', 'from_ns', 'until_ns', 'prints', 'lots', 'notional'],
          properties: {
            direction: { enum: ['UP', 'DOWN'] },
            from_ns: { type: 'integer' },
            until_ns: { type: 'integer' },
            prints: { type: 'integer', minimum: 1 },
            lots: { type: 'integer', minimum: 1 },
            notional: { type: 'number', exclusiveMinimum: 0 },
          },
        },
      ],
    },
    dealer_sign: { enum: [-1, 1, null] },
    outcome: { enum: ['BREAK', 'REJECT', null] },
  },
} as const

/** A label as a line of NDJSON, without its end; keys in the order of the schema. */
export function labelLine(label: Label, epochNs: bigint): string {
  const ns = (relNs: number): string => String(epochNs + BigInt(relNs))
  const { sweep } = label
  const sweepText =
    sweep === null
      ? 'null'
      : `{"direction":"${sweep.direction}","from_ns":${ns(sweep.fromRelNs)},` +
        `"until_ns":${ns(sweep.untilRelNs)},"prints":${sweep.prints},"lots":${sweep.lots},` +
        `"notional":${sweep.notionalUsd}}`
  return (
    `{"scenario":${JSON.stringify(label.scenario)},"instance":${label.instance},` +
    `"difficulty":"${label.difficulty}","from_ns":${ns(label.fromRelNs)},` +
    `"until_ns":${ns(label.untilRelNs)},"level":${label.levelUsd},` +
    `"level_ticks":${label.levelTicks},"direction":"${label.direction}",` +
    `"state":${JSON.stringify(label.state)},"sweep":${sweepText},` +
    `"dealer_sign":${label.dealerSign ?? 'null'},"outcome":${JSON.stringify(label.outcome)}}`
  )
}
