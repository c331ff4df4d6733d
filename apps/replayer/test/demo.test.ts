import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  BARRIER_STATES,
  decodeLevelSignals,
  FUEL_EFFECTS,
  type LevelSignal,
  type LevelSignals,
  SIGNALS,
} from '@levels/contracts'
import { ES_SPY } from '@levels/kernel'
import { SCENARIO_NAMES } from '@levels/sim'
import { beforeAll, describe, expect, it } from 'vitest'
import { linesOf, replayer, temporaryFolder } from './support.ts'

/** What the simulator says was true of a level. Times are Unix ns, beyond what a double tells apart. */
interface TrueLabel {
  readonly scenario: string
  readonly from_ns: number
  readonly until_ns: number
  readonly level: number
  readonly direction: string
  readonly state: string | null
  readonly sweep: object | null
  readonly dealer_sign: number | null
  readonly outcome: string | null
}

/** A tick of the future in dollars of the equity: levels this close stand at the same orders. */
const NEAR_USD = ES_SPY.tick / ES_SPY.defaultRatio

const out = join(temporaryFolder(), 'demo')
let printed: string
let snaps: LevelSignals[]
let labels: TrueLabel[]

beforeAll(async () => {
  const told = await replayer('demo', '--out', out)
  expect(told.code).toBe(0)
  printed = told.out
  snaps = linesOf(join(out, 'signals.ndjson')).map((line) => {
    const decoded = decodeLevelSignals(line)
    if (!decoded.ok) throw new Error(decoded.reject.message)
    return decoded.value
  })
  labels = linesOf(join(out, 'input/labels.ndjson')).map((line) => JSON.parse(line) as TrueLabel)
})

/** What was said at the level of a label, from its side, while the label holds. */
function saidAt({ level, direction, from_ns, until_ns }: TrueLabel): LevelSignal[] {
  return snaps
    .filter(({ ts }) => ts >= from_ns / 1e6 && ts <= until_ns / 1e6)
    .flatMap(({ levels }) => levels)
    .filter((one) => one.direction === direction && Math.abs(one.price - level) <= NEAR_USD)
}

describe('the session of the demonstration', () => {
  it('holds every scenario, played to its end within ten minutes', () => {
    expect(labels.map(({ scenario }) => scenario).sort()).toEqual([...SCENARIO_NAMES].sort())
    const lastMs = snaps.at(-1)!.ts
    expect(lastMs - snaps[0]!.ts).toBe(10 * 60_000 - 250)
    for (const { until_ns } of labels) expect(until_ns / 1e6).toBeLessThanOrEqual(lastMs)
  })

  it('has sweeps where they were scripted, dealers on both sides, levels that break and hold', () => {
    const swept = labels.filter(({ sweep }) => sweep !== null).map(({ scenario }) => scenario)
    expect(swept).toEqual(expect.arrayContaining(['sweep', 'stop-run']))
    const signs = labels.map(({ dealer_sign }) => dealer_sign)
    expect(signs).toEqual(expect.arrayContaining([-1, 1]))
    const outcomes = labels.map(({ outcome }) => outcome)
    expect(outcomes).toEqual(expect.arrayContaining(['BREAK', 'REJECT']))
  })

  it.each([
    ['pull', 'VACUUM'],
    ['wall', 'WALL'],
    ['absorption', 'ABSORPTION'],
    ['consumed', 'CONSUMED'],
    ['weak', 'WEAK'],
    ['neutral', 'NEUTRAL'],
    ['spoof', 'NEUTRAL'],
  ])('is told true of %s: %s is said at its level meanwhile', (name, state) => {
    const label = labels.find(({ scenario }) => scenario === name)!
    expect(label.state).toBe(state)
    expect(saidAt(label).map(({ barrier }) => barrier.state)).toContain(state)
  })

  it('is told with every signal, sweeps, and dealers of either sign', () => {
    const levels = snaps.flatMap((snap) => snap.levels)
    const seen = (of: (level: LevelSignal) => string): string[] => [...new Set(levels.map(of))]
    expect(seen(({ signal }) => signal).sort()).toEqual([...SIGNALS].sort())
    expect(seen(({ fuel }) => fuel.effect).sort()).toEqual([...FUEL_EFFECTS].sort())
    expect(levels.some(({ tape }) => tape.sweep.detected)).toBe(true)
  })
})

it('is made once, and anew when what it is made from has changed', async () => {
  expect((await replayer('demo', '--out', out)).err).toContain('made earlier')
  const recipe = join(out, 'input/session.json')
  const made = readFileSync(recipe, 'utf8')
  writeFileSync(recipe, made.replace('"seed": ', '"seed": 1'))
  const told = await replayer('demo', '--out', out)
  expect(told.err).toContain('Making a synthetic session')
  expect(readFileSync(recipe, 'utf8')).toBe(made)
})

describe('the summary of the demonstration', () => {
  it('shows every state of a barrier, and every signal', () => {
    const states = printed.split('\n').find((line) => line.startsWith('barrier, all levels'))!
    for (const state of BARRIER_STATES) expect(states).toMatch(new RegExp(`  ${state} <?\\d+%`))
    for (const signal of ['BREAK', 'REJECT', 'CONTESTED']) {
      expect(printed).toMatch(new RegExp(`^\\d\\d:\\d\\d:\\d\\d .*\\b${signal}\\b`, 'm'))
    }
  })

  it.each(['../README.md', '../../../README.md'])('is the one in %s', (path) => {
    const readme = readFileSync(join(import.meta.dirname, path), 'utf8')
    const shown = /```text\n(\d{4}-\d\d-\d\d {2}[\s\S]*?)```/.exec(readme)![1]!
    const ended = printed.slice(0, printed.indexOf('\n\nThis market is made up') + 1)
    const comparable = (text: string): string =>
      text.replace(/^took .*$/m, 'took').replaceAll(out, 'runs/demo')
    expect(comparable(ended)).toBe(comparable(shown))
  })
})
