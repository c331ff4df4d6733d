import { mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { compare, isMet } from '../fit/comparison.ts'
import { fitReportHtml } from '../fit/fit-report.ts'
import { refineProfile } from '../fit/profile-refinement.ts'
import { readRecording } from '../fit/recording.ts'
import { REPORT_SEED, simulateHours } from '../fit/simulated-hours.ts'
import type { MarketProfile } from '../profile.ts'
import { tableText, type Terminal } from './terminal.ts'

/** Options of `fit` as the command line gives them. */
export interface FitCommandOptions {
  readonly name: string
  readonly source: string
  readonly out: string
  readonly module?: string
  readonly hours: number
  readonly rounds: number
}

/** Simulated in a round of refinement: averages are then known to a hundredth. */
const HOURS_A_ROUND = 16

/** `sim fit`. @returns 1 when a goal is missed */
export async function fitCommand(
  file: string,
  options: FitCommandOptions,
  terminal: Terminal,
): Promise<number> {
  const percent = (what: string) => (share: number) => {
    terminal.note(`${what}: ${Math.floor(share * 100)} %`)
  }
  const { statistics: real, fit } = await readRecording(file, percent('reading'))
  terminal.note('fitting')
  const first = fit.profile(options.name, options.source)
  const profile = refineProfile(first, real, {
    rounds: Math.round(options.rounds),
    hours: HOURS_A_ROUND,
    onRound: percent('refining'),
  })
  terminal.note('comparing')
  const hours = Math.max(1, Math.round(options.hours))
  const simulated = simulateHours(profile, { firstSeed: REPORT_SEED, hours })
  terminal.note('')
  const rows = compare(real, simulated)
  const recording = basename(file)
  mkdirSync(options.out, { recursive: true })
  const write = (name: string, text: string): void => {
    writeFileSync(join(options.out, name), text)
  }
  write('profile.json', `${JSON.stringify(profile, null, 1)}\n`)
  write('statistics.json', `${JSON.stringify(rows, null, 1)}\n`)
  const report = { profile, real, simulated, recording, simulatedHours: hours }
  write('report.html', fitReportHtml(report))
  if (options.module !== undefined) writeFileSync(options.module, moduleText(profile))
  terminal.out(
    tableText([
      ['statistic', 'real', 'simulated', 'distance', 'as', 'goal', ''],
      ...rows.map((row) => [
        row.name,
        row.real.toFixed(4),
        row.simulated.toFixed(4),
        row.distance.toFixed(4),
        row.measure,
        row.goal === null ? '' : row.goal.toFixed(2),
        isMet(row) === false ? 'missed' : '',
      ]),
    ]),
  )
  terminal.err(`${join(options.out, 'report.html')}\n`)
  return rows.some((row) => isMet(row) === false) ? 1 : 0
}

/** A profile as a module of this package. */
function moduleText(profile: MarketProfile): string {
  const constant = profile.name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')
  return [
    "import type { MarketProfile } from './profile.ts'",
    '',
    `/** ${profile.source}. Written by \`sim fit\`; not to be edited by hand. */`,
    `export const ${constant}: MarketProfile = ${JSON.stringify(profile)}`,
    '',
  ].join('\n')
}
