import { BARRIER_STATES, type BarrierState } from '@levels/contracts'
import { DIFFICULTIES, type Difficulty } from '@levels/sim'
import { Confusion, share, type ClassGrade } from './confusion.ts'
import type { InstanceOutcome, StateOutcome, SweepOutcome } from './instance-outcome.ts'
import { quantilesOf, type Quantiles } from './quantiles.ts'

/** The scenarios that show one state each: the confusion matrix is theirs. */
export const STATE_SCENARIOS = [
  'pull',
  'wall',
  'absorption',
  'consumed',
  'weak',
  'neutral',
] as const

/** Ticks of a step of distance between level and best price. */
const DISTANCE_STEP = 2
/** Beyond it the zone lies on its own side of the market. Steps of distance. */
const DISTANCE_STEPS = 6
/** From this distance on no tick of the zone lies beyond the best price: half the zone and one. */
const CLEAR_OF_ZONE_TICKS = 9

const MS_PER_MINUTE = 60_000
const MS_PER_HOUR = 3_600_000

/** Everything measured, as it is written. Shares 0–1, times ms, null where nothing can be said. */
export interface GradesJson {
  readonly schema: 'levels.grade.v1'
  /** First seed, and instances of each scenario and difficulty: those after it by one. */
  readonly seeds: { readonly from: number; readonly instances: number }
  readonly config_sha256: string
  readonly versions: Readonly<Record<string, string>>
  readonly difficulties: Readonly<Partial<Record<Difficulty, DifficultyJson>>>
}

export interface DifficultyJson {
  readonly instances: number
  readonly events: number
  readonly states: StatesJson
  /** The same without instances of WEAK and NEUTRAL at which part of the zone lies beyond price. */
  readonly states_clear_of_zone: StatesJson
  /** The same counted by snaps instead of instances. */
  readonly states_by_snap: StatesJson
  readonly detection_ms: Readonly<Record<string, Quantiles & { readonly cases: number }>>
  readonly flips_per_minute: Readonly<Record<string, number | null>>
  readonly sweeps: SweepsJson
  readonly fuel: FuelJson
  /** Answers by scenario that sets a state. */
  readonly scenarios: Readonly<Record<string, ScenarioJson>>
  /** What a plain approach was taken for, by distance from level to best price. */
  readonly neutral_by_distance: readonly DistanceJson[]
}

export interface StatesJson {
  readonly labels: readonly string[]
  readonly counts: readonly (readonly number[])[]
  readonly classes: readonly ClassGrade[]
  readonly macro_f1: number | null
}

/** From 20 s before a scripted sweep to 10 s after; `idle`: at all other times. */
export interface SweepsJson {
  readonly cases: number
  readonly hits: number
  readonly false_alarms: number
  /** Those among them that are sweeps by the rule: runs of the tape that nobody scripted. */
  readonly false_alarms_by_rule: number
  readonly precision: number | null
  /** The same where a run that is a sweep by the rule counts as right. */
  readonly precision_by_rule: number | null
  readonly recall: number | null
  readonly delay_ms: Quantiles
  readonly idle_hours: number
  readonly idle_alarms: number
  readonly idle_alarms_by_rule: number
  readonly idle_alarms_per_hour: number | null
}

export interface FuelJson {
  readonly cases: number
  readonly right: number
  readonly neutral: number
  readonly wrong: number
  readonly accuracy: number | null
  readonly detection_ms: Quantiles
}

export interface ScenarioJson {
  readonly instances: number
  /** Labels with a state, by truth, then by answer. */
  readonly answers: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly false_alarms: number
}

export interface DistanceJson {
  readonly from_ticks: number
  /** Null: no upper end. */
  readonly to_ticks: number | null
  readonly cases: number
  readonly answers: Readonly<Record<string, number>>
}

/** Adds outcomes up, in any order: the same outcomes give the same grades. */
export class Grades {
  readonly #byDifficulty = new Map<Difficulty, DifficultyGrades>()

  add(outcome: InstanceOutcome): void {
    let grades = this.#byDifficulty.get(outcome.difficulty)
    if (grades === undefined) {
      grades = new DifficultyGrades()
      this.#byDifficulty.set(outcome.difficulty, grades)
    }
    grades.add(outcome)
  }

  toJson(about: Omit<GradesJson, 'schema' | 'difficulties'>): GradesJson {
    const difficulties = DIFFICULTIES.flatMap((difficulty) => {
      const grades = this.#byDifficulty.get(difficulty)
      return grades === undefined ? [] : [[difficulty, grades.toJson()] as const]
    })
    return { schema: 'levels.grade.v1', ...about, difficulties: Object.fromEntries(difficulties) }
  }
}

class DifficultyGrades {
  readonly #states = new Confusion(BARRIER_STATES)
  readonly #clearOfZone = new Confusion(BARRIER_STATES)
  readonly #snaps = new Confusion(BARRIER_STATES)
  readonly #detections = new Map<BarrierState, number[]>()
  readonly #flips = new Map<BarrierState, { flips: number; ms: number; cases: number }>()
  readonly #sweeps = { hits: 0, misses: 0, falseAlarms: 0, unscripted: 0 }
  readonly #sweepDelaysMs: number[] = []
  /** At all other times. */
  readonly #idle = { falseAlarms: 0, unscripted: 0, ms: 0 }
  readonly #fuel = { right: 0, neutral: 0, wrong: 0, detectionsMs: [] as number[] }
  readonly #scenarios = new Map<string, ScenarioCount>()
  readonly #distances = Array.from({ length: DISTANCE_STEPS }, () => new Map<string, number>())
  #instances = 0
  #events = 0

  add(outcome: InstanceOutcome): void {
    this.#instances++
    this.#events += outcome.events
    this.#addSweeps(outcome.sweeps)
    for (const { truth, answer, detectMs } of outcome.fuel) {
      const fuel = this.#fuel
      if (answer === truth) fuel.right++
      else if (answer === 0) fuel.neutral++
      else fuel.wrong++
      if (detectMs !== null) fuel.detectionsMs.push(detectMs)
    }
    const scenario = countOf(this.#scenarios, outcome.scenario)
    scenario.instances++
    scenario.falseAlarms += outcome.sweeps.alarms.count + outcome.sweeps.idleAlarms.count
    const isPure = STATE_SCENARIOS.some((name) => name === outcome.scenario)
    for (const state of outcome.states) {
      const answers = scenario.answers.get(state.truth) ?? new Map<string, number>()
      scenario.answers.set(state.truth, answers)
      answers.set(state.answer, (answers.get(state.answer) ?? 0) + 1)
      if (isPure) this.#addState(state)
      if (outcome.scenario === 'neutral') this.#addDistance(state)
    }
  }

  #addState(state: StateOutcome): void {
    const { truth, answer, said, detectMs, flips, settledMs } = state
    this.#states.add(truth, answer)
    if (!isBiased(state)) this.#clearOfZone.add(truth, answer)
    for (const [at, snaps] of said.entries()) {
      this.#snaps.add(truth, BARRIER_STATES[at] ?? 'NEUTRAL', snaps)
    }
    const detections = this.#detections.get(truth) ?? []
    this.#detections.set(truth, detections)
    if (detectMs !== null) detections.push(detectMs)
    const sum = this.#flips.get(truth) ?? { flips: 0, ms: 0, cases: 0 }
    this.#flips.set(truth, sum)
    sum.flips += flips
    sum.ms += settledMs
    sum.cases++
  }

  #addDistance({ distanceTicks, answer }: StateOutcome): void {
    const step = Math.floor(Math.max(0, distanceTicks) / DISTANCE_STEP)
    const answers = this.#distances[Math.min(DISTANCE_STEPS - 1, step)]
    answers?.set(answer, (answers.get(answer) ?? 0) + 1)
  }

  #addSweeps({ hits, misses, alarms, idleAlarms, idleMs, delaysMs }: SweepOutcome): void {
    this.#sweepDelaysMs.push(...delaysMs)
    this.#sweeps.hits += hits
    this.#sweeps.misses += misses
    this.#sweeps.falseAlarms += alarms.count
    this.#sweeps.unscripted += alarms.unscripted
    this.#idle.falseAlarms += idleAlarms.count
    this.#idle.unscripted += idleAlarms.unscripted
    this.#idle.ms += idleMs
  }

  toJson(): DifficultyJson {
    const byState = <T>(value: (state: BarrierState) => T): Record<string, T> =>
      Object.fromEntries(BARRIER_STATES.map((state) => [state, value(state)]))
    return {
      instances: this.#instances,
      events: this.#events,
      states: statesJson(this.#states),
      states_clear_of_zone: statesJson(this.#clearOfZone),
      states_by_snap: statesJson(this.#snaps),
      detection_ms: byState((state) => ({
        cases: this.#flips.get(state)?.cases ?? 0,
        ...quantilesOf(this.#detections.get(state) ?? []),
      })),
      flips_per_minute: byState((state) => {
        const { flips, ms } = this.#flips.get(state) ?? { flips: 0, ms: 0 }
        return share(flips * MS_PER_MINUTE, ms)
      }),
      sweeps: this.#sweepsJson(),
      fuel: this.#fuelJson(),
      scenarios: Object.fromEntries(
        [...this.#scenarios].sort(([one], [other]) => (one < other ? -1 : 1)).map(scenarioJson),
      ),
      neutral_by_distance: this.#distances.map((answers, step) => ({
        from_ticks: step * DISTANCE_STEP,
        to_ticks: step === DISTANCE_STEPS - 1 ? null : (step + 1) * DISTANCE_STEP,
        cases: [...answers.values()].reduce((sum, count) => sum + count, 0),
        answers: byState((state) => answers.get(state) ?? 0),
      })),
    }
  }

  #sweepsJson(): SweepsJson {
    const { hits, misses, falseAlarms, unscripted } = this.#sweeps
    const idle = this.#idle
    return {
      cases: hits + misses,
      hits,
      false_alarms: falseAlarms,
      false_alarms_by_rule: unscripted,
      precision: share(hits, hits + falseAlarms),
      precision_by_rule: share(hits + unscripted, hits + falseAlarms),
      recall: share(hits, hits + misses),
      delay_ms: quantilesOf(this.#sweepDelaysMs),
      idle_hours: idle.ms / MS_PER_HOUR,
      idle_alarms_per_hour: share(idle.falseAlarms * MS_PER_HOUR, idle.ms),
      idle_alarms: idle.falseAlarms,
      idle_alarms_by_rule: idle.unscripted,
    }
  }

  #fuelJson(): FuelJson {
    const { right, neutral, wrong, detectionsMs } = this.#fuel
    const cases = right + neutral + wrong
    const accuracy = share(right, cases)
    return { cases, right, neutral, wrong, accuracy, detection_ms: quantilesOf(detectionsMs) }
  }
}

/** Whether what tells WEAK from NEUTRAL is biased there: ticks beyond price count as empty. */
function isBiased({ truth, distanceTicks }: StateOutcome): boolean {
  return (truth === 'WEAK' || truth === 'NEUTRAL') && distanceTicks < CLEAR_OF_ZONE_TICKS
}

interface ScenarioCount {
  instances: number
  falseAlarms: number
  readonly answers: Map<string, Map<string, number>>
}

function countOf(scenarios: Map<string, ScenarioCount>, name: string): ScenarioCount {
  const present = scenarios.get(name)
  if (present !== undefined) return present
  const begun: ScenarioCount = { instances: 0, falseAlarms: 0, answers: new Map() }
  scenarios.set(name, begun)
  return begun
}

function scenarioJson([name, count]: [string, ScenarioCount]): [string, ScenarioJson] {
  const { instances, falseAlarms } = count
  const rows = BARRIER_STATES.flatMap((truth) => {
    const row = count.answers.get(truth)
    return row === undefined ? [] : [[truth, orderedCounts(row)] as const]
  })
  return [name, { instances, answers: Object.fromEntries(rows), false_alarms: falseAlarms }]
}

/** Only what was counted, in the order of the states. */
function orderedCounts(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries(
    BARRIER_STATES.flatMap((state) => {
      const count = counts.get(state)
      return count === undefined ? [] : [[state, count] as const]
    }),
  )
}

function statesJson(confusion: Confusion<BarrierState>): StatesJson {
  const { labels, counts, grades, macroF1 } = confusion
  return { labels, counts, classes: grades, macro_f1: macroF1 }
}
