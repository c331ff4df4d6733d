import type { SignalEvent } from '@levels/gateway/protocol'
import type { JSX } from 'preact'
import { useLayoutEffect, useState } from 'preact/hooks'
import type { Board } from '../model/board.ts'
import { priceText, scoreText } from '../text/format.ts'
import { idName } from '../text/level-names.ts'
import { timeText } from '../text/new-york-time.ts'
import type { ViewProps } from './board-view.tsx'
import { SignalMark } from './signal-badge.tsx'
import { still } from './still.ts'

/** Rows shown; older ones are at the gateway and in the run's file. */
const ROWS_MAX = 60

/**
 * Changes of signals, the newest on top. A jump through a run changes every row, so the list has a
 * frame of its own, after those of spot and the ladder.
 */
export function EventList({ board, ui }: ViewProps): JSX.Element {
  const due = board.pastEventCount
  const { version } = board.log
  const [listed, list] = useState({ end: due, version })
  useLayoutEffect(() => {
    if (listed.end === due && listed.version === version) return
    ui.charts.request('events', () => {
      list({ end: due, version })
      return true
    })
  })
  return <Events board={board} {...listed} />
}

interface EventsProps {
  readonly board: Board
  /** Index behind the last event that is listed. */
  readonly end: number
  /** Of the log: events before the last may be other ones. */
  readonly version: number
}

const Events = still(({ board, end }: EventsProps) => {
  const shown = board.log.events.slice(Math.max(0, end - ROWS_MAX), end).reverse()
  const older = end - shown.length + board.log.droppedCount
  return (
    <section class="panel events" aria-label="Signals so far">
      <h2 class="panel-title">
        Signals <span class="count">{end + board.log.droppedCount}</span>
      </h2>
      <ol class="event-rows" tabIndex={0} aria-label="Signals, newest first">
        {shown.map((event) => (
          <EventRow key={event.seq} event={event} board={board} />
        ))}
        {shown.length === 0 && <li class="empty">No signal has changed yet.</li>}
        {older > 0 && <li class="empty">{`${older} older`}</li>}
      </ol>
    </section>
  )
})

const EventRow = still(
  ({ event, board }: { readonly event: SignalEvent; readonly board: Board }) => {
    const { ts, levelId, signal, previous, direction, price, score } = event
    const isEnd = signal === 'NEUTRAL'
    return (
      <li class={isEnd ? 'event is-end' : 'event'}>
        <button
          type="button"
          class="event-button"
          onClick={() => {
            board.select(levelId)
            if (board.isReplay) board.seek(ts)
          }}
        >
          <span class="event-time">{timeText(ts)}</span>
          <SignalMark signal={isEnd ? previous : signal} direction={direction} isHollow={isEnd} />
          <span class="event-signal">
            {isEnd ? (
              <>
                <span class="spoken">{previous}</span> ends
              </>
            ) : (
              signal
            )}
          </span>
          <span class="event-level">{idName(levelId)}</span>
          <span class="event-price">{priceText(price)}</span>
          <span class="event-score">{scoreText(score)}</span>
        </button>
      </li>
    )
  },
)
