import type { Signal } from '@levels/contracts'
import { newYorkDate, newYorkTime } from './new-york-time.ts'
import type { GivenSignal, SessionSummary, TouchedLevel } from './session-summary.ts'
import { tableLines, tableWidth, type Cell } from './table.ts'
import type { Channel, Style } from './terminal.ts'

/** Levels shown before the rest is only counted. */
const ROWS_MAX = 40

/** In the order in which a reader looks for them. */
const SIGNALS: readonly (readonly [Signal, Style])[] = [
  ['BREAK', ['bold', 'red']],
  ['REJECT', ['bold', 'cyan']],
  ['CONTESTED', 'yellow'],
]

/** What a trader reads at the end of a run: the session in a line, then a row a touched level. */
export function summaryText(summary: SessionSummary, channel: Channel): string {
  const { firstTs, lastTs, touched } = summary
  if (firstTs === null || lastTs === null) {
    return 'No snap boundary lies in the time the input covers: there is nothing to report.'
  }
  const head = channel.paint('bold', headline(summary, firstTs, lastTs))
  if (touched.length === 0) return `${head}\n\nNo level was touched.`
  const shown = touched.slice(0, ROWS_MAX)
  const wide = [WIDE_HEADER, ...shown.map(wideRow)]
  const isWide = tableWidth(wide) <= channel.columns
  const rows = isWide ? wide : [NARROW_HEADER, ...shown.map(narrowRow)]
  const more = touched.length - shown.length
  return [
    head,
    '',
    ...tableLines(rows, channel),
    ...(more > 0 ? [`… and ${more} more levels, all in signals.ndjson`] : []),
    '',
    ...(isWide ? WIDE_LEGEND : NARROW_LEGEND).map((line) => channel.paint('dim', line)),
  ].join('\n')
}

function headline(summary: SessionSummary, firstTs: number, lastTs: number): string {
  const { snapCount, lowestSpot, highestSpot } = summary
  return [
    `${newYorkDate(firstTs)}  ${newYorkTime(firstTs)} – ${newYorkTime(lastTs)} New York`,
    `${snapCount.toLocaleString('en-US')} ${snapCount === 1 ? 'snap' : 'snaps'}`,
    Number.isFinite(lowestSpot)
      ? `SPY ${dollars(lowestSpot)} – ${dollars(highestSpot)}`
      : 'SPY never priced',
  ].join(', ')
}

const header = (titles: readonly string[]): Cell[] =>
  titles.map((text) => ({ text, style: 'dim', isRight: RIGHT.includes(text) }))
const RIGHT = ['price', 'touches', 'highest', 'lowest', 'highest score', 'lowest score']

const WIDE_HEADER = header([
  'touched',
  'level',
  'price',
  'direction',
  'touches',
  'highest score',
  'lowest score',
  'signals',
])
const WIDE_LEGEND = [
  'Times are New York. Score: of a break, 0–100, from the first touch on, and when it was.',
  'Signals: when each was first given, and how many times more.',
]

function wideRow(level: TouchedLevel): Cell[] {
  const { highestScore, highestScoreTs, lowestScore, lowestScoreTs } = level
  return [
    ...levelCells(level),
    { text: String(level.touches), isRight: true },
    { text: `${highestScore.toFixed(1)} ${newYorkTime(highestScoreTs)}`, isRight: true },
    { text: `${lowestScore.toFixed(1)} ${newYorkTime(lowestScoreTs)}`, isRight: true },
    ...signalCells(level.signals, (signal, [first, ...more]) => {
      const at = first === undefined ? '' : ` ${newYorkTime(first.ts)}`
      return `${signal}${at}${more.length > 0 ? ` +${more.length}` : ''}`
    }),
  ]
}

const NARROW_HEADER = header([
  'touched',
  'level',
  'price',
  'direction',
  'highest',
  'lowest',
  'signals',
])
const NARROW_LEGEND = [
  'Times are New York. highest, lowest: score of a break, 0–100, from the',
  'first touch on. A wider window shows when.',
]

function narrowRow(level: TouchedLevel): Cell[] {
  return [
    ...levelCells(level),
    { text: level.highestScore.toFixed(1), isRight: true },
    { text: level.lowestScore.toFixed(1), isRight: true },
    ...signalCells(level.signals, (signal, given) => `${given.length} ${signal}`),
  ]
}

function levelCells(level: TouchedLevel): Cell[] {
  return [
    { text: newYorkTime(level.firstTouchTs) },
    { text: level.id, style: 'bold' },
    { text: dollars(level.price), isRight: true },
    { text: level.direction.toLowerCase() },
  ]
}

/** One cell a kind of signal: what was decided in order of time, then what stayed open. */
function signalCells(
  signals: readonly GivenSignal[],
  describe: (signal: Signal, given: readonly GivenSignal[]) => string,
): Cell[] {
  const cells = SIGNALS.flatMap(([signal, style]) => {
    const given = signals.filter((one) => one.signal === signal)
    const [first] = given
    if (first === undefined) return []
    const rank = signal === 'CONTESTED' ? Infinity : first.ts
    return [{ rank, text: describe(signal, given), style }]
  })
  if (cells.length === 0) return [{ text: 'none', style: 'dim' }]
  return cells.sort((one, other) => one.rank - other.rank)
}

function dollars(price: number): string {
  return price.toFixed(2)
}
