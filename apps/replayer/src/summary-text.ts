import { newYorkDate, newYorkTime } from './new-york-time.ts'
import { levelTable, percent, stateShares } from './level-table.ts'
import type { SessionSummary } from './session-summary.ts'
import { wrap } from './table.ts'
import type { Channel, Style } from './terminal.ts'

/** Levels shown before the rest is only counted. */
const ROWS_MAX = 40

/**
 * What a trader reads at the end of a run: the session in a line, a row a touched level, and what
 * the barrier said over all of them.
 */
export function summaryText(summary: SessionSummary, channel: Channel): string {
  const { firstTs, lastTs, touched } = summary
  if (firstTs === null || lastTs === null) {
    return 'No snap boundary was passed: there is nothing to report.'
  }
  const styled = (text: string, style: Style): string =>
    wrap(text, channel.columns)
      .map((line) => channel.paint(style, line))
      .join('\n')
  const head = styled(headline(summary, firstTs, lastTs), 'bold')
  if (touched.length === 0) return `${head}\n\nNo level was touched.`
  const { lines, legend } = levelTable(touched.slice(0, ROWS_MAX), { firstTs, lastTs }, channel)
  const more = touched.length - ROWS_MAX
  return [
    head,
    '',
    ...lines,
    ...(more > 0 ? [`… and ${more} more levels, all in signals.ndjson`] : []),
    '',
    ...barrierLines(summary, channel),
    '',
    ...legend.map((line) => styled(line, 'dim')),
  ].join('\n')
}

function headline(summary: SessionSummary, firstTs: number, lastTs: number): string {
  const { snapCount, spotRange } = summary
  const [firstDay, lastDay] = [newYorkDate(firstTs), newYorkDate(lastTs)]
  const until = `${lastDay === firstDay ? '' : `${lastDay}  `}${newYorkTime(lastTs)}`
  return [
    `${firstDay}  ${newYorkTime(firstTs)} – ${until} New York`,
    `${snapCount.toLocaleString('en-US')} ${snapCount === 1 ? 'snap' : 'snaps'}`,
    spotRange.isKnown ? `SPY ${String(spotRange)}` : 'SPY never priced',
  ].join(', ')
}

/** Every state that was said at a touched level, the longest first: one line where it fits. */
function barrierLines({ states }: SessionSummary, channel: Channel): string[] {
  const title = 'barrier, all levels'
  const indent = ' '.repeat(title.length)
  const lines = ['']
  for (const { state, share } of stateShares(states)) {
    const said = `  ${state} ${percent(share)}`
    const line = lines.at(-1) ?? ''
    if (title.length + line.length + said.length <= channel.columns) {
      lines[lines.length - 1] = line + said
    } else lines.push(said)
  }
  return lines.map((line, at) => `${at === 0 ? channel.paint('dim', title) : indent}${line}`)
}
