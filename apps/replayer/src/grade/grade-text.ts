import { DIFFICULTIES } from '@levels/sim'
import { tableLines, type Cell } from '../table.ts'
import type { Channel } from '../terminal.ts'
import { goalsOf, REMARKS } from './goals.ts'
import type { DifficultyJson, GradesJson, StatesJson } from './grades.ts'

/** The grades as a terminal shows them. */
export function gradeText(grades: GradesJson, channel: Channel): string {
  const parts = DIFFICULTIES.flatMap((difficulty) => {
    const one = grades.difficulties[difficulty]
    return one === undefined ? [] : [difficultyText(difficulty, one, channel)]
  })
  const goals = goalsOf(grades)
  if (goals.length > 0) {
    const rows = goals.map(({ name, value, least }): Cell[] => [
      { text: name },
      { text: share(value), isRight: true },
      { text: `goal ${share(least)}`, isRight: true },
      (value ?? 0) >= least ? { text: 'met', style: 'green' } : { text: 'missed', style: 'red' },
    ])
    parts.push([channel.paint('bold', 'Goals'), ...tableLines(rows, channel)].join('\n'))
  }
  return `${parts.join('\n\n')}\n\n${REMARKS.join('\n')}\n`
}

function difficultyText(name: string, grades: DifficultyJson, channel: Channel): string {
  const { states, states_clear_of_zone: clearOfZone, instances } = grades
  const title = `${name}: ${instances.toLocaleString('en-US')} instances`
  return [
    channel.paint('bold', title),
    ...tableLines(matrixRows(states), channel),
    `macro-F1 ${share(states.macro_f1)}, of WEAK and NEUTRAL only those with the whole zone on the defending side ${share(clearOfZone.macro_f1)}`,
    '',
    ...tableLines(timeRows(grades), channel),
    '',
    sweepText(grades.sweeps),
    fuelText(grades.fuel),
  ].join('\n')
}

function matrixRows({ labels, counts, classes }: StatesJson): Cell[][] {
  const right = (text: string): Cell => ({ text, isRight: true })
  const head = ['truth', ...labels.map(short), 'precision', 'recall', 'F1']
  return [
    head.map((text, at): Cell => ({ text, style: 'dim', isRight: at > 0 })),
    ...labels.map((label, at): Cell[] => {
      const grade = classes[at]
      return [
        { text: label, style: 'bold' },
        ...(counts[at] ?? []).map((count) => right(count.toLocaleString('en-US'))),
        right(share(grade?.precision ?? null)),
        right(share(grade?.recall ?? null)),
        right(share(grade?.f1 ?? null)),
      ]
    }),
  ]
}

function timeRows({ states, detection_ms: detections, flips_per_minute: flips }: DifficultyJson) {
  const right = (text: string): Cell => ({ text, isRight: true })
  const head = ['state', 'found', 'within, median', '90 %', 'flips a minute']
  return [
    head.map((text, at): Cell => ({ text, style: 'dim', isRight: at > 0 })),
    ...states.labels.map((label): Cell[] => {
      const detection = detections[label]
      const found = detection?.count ?? 0
      const cases = detection?.cases ?? 0
      return [
        { text: label },
        right(share(cases === 0 ? null : found / cases)),
        right(seconds(detection?.p50 ?? null)),
        right(seconds(detection?.p90 ?? null)),
        right(flips[label]?.toFixed(2) ?? '–'),
      ]
    }),
  ]
}

function sweepText(sweeps: DifficultyJson['sweeps']): string {
  const { cases, precision, recall, delay_ms: delay, precision_by_rule: byRule } = sweeps
  if (cases === 0) return 'sweeps: none played'
  const idle = sweeps.idle_alarms_per_hour?.toFixed(1) ?? '–'
  return (
    `sweeps: ${cases.toLocaleString('en-US')}, precision ${share(precision)} (${share(byRule)} where runs that ` +
    `are sweeps by the rule count as right), recall ${share(recall)}, told ${seconds(delay.p50)} after ` +
    `the last print (median); elsewhere ${idle} alarms an hour, ${sweeps.idle_alarms_by_rule} of ` +
    `${sweeps.idle_alarms} by the rule`
  )
}

function fuelText({ cases, accuracy, detection_ms: detection }: DifficultyJson['fuel']): string {
  if (cases === 0) return 'fuel: none played'
  return `fuel: ${cases.toLocaleString('en-US')}, sign right ${share(accuracy)}, told within ${seconds(detection.p50)} (median)`
}

/** Names that fit a column. */
function short(label: string): string {
  return label.slice(0, 8)
}

function share(value: number | null): string {
  return value === null ? '–' : value.toFixed(3)
}

function seconds(ms: number | null): string {
  return ms === null ? '–' : `${(ms / 1_000).toFixed(2)} s`
}
