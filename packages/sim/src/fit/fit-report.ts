import { htmlReport } from '@levels/report'
import type { Block, Figure, Histogram, HistogramPair, Plot, Section, Table } from '@levels/report'
import type { CountDistribution } from '../numeric/distribution.ts'
import type { MarketProfile } from '../profile.ts'
import { type ComparedStatistic, compare, isMet } from './comparison.ts'
import { LAGS, type MarketStatistics, SIGNATURE_S } from './market-statistics.ts'

const LOTS_SHOWN = 160
const ORDER_LOTS_SHOWN = 20
const MEASURES = { KS: 'KS', error: 'error of the mean', points: 'difference' } as const

/** What a report is about. */
export interface FitReport {
  readonly profile: MarketProfile
  readonly real: MarketStatistics
  readonly simulated: MarketStatistics
  /** What was recorded, in words: the file's name, say. */
  readonly recording: string
  readonly simulatedHours: number
}

/** A simulated market beside a recorded one, as one self-contained HTML file. */
export function fitReportHtml(report: FitReport): string {
  const rows = compare(report.real, report.simulated)
  return htmlReport({
    title: 'Simulated beside real',
    subtitle: `${report.recording}; ${report.simulatedHours} simulated hours of profile ${report.profile.name}`,
    sections: [
      summarySection(rows),
      shapeSection(report),
      timeSection(report),
      { title: 'Every statistic', blocks: [comparisonTable(rows)] },
    ],
  })
}

function summarySection(rows: readonly ComparedStatistic[]): Section {
  const worst = (prefix: string): ComparedStatistic | undefined =>
    rows
      .filter(({ name }) => name.startsWith(prefix))
      .toSorted((a, b) => b.distance - a.distance)[0]
  const wanted = [
    ['Shares of adds, cancels, trades', worst('share of')],
    ['Spread', worst('spread of')],
    ['Depth by level', worst('depth at')],
    ['Size at the best price', worst('size at')],
  ] as const
  const figures = wanted.flatMap(([label, row]) =>
    row === undefined ? [] : [figureOf(label, row)],
  )
  const missed = rows.filter((row) => isMet(row) === false)
  const text =
    missed.length === 0
      ? 'Every goal is met. The figures above are the largest distances of their kind.'
      : `Missed: ${missed.map(({ name }) => name).join('; ')}.`
  return {
    title: 'Goals',
    blocks: [
      { kind: 'figures', figures },
      { kind: 'text', text, tone: missed.length === 0 ? 'note' : 'warning' },
    ],
  }
}

function figureOf(label: string, row: ComparedStatistic): Figure {
  return {
    label,
    value: distanceText(row),
    note: `at most ${goalText(row)}; ${row.name}`,
    tone: isMet(row) === true ? 'good' : 'bad',
  }
}

function distanceText({ distance, measure }: ComparedStatistic): string {
  if (measure === 'KS') return `KS ${distance.toFixed(3)}`
  const unit = measure === 'points' ? 'points' : '%'
  return `${(distance * 100).toFixed(1)} ${unit}`
}

function goalText({ goal, measure }: ComparedStatistic): string {
  if (goal === null) return ''
  return measure === 'KS'
    ? goal.toFixed(2)
    : `${(goal * 100).toFixed(0)} ${measure === 'points' ? 'points' : '%'}`
}

function shapeSection({ real, simulated }: FitReport): Section {
  const levels = real.lotsByTime.map((_, i) => String(i + 1))
  const means = (statistics: MarketStatistics): number[] =>
    statistics.lotsByTime.map((level) => level.mean)
  const depth: Plot = {
    kind: 'plot',
    title: 'Mean depth by level, weighed by time',
    x: { label: 'level', names: levels },
    y: { label: 'lots', digits: 1 },
    series: [
      { label: 'real', style: 'bars', xs: levels.map((_, i) => i), ys: means(real) },
      { label: 'simulated', style: 'bars', xs: levels.map((_, i) => i), ys: means(simulated) },
    ],
  }
  const blocks: Block[] = [
    depth,
    histogram('Spread, weighed by time', 'ticks', 6, (s) => s.spreadByTime, { real, simulated }),
    histogram(
      'Lots at the best price, weighed by time',
      'lots',
      LOTS_SHOWN,
      (s) => s.lotsByTime[0],
      {
        real,
        simulated,
      },
    ),
    histogram('Lots of an order added', 'lots', ORDER_LOTS_SHOWN, (s) => s.addLots, {
      real,
      simulated,
    }),
    histogram('Lots of a trade', 'lots', ORDER_LOTS_SHOWN, (s) => s.tradeLots, { real, simulated }),
  ]
  return { title: 'The book', blocks }
}

type Pair = Pick<FitReport, 'real' | 'simulated'>

function histogram(
  title: string,
  unit: string,
  shown: number,
  of: (statistics: MarketStatistics) => CountDistribution | undefined,
  { real, simulated }: Pair,
): HistogramPair {
  const counts = (statistics: MarketStatistics): number[] =>
    Array.from({ length: shown }, (_, i) => of(statistics)?.share(i) ?? 0)
  const pair: [Histogram, Histogram] = [
    { label: 'real', counts: counts(real) },
    { label: 'simulated', counts: counts(simulated) },
  ]
  // A bin begins at its number: the table beside the plot names each bin by where it begins.
  const edges = Array.from({ length: shown + 1 }, (_, i) => i)
  return { kind: 'histogram-pair', title, x: { label: unit, digits: 0 }, edges, pair }
}

function timeSection({ real, simulated }: FitReport): Section {
  const waits = (statistics: MarketStatistics): number[] =>
    statistics.interEvent.cumulated().map((share) => 100 * share)
  // Twenty classes to a decade from 100 ns on.
  const seconds = real.interEvent.cumulated().map((_, i) => 1e-7 * 10 ** ((i + 1) / 20))
  const lags = Array.from({ length: LAGS }, (_, i) => i + 1)
  const blocks: Block[] = [
    line('Time from event to event', { label: 's', scale: 'log' }, 'share at most, %', seconds, {
      real: waits(real),
      simulated: waits(simulated),
    }),
    line('Autocorrelation of changes of the mid', { label: 'lag' }, 'correlation', lags, {
      real: lags.map((lag) => real.moves.autocorrelation(lag)),
      simulated: lags.map((lag) => simulated.moves.autocorrelation(lag)),
    }),
    line(
      'Volatility signature',
      { label: 'sampled every, s', scale: 'log' },
      'ticks/√s',
      SIGNATURE_S,
      { real: real.moves.signature(), simulated: simulated.moves.signature() },
    ),
  ]
  return { title: 'Time and price', blocks }
}

function line(
  title: string,
  x: Plot['x'],
  y: string,
  xs: readonly number[],
  ys: { readonly real: readonly number[]; readonly simulated: readonly number[] },
): Plot {
  return {
    kind: 'plot',
    title,
    x,
    y: { label: y, digits: 3 },
    series: [
      { label: 'real', xs, ys: ys.real },
      { label: 'simulated', xs, ys: ys.simulated, isDashed: true },
    ],
  }
}

function comparisonTable(rows: readonly ComparedStatistic[]): Table {
  return {
    kind: 'table',
    columns: [
      { title: 'statistic' },
      { title: 'unit' },
      { title: 'real', digits: 4 },
      { title: 'simulated', digits: 4 },
      { title: 'distance', align: 'right' },
      { title: 'measured as' },
      { title: 'goal', align: 'right' },
    ],
    rows: rows.map((row) => {
      const met = isMet(row)
      const tone = met === null ? 'muted' : met ? 'good' : 'bad'
      return [
        row.name,
        row.unit,
        row.real,
        row.simulated,
        { text: distanceText(row), sortBy: row.distance, tone },
        MEASURES[row.measure],
        goalText(row),
      ]
    }),
  }
}
