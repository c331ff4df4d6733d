import { BARRIER_STATES, type BarrierState, type Signal } from '@levels/contracts'
import { newYorkDate, newYorkDayTime, newYorkTime } from './new-york-time.ts'
import type { GivenSignal, TouchedLevel } from './session-summary.ts'
import { tableLines, tableWidth, type Cell } from './table.ts'
import type { Channel, Style } from './terminal.ts'

/** What the table shows of a level beside its first touch and its scores. */
interface Layout {
  readonly touches: boolean
  /** When the score was highest and lowest. */
  readonly scoreTimes: boolean
  /** When each signal was first given; else only how often. */
  readonly signalTimes: boolean
  /** States of the barrier, the foremost first. */
  readonly states: number
}

/** One line a level, from the richest on: the first that fits is taken. */
const LAYOUTS: readonly Layout[] = [
  { touches: true, scoreTimes: true, signalTimes: true, states: 3 },
  { touches: true, scoreTimes: true, signalTimes: true, states: 2 },
  { touches: true, scoreTimes: false, signalTimes: true, states: 2 },
  { touches: true, scoreTimes: true, signalTimes: false, states: 2 },
  { touches: true, scoreTimes: false, signalTimes: false, states: 2 },
  { touches: false, scoreTimes: false, signalTimes: false, states: 2 },
  { touches: false, scoreTimes: false, signalTimes: false, states: 1 },
]

/** How a moment is written, Unix ms. */
type TimeText = (ts: number) => string

/** States that two lines a level show, where there is room. */
const STACKED_STATES = 4

/** In the order in which a reader looks for them. */
const SIGNALS: readonly (readonly [Signal, Style])[] = [
  ['BREAK', ['bold', 'red']],
  ['REJECT', ['bold', 'cyan']],
  ['CONTESTED', 'yellow'],
]

/** A table, and what its columns mean. */
interface LevelTable {
  readonly lines: readonly string[]
  readonly legend: readonly string[]
}

/**
 * Touched levels as a table that fits the channel: the wider that is, the more it says.
 *
 * @param firstTs of the session, Unix ms: where it lasts longer than a day, times have their date
 * @param lastTs likewise
 */
export function levelTable(
  levels: readonly TouchedLevel[],
  { firstTs, lastTs }: { readonly firstTs: number; readonly lastTs: number },
  channel: Channel,
): LevelTable {
  const isOneDay = newYorkDate(firstTs) === newYorkDate(lastTs)
  const timeText = isOneDay ? newYorkTime : newYorkDayTime
  for (const layout of LAYOUTS) {
    const rows = rowsOf(columnsOf(layout, levels, timeText), levels)
    if (tableWidth(rows) > channel.columns) continue
    return { lines: tableLines(rows, channel), legend: legendOf(layout) }
  }
  return stackedTable(levels, timeText, channel)
}

/** Two lines a level: what it is and its scores, then what was said there. */
function stackedTable(
  levels: readonly TouchedLevel[],
  timeText: TimeText,
  channel: Channel,
): LevelTable {
  // Below the time of the first touch the second line stays free.
  const timeWidth = Math.max(...levels.map((level) => timeText(level.firstTouchTs).length))
  const nothing: Column = { title: ' '.repeat(timeWidth), cells: () => [{ text: '' }] }
  for (let states = STACKED_STATES; ; states--) {
    const layout = { touches: true, scoreTimes: false, signalTimes: false, states }
    const columns = columnsOf(layout, levels, timeText)
    const below = columns.findIndex(({ title }) => title === 'barrier')
    const second = rowsOf([nothing, ...columns.slice(below)], levels)
    if (tableWidth(second) > channel.columns && states > 1) continue
    let first = rowsOf(columns.slice(0, below), levels)
    if (tableWidth(first) > channel.columns) {
      const narrower = columns.slice(0, below).filter((column) => column !== TOUCHES)
      first = rowsOf(narrower, levels)
    }
    const lines = tableLines(first, channel)
    const more = tableLines(second, channel)
    return {
      lines: lines.flatMap((line, at) => [line, more[at] ?? '']),
      legend: legendOf(layout),
    }
  }
}

/** A state of the barrier, and the share of the time in which it stood, 0–1. */
interface StateShare {
  readonly state: BarrierState
  readonly share: number
}

/** The states that were said, the longest first. */
export function stateShares(states: ReadonlyMap<BarrierState, number>): StateShare[] {
  const snaps = [...states.values()].reduce((sum, count) => sum + count, 0)
  return BARRIER_STATES.flatMap((state) => {
    const count = states.get(state) ?? 0
    return count === 0 ? [] : [{ state, share: count / snaps }]
  }).sort((one, other) => other.share - one.share)
}

/** A share as people read it: none that is something reads as nothing, nor as all. */
export function percent(share: number): string {
  const rounded = Math.round(share * 100)
  if (rounded === 0 && share > 0) return '<1%'
  return rounded === 100 && share < 1 ? '>99%' : `${rounded}%`
}

interface Column {
  readonly title: string
  readonly isRight?: boolean
  readonly cells: (level: TouchedLevel) => readonly Cell[]
}

function rowsOf(columns: readonly Column[], levels: readonly TouchedLevel[]): Cell[][] {
  const header = columns.map(({ title, isRight = false }): Cell => {
    return { text: title, style: 'dim', isRight }
  })
  return [header, ...levels.map((level) => columns.flatMap(({ cells }) => cells(level)))]
}

const LEVEL: Column = { title: 'level', cells: ({ id }) => [{ text: id, style: 'bold' }] }
const DIRECTION: Column = {
  title: 'direction',
  cells: ({ direction }) => [{ text: direction.toLowerCase() }],
}
const PRICE = numbers('price', ({ price }) => price.toFixed(2))
const TOUCHES = numbers('touches', ({ touches }) => String(touches))

function columnsOf(layout: Layout, levels: readonly TouchedLevel[], timeText: TimeText): Column[] {
  const said = Math.max(...levels.map(({ states }) => states.size))
  const ranks = Array.from({ length: Math.min(layout.states, said) }, (_, rank) => rank)
  return [
    { title: 'touched', cells: ({ firstTouchTs }) => [{ text: timeText(firstTouchTs) }] },
    ...[LEVEL, PRICE, DIRECTION],
    ...(layout.touches ? [TOUCHES] : []),
    ...scoreColumns(layout, timeText),
    ...ranks.map((rank) => stateColumn(rank, levels)),
    { title: 'signals', cells: ({ signals }) => signalCells(signals, layout, timeText) },
  ]
}

function numbers(title: string, text: (level: TouchedLevel) => string): Column {
  return { title, isRight: true, cells: (level) => [{ text: text(level), isRight: true }] }
}

function scoreColumns({ scoreTimes }: Layout, timeText: TimeText): Column[] {
  if (!scoreTimes) {
    return [
      numbers('highest', ({ highestScore }) => highestScore.toFixed(1)),
      numbers('lowest', ({ lowestScore }) => lowestScore.toFixed(1)),
    ]
  }
  const at = (score: number, ts: number): string => `${score.toFixed(1)} ${timeText(ts)}`
  return [
    numbers('highest score', ({ highestScore, highestScoreTs }) =>
      at(highestScore, highestScoreTs),
    ),
    numbers('lowest score', ({ lowestScore, lowestScoreTs }) => at(lowestScore, lowestScoreTs)),
  ]
}

/** What was said longest (0), or next to it (1 …), with the shares one below the other. */
function stateColumn(rank: number, levels: readonly TouchedLevel[]): Column {
  const saidAt = ({ states }: TouchedLevel): [state: string, share: string] => {
    const said = stateShares(states)[rank]
    return said === undefined ? ['', ''] : [said.state, percent(said.share)]
  }
  const widthOf = (part: 0 | 1): number =>
    Math.max(...levels.map((level) => saidAt(level)[part].length))
  const [stateWidth, shareWidth] = [widthOf(0), widthOf(1)]
  return {
    title: rank === 0 ? 'barrier' : '',
    cells: (level) => {
      const [state, share] = saidAt(level)
      if (state === '') return [{ text: '' }]
      const text = `${state.padEnd(stateWidth)} ${share.padStart(shareWidth)}`
      return [rank === 0 ? { text } : { text, style: 'dim' }]
    },
  }
}

/** One cell a kind of signal: what was decided in order of time, then what stayed open. */
function signalCells(
  signals: readonly GivenSignal[],
  { signalTimes }: Layout,
  timeText: TimeText,
): Cell[] {
  const describe = ({ signal, ts }: GivenSignal, times: number): string =>
    signalTimes
      ? `${signal} ${timeText(ts)}${times > 1 ? ` +${times - 1}` : ''}`
      : `${times} ${signal}`
  const cells = SIGNALS.flatMap(([signal, style]) => {
    const given = signals.filter((one) => one.signal === signal)
    const [first] = given
    if (first === undefined) return []
    const rank = signal === 'CONTESTED' ? Infinity : first.ts
    return [{ rank, text: describe(first, given.length), style }]
  })
  if (cells.length === 0) return [{ text: 'none', style: 'dim' }]
  return cells.sort((one, other) => one.rank - other.rank)
}

function legendOf({ scoreTimes, signalTimes }: Layout): string[] {
  return [
    scoreTimes
      ? 'Times are New York. Score: of a break, 0–100, from the first touch on, and when it was.'
      : 'Times are New York. highest, lowest: score of a break, 0–100, since first touch.',
    'Barrier: what it said longest since the first touch, % of the time in band.',
    ...(signalTimes
      ? ['Signals: when each was first given, and how many times more.']
      : ['Signals: how many times each was given. A wider window shows when.']),
  ]
}
