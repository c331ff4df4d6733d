import type { Block, Cell, Figure, Plot, Report, Section, Series, Table } from '@levels/report'
import { DIFFICULTIES, type Difficulty } from '@levels/sim'
import { goalsOf, REMARKS } from './goals.ts'
import type { DifficultyJson, GradesJson } from './grades.ts'

interface Graded {
  readonly difficulty: Difficulty
  readonly grades: DifficultyJson
}

/** The grades as a report. */
export function gradeReport(grades: GradesJson): Report {
  const graded = DIFFICULTIES.flatMap((difficulty): Graded[] => {
    const one = grades.difficulties[difficulty]
    return one === undefined ? [] : [{ difficulty, grades: one }]
  })
  const { from, instances } = grades.seeds
  return {
    title: 'Grades of the engines',
    subtitle: `Simulated markets with known truth: ${instances.toLocaleString('en-US')} instances of each scenario and difficulty, seeds ${from} to ${from + instances - 1}`,
    sections: [
      goals(grades),
      states(graded),
      distances(graded),
      times(graded),
      sweepSection(graded),
      fuelSection(graded),
      scenarios(graded),
      provenance(grades),
    ],
    footer: `Configuration (SHA-256): ${grades.config_sha256}`,
  }
}

function goals(grades: GradesJson): Section {
  const figures = goalsOf(grades).map(({ name, value, least }): Figure => ({
    label: name,
    value: shareText(value),
    note: `goal ${shareText(least)}, at clear`,
    tone: (value ?? 0) >= least ? 'good' : 'bad',
  }))
  const notes = REMARKS.map((text): Block => ({ kind: 'text', tone: 'note', text }))
  return { title: 'Goals', blocks: [{ kind: 'figures', figures }, ...notes] }
}

function states(graded: readonly Graded[]): Section {
  const matrices = graded.map(({ difficulty, grades }): Block => {
    const { labels, counts, macro_f1: macroF1 } = grades.states
    return {
      kind: 'confusion-matrix',
      title: `Barrier states, ${difficulty}: macro-F1 ${shareText(macroF1)}`,
      labels,
      counts,
    }
  })
  const [first] = graded
  const more: Block[] =
    first === undefined
      ? []
      : [
          {
            kind: 'confusion-matrix',
            title: `The same at ${first.difficulty}, of WEAK and NEUTRAL only those with the whole zone on the defending side: macro-F1 ${shareText(first.grades.states_clear_of_zone.macro_f1)}`,
            labels: first.grades.states_clear_of_zone.labels,
            counts: first.grades.states_clear_of_zone.counts,
          },
        ]
  const note = 'An instance is taken for what was said most in the last half of its interval.'
  return {
    title: 'Barrier states',
    blocks: [
      { kind: 'text', text: note },
      f1Plot(graded),
      ...matrices,
      ...more,
      classTable(graded),
    ],
  }
}

function f1Plot(graded: readonly Graded[]): Plot {
  return stateBars(graded, 'F1 by state', { label: 'F1', range: [0, 1], digits: 3 }, ({ grades }) =>
    grades.states.classes.map(({ f1 }) => f1),
  )
}

function stateBars(
  graded: readonly Graded[],
  title: string,
  y: Plot['y'],
  valuesOf: (one: Graded) => readonly (number | null)[],
): Plot {
  const labels = graded[0]?.grades.states.labels ?? []
  const xs = labels.map((_, at) => at)
  const series = graded.map((one): Series => ({
    label: one.difficulty,
    style: 'bars',
    xs,
    ys: valuesOf(one),
  }))
  return { kind: 'plot', title, x: { label: 'truth', names: labels }, y, series, heightPx: 240 }
}

function classTable(graded: readonly Graded[]): Table {
  return {
    kind: 'table',
    title: 'By state and difficulty',
    isSortable: true,
    columns: [
      { title: 'difficulty' },
      { title: 'state' },
      { title: 'cases', digits: 0 },
      { title: 'precision', digits: 3 },
      { title: 'recall', digits: 3 },
      { title: 'F1', digits: 3 },
      { title: 'F1 by snap', digits: 3 },
    ],
    rows: graded.flatMap(({ difficulty, grades }) =>
      grades.states.classes.map(({ label, cases, precision, recall, f1 }, at): Cell[] => [
        ...[difficulty, label, cases, precision, recall, f1],
        grades.states_by_snap.classes[at]?.f1 ?? null,
      ]),
    ),
  }
}

function distances(graded: readonly Graded[]): Section {
  const maps = graded.map(({ difficulty, grades }): Block => {
    const rows = grades.neutral_by_distance
    const labels = grades.states.labels
    return {
      kind: 'heat-map',
      title: `What plain approaches were taken for, ${difficulty}, %`,
      rowTitle: 'ticks from level to best price',
      columnTitle: 'answer',
      rows: rows.map(({ from_ticks: from, to_ticks: to, cases }) =>
        to === null ? `${from} and more (${cases})` : `${from} – ${to} (${cases})`,
      ),
      columns: labels,
      values: rows.map(({ answers, cases }) =>
        labels.map((label) => (cases === 0 ? null : (100 * (answers[label] ?? 0)) / cases)),
      ),
      digits: 1,
      range: [0, 100],
    }
  })
  return { title: 'Plain approaches by distance', blocks: maps }
}

function times(graded: readonly Graded[]): Section {
  const median = stateBars(
    graded,
    'Time until the true state was said and kept, median',
    { label: 's', digits: 1 },
    ({ grades }) =>
      grades.states.labels.map((label) => inSeconds(grades.detection_ms[label]?.p50 ?? null)),
  )
  const flips = stateBars(
    graded,
    'Changes of the answer a minute while the truth stood still',
    { label: 'flips a minute', digits: 2 },
    ({ grades }) => grades.states.labels.map((label) => grades.flips_per_minute[label] ?? null),
  )
  const table: Table = {
    kind: 'table',
    title: 'Time to detect',
    isSortable: true,
    columns: [
      { title: 'difficulty' },
      { title: 'state' },
      { title: 'found, % of cases', digits: 1 },
      { title: 'median, s', digits: 2 },
      { title: '90 %, s', digits: 2 },
      { title: '99 %, s', digits: 2 },
    ],
    rows: graded.flatMap(({ difficulty, grades }) =>
      Object.entries(grades.detection_ms).map(
        ([label, { count, cases, p50, p90, p99 }]): Cell[] => [
          ...[difficulty, label, cases === 0 ? null : (100 * count) / cases],
          ...[inSeconds(p50), inSeconds(p90), inSeconds(p99)],
        ],
      ),
    ),
  }
  return { title: 'Time and stability', blocks: [median, table, flips] }
}

function sweepSection(graded: readonly Graded[]): Section {
  const table: Table = {
    kind: 'table',
    columns: [
      { title: 'difficulty' },
      { title: 'sweeps', digits: 0 },
      { title: 'precision', digits: 4 },
      { title: 'precision by rule', digits: 4 },
      { title: 'recall', digits: 4 },
      { title: 'told after, median ms', digits: 0 },
      { title: '99 %, ms', digits: 0 },
      { title: 'alarms an hour elsewhere', digits: 1 },
      { title: 'of them by the rule, %', digits: 1 },
    ],
    rows: graded.map(({ difficulty, grades: { sweeps } }): Cell[] => [
      ...[difficulty, sweeps.cases, sweeps.precision, sweeps.precision_by_rule, sweeps.recall],
      ...[sweeps.delay_ms.p50, sweeps.delay_ms.p99, sweeps.idle_alarms_per_hour],
      sweeps.idle_alarms === 0 ? null : (100 * sweeps.idle_alarms_by_rule) / sweeps.idle_alarms,
    ]),
    note: 'Watched from 20 s before a sweep to 10 s after. By rule: a run of the tape that is a sweep by the rule counts as right, whoever made it.',
  }
  return { title: 'Sweeps', blocks: [table] }
}

function fuelSection(graded: readonly Graded[]): Section {
  const table: Table = {
    kind: 'table',
    columns: [
      { title: 'difficulty' },
      { title: 'cases', digits: 0 },
      { title: 'sign right', digits: 4 },
      { title: 'said neutral', digits: 0 },
      { title: 'sign wrong', digits: 0 },
      { title: 'told within, median s', digits: 2 },
      { title: '90 %, s', digits: 2 },
    ],
    rows: graded.map(({ difficulty, grades: { fuel } }): Cell[] => [
      ...[difficulty, fuel.cases, fuel.accuracy, fuel.neutral, fuel.wrong],
      ...[inSeconds(fuel.detection_ms.p50), inSeconds(fuel.detection_ms.p90)],
    ]),
  }
  return { title: 'Fuel', blocks: [table] }
}

function scenarios(graded: readonly Graded[]): Section {
  const labels = graded[0]?.grades.states.labels ?? []
  const rows = graded.flatMap(({ difficulty, grades }) =>
    Object.entries(grades.scenarios).flatMap(([name, { answers, false_alarms: alarms }]) =>
      Object.entries(answers).map(([truth, counts]): Cell[] => [
        ...[name, difficulty, truth],
        ...labels.map((label) => counts[label] ?? 0),
        alarms,
      ]),
    ),
  )
  const table: Table = {
    kind: 'table',
    isSortable: true,
    columns: [
      { title: 'scenario' },
      { title: 'difficulty' },
      { title: 'truth' },
      ...labels.map((title) => ({ title, digits: 0 })),
      { title: 'false sweep alarms', digits: 0 },
    ],
    rows,
    note: 'Answers by scenario. Spoofs and mixtures are not part of the confusion matrices.',
  }
  return { title: 'Scenarios', isFolded: true, blocks: [table] }
}

function provenance({ versions, config_sha256: sha256, seeds }: GradesJson): Section {
  const rows = [
    ['first seed', String(seeds.from)],
    ['instances of each scenario and difficulty', String(seeds.instances)],
    ['configuration (SHA-256)', sha256],
    ...Object.entries(versions),
  ]
  const columns = [{ title: 'what' }, { title: 'value' }]
  return { title: 'Versions', isFolded: true, blocks: [{ kind: 'table', columns, rows }] }
}

function shareText(share: number | null): string {
  return share === null ? '–' : share.toFixed(3)
}

function inSeconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1_000
}
