import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { htmlReport } from '@levels/report'
import {
  DIFFICULTIES,
  isScenarioName,
  SCENARIO_NAMES,
  type Difficulty,
  type ScenarioName,
} from '@levels/sim'
import { reasonOf, UsageError } from '../errors.ts'
import { ExitCode } from '../exit-code.ts'
import { sha256OfJson } from '../manifest.ts'
import { packageVersions } from '../package-versions.ts'
import { ProgressLine } from '../progress-line.ts'
import { writeFacts } from '../run-report.ts'
import { readSettings, type SettingOptions } from '../settings.ts'
import type { Channel, Terminal } from '../terminal.ts'
import { playInstances } from './grade-pool.ts'
import { gradeReport } from './grade-report.ts'
import { gradeText } from './grade-text.ts'
import { Grades } from './grades.ts'
import type { InstancePlan } from './instance-runner.ts'

/** Scripts' strengths were chosen on seeds below this one; what is reported is on seeds from it on. */
export const REPORT_SEED = 5_000_000

/** Instances of a full grading. */
export const INSTANCES = 2_000

export interface GradeCommandOptions extends SettingOptions {
  readonly out: string
  /** Of each scenario and difficulty. */
  readonly instances: number
  /** First seed. */
  readonly seed: number
  readonly scenario?: readonly string[] | undefined
  readonly difficulty?: readonly Difficulty[] | undefined
  /** Default: as many as there are cores. */
  readonly threads?: number | undefined
}

/**
 * `replayer grade`: how often the engines are right, on simulated markets of which the truth is
 * known. Prints the grades and writes them as JSON and HTML.
 *
 * @throws UsageError when a scenario is unknown, or the results cannot be written
 */
export async function gradeCommand(
  options: GradeCommandOptions,
  { out, err }: Terminal,
): Promise<ExitCode> {
  const config = readSettings(options)
  const plans = plansOf(options)
  const grades = new Grades()
  const progress = new GradeProgress(err, plans.length)
  await playInstances(plans, config, options.threads ?? availableParallelism(), (outcomes) => {
    for (const outcome of outcomes) grades.add(outcome)
    progress.add(outcomes.length)
  })
  progress.clear()
  const json = grades.toJson({
    seeds: { from: options.seed, instances: options.instances },
    config_sha256: sha256OfJson(config),
    versions: packageVersions(),
  })
  out.write(gradeText(json, out))
  const paths = { json: join(options.out, 'grade.json'), html: join(options.out, 'grade.html') }
  write(paths.json, `${JSON.stringify(json, null, 2)}\n`)
  write(paths.html, htmlReport(gradeReport(json)))
  out.write('\n')
  writeFacts(out, [
    ['grades', paths.json],
    ['report', paths.html],
  ])
  return ExitCode.Done
}

/** Between two lines where there is no terminal, ms. */
const LOG_INTERVAL_MS = 5_000

/** How many instances are done, and how long the rest will take. */
class GradeProgress {
  readonly #line: ProgressLine
  readonly #err: Channel
  readonly #count: number
  readonly #startMs = performance.now()
  #shownMs = this.#startMs
  #done = 0

  constructor(err: Channel, count: number) {
    this.#line = new ProgressLine(err)
    this.#err = err
    this.#count = count
  }

  add(instances: number): void {
    this.#done += instances
    const now = performance.now()
    if (!this.#err.isTTY && now - this.#shownMs < LOG_INTERVAL_MS) return
    this.#shownMs = now
    const leftS = ((now - this.#startMs) * (this.#count / this.#done - 1)) / 1_000
    const done = `${this.#done.toLocaleString('en-US')} of ${this.#count.toLocaleString('en-US')}`
    const text = `${done} instances, ${durationText(leftS)} left`
    if (this.#err.isTTY) this.#line.note(text)
    else this.#err.write(`${text}\n`)
  }

  clear(): void {
    this.#line.clear()
  }
}

function durationText(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`
}

/** By difficulty, then seed, then scenario: what is done first says something of everything. */
function plansOf({ instances, seed, scenario, difficulty }: GradeCommandOptions): InstancePlan[] {
  const scenarios = (scenario ?? SCENARIO_NAMES).map(scenarioName)
  return (difficulty ?? DIFFICULTIES).flatMap((one) =>
    Array.from({ length: instances }, (_, at) => at).flatMap((at) =>
      scenarios.map((name) => ({ scenario: name, difficulty: one, seed: seed + at })),
    ),
  )
}

function scenarioName(name: string): ScenarioName {
  if (isScenarioName(name)) return name
  throw new UsageError(`--scenario: expected one of ${SCENARIO_NAMES.join(', ')}, was "${name}"`)
}

function write(path: string, text: string): void {
  try {
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, text)
  } catch (cause) {
    throw new UsageError(`${path}: expected to write it: ${reasonOf(cause)}`, { cause })
  }
}
