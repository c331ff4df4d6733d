import type { JSX } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { PriceChart } from '../chart/price-chart.ts'
import type { Board } from '../model/board.ts'
import { WHOLE_SESSION } from '../model/history-feed.ts'
import { priceText } from '../text/format.ts'
import type { ViewProps } from './board-view.tsx'
import { still } from './still.ts'

const MINUTE_MS = 60_000

/** How much time a chart shows; the keys 1–5. */
export const windows: readonly {
  readonly label: string
  readonly name: string
  readonly ms: number
}[] = [
  { label: '2m', name: '2 minutes', ms: 2 * MINUTE_MS },
  { label: '5m', name: '5 minutes', ms: 5 * MINUTE_MS },
  { label: '15m', name: '15 minutes', ms: 15 * MINUTE_MS },
  { label: '1h', name: '1 hour', ms: 60 * MINUTE_MS },
  { label: 'All', name: 'whole session', ms: WHOLE_SESSION },
]

/** The price with the levels across it. */
export function PricePanel({ board, ui }: ViewProps): JSX.Element {
  const host = useRef<HTMLDivElement>(null)
  const readout = useRef<HTMLParagraphElement>(null)
  const chart = useRef<PriceChart>(null)
  useEffect(() => {
    if (host.current === null || readout.current === null) return
    chart.current = new PriceChart(host.current, readout.current, (id) => {
      board.select(id)
    })
    return () => chart.current?.destroy()
  }, [])
  useEffect(() => chart.current?.recolour(), [ui.paletteVersion])
  useLayoutEffect(() => {
    ui.charts.request('price', () => {
      const view = {
        columns: board.columns(),
        cursorTs: board.shownTs,
        windowMs: board.shownMs,
        spotUsd: board.snap?.signals.spy.spot ?? null,
        ladder: board.ladder,
        selectedId: board.selectedId,
        events: board.log.events,
        eventEnd: board.pastEventCount,
      }
      return chart.current?.draw(view) ?? false
    })
  })
  const spot = board.snap?.signals.spy.spot ?? null
  const name = `${board.hello?.instrument.equity ?? 'Price'} at ${priceText(spot)} with ${board.ladder.length} levels across it; the ladder lists them`
  return (
    <section class="panel price" aria-label="Price and levels over time">
      <div class="chart-head">
        <p class="readout" ref={readout} aria-hidden="true" />
        <Scale />
        <WindowChoice board={board} windowMs={board.windowMs} />
      </div>
      <div class="chart" ref={host} role="img" aria-label={name} />
    </section>
  )
}

const WindowChoice = still(
  ({ board, windowMs }: { readonly board: Board; readonly windowMs: number }) => (
    <div class="windows" role="group" aria-label="Time shown">
      {windows.map(({ label, name: spoken, ms }) => (
        <button
          key={label}
          type="button"
          class="window"
          aria-pressed={windowMs === ms}
          aria-label={`${label}: ${spoken}`}
          onClick={() => {
            board.showWindow(ms)
          }}
        >
          {label}
        </button>
      ))}
    </div>
  ),
)

/** What the colours of the strokes mean. */
const Scale = still(() => (
  <p class="scale">
    <span>turned back</span>
    <i class="scale-bar" aria-hidden="true" />
    <span>breaks</span>
  </p>
))
