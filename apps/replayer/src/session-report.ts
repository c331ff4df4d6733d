import { BARRIER_STATES, type Signal } from '@levels/contracts'
import type { Block, Cell, Figure, HeatMap, Marker, Plot, Report, Section } from '@levels/report'
import type { GivenSignalAt, LevelRow } from './level-record.ts'
import {
  allParameters,
  changedParameters,
  capacityTables,
  depthTables,
  provenance,
  rejectTables,
} from './manifest-sections.ts'
import type { Manifest } from './manifest.ts'
import { newYorkDate, newYorkTime } from './new-york-time.ts'
import type { SessionRecord } from './session-record.ts'

/** Signs on the price plot; all signals are in the table of levels. */
const MARKERS_MAX = 300

/** Levels of the map of states: those longest in band. */
const MAP_ROWS_MAX = 30

const GROUP = 'session'
const NEW_YORK = { label: 'New York', scale: 'time' } as const

/** Signals in the order in which a reader looks for them. */
const TOLD = ['BREAK', 'REJECT', 'CONTESTED'] as const satisfies readonly Signal[]

/**
 * A run as a report.
 *
 * @param warnings what a reader has to know before anything else
 */
export function sessionReport(
  manifest: Manifest,
  record: SessionRecord | null,
  warnings: readonly string[],
): Report {
  const { first_snap_ts: firstTs, last_snap_ts: lastTs } = manifest
  const span =
    firstTs === null || lastTs === null
      ? 'no snap'
      : `${newYorkDate(firstTs)}, ${newYorkTime(firstTs)} – ${newYorkTime(lastTs)} New York`
  return {
    title: `Levels, run ${manifest.run_id}`,
    subtitle: span,
    sections: [
      overview(manifest, record, warnings),
      ...(record === null ? [] : [prices(manifest, record), levels(record)]),
      quality(manifest, record),
      changedParameters(manifest),
      provenance(manifest),
      allParameters(manifest),
    ],
    footer: `Digest of the signals: ${manifest.digest}`,
  }
}

function overview(
  manifest: Manifest,
  record: SessionRecord | null,
  warnings: readonly string[],
): Section {
  const blocks: Block[] = warnings.map((text) => ({ kind: 'text', tone: 'warning', text }))
  const refused = sum(Object.values(manifest.rejects))
  const figures: Figure[] = [
    { label: 'snaps', value: grouped(manifest.snaps), note: manifest.state },
    ...(record === null ? [] : recordFigures(record)),
    { label: 'events', value: grouped(sum(Object.values(manifest.events))), note: 'all kinds' },
    { label: 'refused', value: grouped(refused), note: 'messages' },
  ]
  const text =
    'Every level near spot is read four times a second. A break score near 100 says that it is ' +
    'about to give way, near 0 that it holds. Drag over a plot to zoom, double-click for all.'
  return {
    title: 'Overview',
    blocks: [...blocks, { kind: 'figures', figures }, { kind: 'text', text, tone: 'note' }],
  }
}

function recordFigures(record: SessionRecord): Figure[] {
  const rows = record.levels.rows
  const touched = rows.filter((row) => row.touches > 0).length
  const given = (signal: Signal): number => sum(rows.map((row) => row.given.get(signal) ?? 0))
  const spread = record.spotRange.isKnown ? String(record.spotRange) : 'never priced'
  return [
    { label: 'SPY', value: spread, note: 'lowest and highest' },
    { label: 'levels', value: grouped(rows.length), note: `in band, ${grouped(touched)} touched` },
    ...TOLD.map((signal) => ({
      label: signal,
      value: grouped(given(signal)),
      note: 'times given',
    })),
  ]
}

function prices(manifest: Manifest, record: SessionRecord): Section {
  const { droppedStretches } = record.levels
  const blocks: Block[] = [pricePlot(record), scorePlot(manifest, record)]
  if (droppedStretches > 0) {
    const text = `${grouped(droppedStretches)} stretches of levels found no room on the plot.`
    blocks.push({ kind: 'text', tone: 'warning', text })
  }
  return { title: 'Price and levels', blocks }
}

function pricePlot(record: SessionRecord): Plot {
  const { stretches, signals } = record.levels
  const spots = record.spots
  const markers = shownSignals(signals)
  const rest = signals.length - markers.length
  return {
    kind: 'plot',
    title: 'SPY, and the levels near it',
    note: `A level is drawn while spot is near it. ▲▼ BREAK up or down, ■ REJECT, ◆ CONTESTED, at the price when it was first given.${
      rest > 0 ? ` ${grouped(rest)} more signals, most of them CONTESTED, are only counted.` : ''
    }`,
    x: NEW_YORK,
    y: { label: 'SPY, $', digits: 2 },
    series: [
      {
        label: 'spot',
        colour: 7,
        xs: spots.map(({ ts }) => ts / 1_000),
        ys: spots.map(({ spot }) => spot),
      },
    ],
    strokes: stretches.map(({ id, price, fromTs, toTs, score }) => ({
      y: price,
      fromX: fromTs / 1_000,
      toX: toTs / 1_000,
      value: Math.round(score),
      label: id,
    })),
    strokeScale: { label: 'break score', range: [0, 100], ends: ['0 holds', '100 breaks'] },
    markers: markers.map(markerOf),
    group: GROUP,
    heightPx: 440,
  }
}

/** What was decided first; what stayed open as far as there is room. In order of time. */
function shownSignals(signals: readonly GivenSignalAt[]): GivenSignalAt[] {
  const decided = signals.filter(({ signal }) => signal !== 'CONTESTED')
  const open = signals.filter(({ signal }) => signal === 'CONTESTED')
  return [...decided, ...open].slice(0, MARKERS_MAX).sort((one, other) => one.ts - other.ts)
}

function markerOf({ id, signal, direction, ts, spot }: GivenSignalAt): Marker {
  const up = direction === 'RESISTANCE'
  const shape =
    signal === 'BREAK' ? (up ? 'up' : 'down') : signal === 'REJECT' ? 'square' : 'diamond'
  const colour = signal === 'BREAK' ? 1 : signal === 'REJECT' ? 0 : 6
  return { x: ts / 1_000, y: spot, label: `${signal} ${id} ${newYorkTime(ts)}`, shape, colour }
}

function scorePlot({ config }: Manifest, record: SessionRecord): Plot {
  const { parts } = record
  const xs = parts.map(({ ts }) => ts / 1_000)
  const ends = [xs[0] ?? 0, xs.at(-1) ?? 0]
  const line = (label: string, value: number, colour: number) =>
    ends[0] === ends[1]
      ? []
      : [{ label, colour, isDashed: true, xs: ends, ys: [value, value] } as const]
  return {
    kind: 'plot',
    title: 'Break score of the level nearest to spot',
    x: NEW_YORK,
    y: { label: 'smoothed score', range: [0, 100], digits: 1 },
    series: [
      { label: 'score', colour: 7, xs, ys: parts.map(({ score }) => score) },
      ...line('BREAK above', config.score.breakScore, 1),
      ...line('REJECT below', config.score.rejectScore, 0),
    ],
    group: GROUP,
    heightPx: 200,
  }
}

function levels(record: SessionRecord): Section {
  const rows = record.levels.rows
  if (rows.length === 0) {
    return { title: 'Levels', blocks: [{ kind: 'text', text: 'No level came into the band.' }] }
  }
  const table: Block = {
    kind: 'table',
    isSortable: true,
    note: 'Scores are raw, with the time of the first such snap. Signals: how often each began.',
    columns: [
      { title: 'level' },
      { title: 'price', align: 'right' },
      { title: 'first in band' },
      { title: 'in band, snaps', digits: 0 },
      { title: 'touches', digits: 0 },
      { title: 'highest score', align: 'right' },
      { title: 'lowest score', align: 'right' },
      ...TOLD.map((title) => ({ title, digits: 0 })),
    ],
    rows: rows.map(levelRow),
  }
  return { title: 'Levels', blocks: [table, stateMap(rows)] }
}

function levelRow(row: LevelRow): Cell[] {
  const score = (value: number, ts: number): Cell => ({
    text: `${value.toFixed(1)} at ${newYorkTime(ts)}`,
    sortBy: value,
  })
  const [low, high] = [row.lowestPrice.toFixed(2), row.highestPrice.toFixed(2)]
  return [
    row.id,
    { text: low === high ? low : `${low} – ${high}`, sortBy: row.lowestPrice },
    { text: newYorkTime(row.firstTs), sortBy: row.firstTs },
    row.snaps,
    row.touches,
    score(row.highestScore, row.highestScoreTs),
    score(row.lowestScore, row.lowestScoreTs),
    ...TOLD.map((signal) => row.given.get(signal) ?? 0),
  ]
}

function stateMap(rows: readonly LevelRow[]): HeatMap {
  const shown = [...rows].sort((one, other) => other.snaps - one.snaps).slice(0, MAP_ROWS_MAX)
  return {
    kind: 'heat-map',
    title: 'Barrier states, % of the time in band',
    ...(shown.length < rows.length
      ? { note: `The ${shown.length} levels longest in band of ${rows.length}.` }
      : {}),
    rowTitle: 'level',
    columnTitle: 'state',
    rows: shown.map(({ id }) => id),
    columns: BARRIER_STATES,
    values: shown.map(({ states, snaps }) =>
      BARRIER_STATES.map((state) => (100 * (states.get(state) ?? 0)) / snaps),
    ),
    digits: 1,
    range: [0, 100],
  }
}

function quality(manifest: Manifest, record: SessionRecord | null): Section {
  const refusals = rejectTables(manifest)
  const none: Block[] = [{ kind: 'text', text: 'No message was refused.' }]
  return {
    title: 'Data quality',
    blocks: [
      ...(record === null ? [] : healthBlocks(record)),
      ...depthTables(manifest),
      ...capacityTables(manifest),
      ...(refusals.length === 0 ? none : refusals),
      eventTable(manifest),
    ],
  }
}

function healthBlocks(record: SessionRecord): Block[] {
  const shares = (counts: ReadonlyMap<string, number>): Cell[][] =>
    [...counts].map(([name, count]) => [name, count, (100 * count) / record.snaps])
  const columns = (title: string) => [
    { title },
    { title: 'snaps', digits: 0 },
    { title: '% of all', digits: 2 },
  ]
  return [
    { kind: 'table', title: 'ES book', columns: columns('state'), rows: shares(record.books) },
    {
      kind: 'table',
      title: 'ES–SPY ratio',
      note: 'live: measured within the last five minutes; held: the last one of the session; default: never measured.',
      columns: columns('basis'),
      rows: shares(record.bases),
    },
    healthChanges(record),
    ...coveragePlot(record),
  ]
}

function healthChanges({ healthChanges: changes, healthChangeCount }: SessionRecord): Block {
  const rest = healthChangeCount - changes.length
  return {
    kind: 'table',
    title: 'Changes of health',
    ...(rest > 0 ? { note: `${grouped(rest)} more.` } : {}),
    columns: [{ title: 'from' }, { title: 'book' }, { title: 'basis' }],
    rows: changes.map(({ ts, book, basis }) => [newYorkTime(ts), book, basis]),
  }
}

function coveragePlot(record: SessionRecord): Block[] {
  const known = record.parts.filter((part) => part.greeksCoverage !== null)
  if (known.length === 0) {
    return [{ kind: 'text', text: 'No option trades: the share with known greeks has no value.' }]
  }
  return [
    {
      kind: 'plot',
      title: 'Option trades whose greeks are known',
      x: NEW_YORK,
      y: { label: 'share', range: [0, 1.02], digits: 3 },
      series: [
        {
          label: 'greeks coverage',
          style: 'step',
          xs: known.map(({ ts }) => ts / 1_000),
          ys: known.map(({ greeksCoverage }) => greeksCoverage),
        },
      ],
      group: GROUP,
      heightPx: 160,
    },
  ]
}

function eventTable({ events }: Manifest): Block {
  return {
    kind: 'table',
    title: 'Events applied',
    columns: [{ title: 'kind' }, { title: 'count', digits: 0 }],
    rows: Object.entries(events),
  }
}

function grouped(count: number): string {
  return count.toLocaleString('en-US')
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
