import type { DifficultyJson, GradesJson } from './grades.ts'

/** What the engines are to reach where scripts are strong against the background. */
export interface Goal {
  readonly name: string
  /** 0–1; null: nothing was played that says. */
  readonly value: number | null
  readonly least: number
}

/** The goals, with what was reached; empty where nothing was played at the clear difficulty. */
export function goalsOf({ difficulties }: GradesJson): Goal[] {
  const { clear } = difficulties
  return clear === undefined ? [] : goalsAt(clear)
}

function goalsAt({ states, sweeps, fuel }: DifficultyJson): Goal[] {
  return [
    { name: 'macro-F1 of the six states', value: states.macro_f1, least: 0.9 },
    { name: 'precision of sweeps', value: sweeps.precision, least: 0.95 },
    { name: 'recall of sweeps', value: sweeps.recall, least: 0.95 },
    { name: 'sign of fuel', value: fuel.accuracy, least: 0.98 },
  ].filter(({ value }) => value !== null)
}

/** What a reader has to know of the rules before judging the numbers. */
export const REMARKS = [
  'WEAK and NEUTRAL: the rule takes ticks of the zone beyond the best price for visible and empty, ' +
    'so the nearer price is to the level, the thinner the level seems. Plain approaches are played ' +
    'at all distances of the monitor band; within eight ticks most are read as WEAK, as they are ' +
    'in recorded data. Beyond, where the whole zone lies on the defending side, they are told ' +
    'apart; the grades for these instances alone are given beside.',
  'Sweeps: the background has bursts of its own that are sweeps by the rule. Nobody scripted them, ' +
    'so they count as false alarms; how many of the false alarms are such runs, by a plain reading ' +
    'of the tape, is given beside.',
] as const
