import type { JSX } from 'preact'
import { alarmOf } from '../model/health.ts'
import { priceText, UNKNOWN } from '../text/format.ts'
import { dateText, timeText } from '../text/new-york-time.ts'
import type { ViewProps } from './board-view.tsx'

const themeNames = { auto: 'Auto', dark: 'Dark', light: 'Light' } as const
const themeMarks = { auto: '◐', dark: '●', light: '○' } as const

/** Instrument, price, time, what is wrong, and the page's own buttons. */
export function TopBar({ board, ui }: ViewProps): JSX.Element {
  const { hello, snap } = board
  const spy = snap?.signals.spy ?? null
  const ts = board.shownTs
  const alarm = alarmOf(board.health())
  return (
    <header class="top">
      <h1 class="brand">Levels</h1>
      <div class="quote">
        <span class="symbol">{hello?.instrument.equity ?? UNKNOWN}</span>
        <span class="spot" data-testid="spot">
          {priceText(spy?.spot ?? null)}
        </span>
        <span class="sides">
          <span class="side">
            <abbr title="best bid">bid</abbr> <b data-testid="bid">{priceText(spy?.bid ?? null)}</b>
          </span>
          <span class="side">
            <abbr title="best ask">ask</abbr> <b data-testid="ask">{priceText(spy?.ask ?? null)}</b>
          </span>
        </span>
      </div>
      <div class="alarm-place">
        {alarm !== null && (
          <div class={`alarm is-${alarm.grade}`} title={alarm.detail}>
            {/* Said once, and not again each time a second has passed in the detail. */}
            <b role="alert">{alarm.title}</b> <span>{alarm.detail}</span>
          </div>
        )}
      </div>
      <div class="clock">
        <span class="mode">{hello === null ? UNKNOWN : board.isReplay ? 'Replay' : 'Live'}</span>
        <time data-testid="time">{ts === null ? UNKNOWN : timeText(ts)}</time>
        <span class="date">{ts === null ? '' : `${dateText(ts)} New York`}</span>
      </div>
      <div class="tools">
        <button
          type="button"
          class="tool"
          onClick={() => ui.nextTheme()}
          aria-label={`Theme: ${themeNames[ui.theme]}`}
          data-testid="theme"
        >
          <span aria-hidden="true">{themeMarks[ui.theme]}</span> {themeNames[ui.theme]}
        </button>
        <button
          type="button"
          class="tool"
          onClick={() => ui.toggleHelp()}
          aria-label="Help and keys"
        >
          <span aria-hidden="true">?</span>
        </button>
      </div>
    </header>
  )
}
