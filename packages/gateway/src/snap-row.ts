import { CONFIDENCES, DIRECTIONS, LEVEL_KINDS, SIGNALS } from '@levels/contracts'
import type { Shape } from './check.ts'
import { faultOf, isCount, isNumber, isObject, isText, oneOf, orNull, shown } from './check.ts'
import type { RecordedSnap } from './session-record.ts'

const SNAP: Shape = {
  ts: ['Unix ms', isCount],
  spy: ['prices', (value) => isObject(value) && orNull(isNumber)(value.spot)],
  levels: ['a list', Array.isArray],
}

const LEVEL: Shape = {
  id: ['a text', isText],
  kind: ['a kind', oneOf(LEVEL_KINDS)],
  direction: ['a direction', oneOf(DIRECTIONS)],
  price: ['a number', isNumber],
  break_score_smooth: [
    'a number from 0 to 100',
    (value) => typeof value === 'number' && value >= 0 && value <= 100,
  ],
  signal: ['a signal', oneOf(SIGNALS)],
  confidence: ['a confidence', oneOf(CONFIDENCES)],
}

type LevelFields = RecordedSnap['levels'][number] & { readonly break_score_smooth: number }

/**
 * What is recorded of a line of a run, at a third of the cost of reading all of it: whoever is sent
 * the line checks the rest.
 *
 * @returns why it is none, "expected X, was Y"
 */
export function snapRowOf(line: Buffer): RecordedSnap | string {
  let value: unknown
  try {
    value = JSON.parse(line.toString())
  } catch {
    return 'expected JSON, was something else'
  }
  if (!isObject(value)) return `expected an object, was ${shown(value)}`
  const fault = faultOf(value, SNAP) ?? faultOfLevels(value.levels as unknown[])
  if (fault !== null) return fault
  const { ts, spy } = value as unknown as RecordedSnap
  return { ts, spy, levels: (value.levels as LevelFields[]).map((level) => rowOf(level)) }
}

function rowOf(level: LevelFields): RecordedSnap['levels'][number] {
  const { id, kind, direction, price, signal, confidence } = level
  const breakScoreSmooth = level.break_score_smooth
  return { id, kind, direction, price, signal, confidence, breakScoreSmooth }
}

function faultOfLevels(levels: readonly unknown[]): string | null {
  for (const [index, level] of levels.entries()) {
    const fault = isObject(level) ? faultOf(level, LEVEL) : `expected a level, was ${shown(level)}`
    if (fault !== null) return `levels[${index}]: ${fault}`
  }
  return null
}
