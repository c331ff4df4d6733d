import { styleText } from 'node:util'
import { newYorkOffsetNs } from '@levels/calendar'
import type { Signal } from '@levels/contracts'
import { NS_PER_MS } from '@levels/kernel'
import type { GivenSignal, SessionSummary, TouchedLevel } from './session-summary.ts'

/** Levels shown before the rest is only counted. */
const ROWS_MAX = 40
/** Signals shown for one level. */
const SIGNALS_MAX = 4

type Style = Parameters<typeof styleText>[0]

const SIGNAL_STYLE: Readonly<Record<Signal, Style>> = {
  BREAK: ['bold', 'red'],
  REJECT: ['bold', 'cyan'],
  CONTESTED: 'yellow',
  NEUTRAL: 'dim',
}

interface Cell {
  readonly text: string
  readonly style?: Style
}

/** A wall-clock time in New York of a Unix ms, `10:07:12`. */
export function newYorkTime(unixMs: number): string {
  return newYorkIso(unixMs).slice(11, 19)
}

/** A date in New York, `2026-03-10`. */
export function newYorkDate(unixMs: number): string {
  return newYorkIso(unixMs).slice(0, 10)
}

function newYorkIso(unixMs: number): string {
  const offsetMs = newYorkOffsetNs(BigInt(unixMs) * 1_000_000n) / NS_PER_MS
  return new Date(unixMs + offsetMs).toISOString()
}

/** What a trader reads at the end of a run: the session in a line, then a row a touched level. */
export function summaryText(summary: SessionSummary): string {
  const { firstTs, lastTs } = summary
  if (firstTs === null || lastTs === null) {
    return 'No snap boundary fell into the time the input covers: there is nothing to report.'
  }
  const touched = summary.touched
  const head =
    `${newYorkDate(firstTs)}  ${newYorkTime(firstTs)} – ${newYorkTime(lastTs)} New York, ` +
    `${summary.snapCount.toLocaleString('en-US')} snaps` +
    (Number.isFinite(summary.lowestSpot)
      ? `, SPY ${dollars(summary.lowestSpot)} – ${dollars(summary.highestSpot)}`
      : ', SPY never priced')
  if (touched.length === 0) return `${head}\nNo level was touched.`
  const rows = touched.slice(0, ROWS_MAX).map(rowOf)
  const more = touched.length - rows.length
  return [
    head,
    '',
    ...table(
      ['touched', 'level', 'price', 'direction', 'touches', 'highest', 'lowest', 'signals'],
      rows,
      [2, 4, 5, 6],
    ),
    ...(more > 0 ? [`… and ${more} more levels, all in signals.ndjson`] : []),
    '',
    styleText('dim', 'Times are New York. highest / lowest: break score 0–100, and when it was.'),
  ].join('\n')
}

function rowOf(level: TouchedLevel): Cell[] {
  return [
    { text: newYorkTime(level.firstTouchTs) },
    { text: level.id, style: 'bold' },
    { text: dollars(level.price) },
    { text: level.direction === 'SUPPORT' ? 'support' : 'resistance' },
    { text: String(level.touches) },
    { text: `${level.highestScore.toFixed(1)} ${newYorkTime(level.highestScoreTs)}` },
    { text: `${level.lowestScore.toFixed(1)} ${newYorkTime(level.lowestScoreTs)}` },
    signalsCell(level.signals),
  ]
}

function signalsCell(signals: readonly GivenSignal[]): Cell {
  if (signals.length === 0) return { text: 'none', style: 'dim' }
  // BREAK and REJECT are what a reader looks for; CONTESTED fills what room is left.
  const firm = signals.filter((given) => given.signal !== 'CONTESTED')
  const shown = (firm.length > 0 ? firm : signals).slice(0, SIGNALS_MAX)
  const more = signals.length - shown.length
  const text = shown.map((given) => `${given.signal} ${newYorkTime(given.ts)}`).join(', ')
  const style = SIGNAL_STYLE[shown[0]?.signal ?? 'NEUTRAL']
  return { text: more > 0 ? `${text} +${more}` : text, style }
}

/** Rows in aligned columns, those in `rightAligned` to the right. */
function table(
  header: readonly string[],
  rows: readonly (readonly Cell[])[],
  rightAligned: readonly number[],
): string[] {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.text.length ?? 0)),
  )
  const line = (cells: readonly Cell[]): string =>
    cells
      .map(({ text, style }, column) => {
        const width = column === header.length - 1 ? 0 : (widths[column] ?? 0)
        const padded = rightAligned.includes(column) ? text.padStart(width) : text.padEnd(width)
        return style === undefined ? padded : styleText(style, padded)
      })
      .join('  ')
      .trimEnd()
  return [line(header.map((text) => ({ text, style: 'dim' }))), ...rows.map(line)]
}

function dollars(price: number): string {
  return price.toFixed(2)
}
