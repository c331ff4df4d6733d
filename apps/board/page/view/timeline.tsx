import type { JSX } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { TimelineChart } from '../chart/timeline-chart.ts'
import { countText, UNKNOWN } from '../text/format.ts'
import { timeText } from '../text/new-york-time.ts'
import type { ViewProps } from './board-view.tsx'

/** Times real time. */
export const speeds = [0.5, 1, 2, 5, 10, 30, 60, 300] as const

/** The whole run with its signals marked; play, pause, speed, and any moment of it. */
export function Timeline({ board, ui }: ViewProps): JSX.Element {
  const { cursorTs } = board
  const run = board.hello?.run ?? null
  const lastTs = run?.lastTs ?? null
  return (
    <section class="panel timeline" aria-label="Replay">
      <Transport board={board} />
      <Track board={board} ui={ui} />
      <div class="moment">
        <span>{cursorTs === null ? UNKNOWN : timeText(cursorTs)}</span>
        <span class="soft">
          {run === null || lastTs === null
            ? 'no snaps'
            : `of ${timeText(lastTs)}, ${countText(run.snapCount)} snaps`}
        </span>
      </div>
    </section>
  )
}

function Transport({ board }: Pick<ViewProps, 'board'>): JSX.Element {
  const isPlaying = board.player?.isPlaying === true
  return (
    <div class="transport">
      <button
        type="button"
        class="tool"
        aria-label="Former signal"
        onClick={() => board.seekEvent(-1)}
      >
        <JumpMark isForward={false} />
      </button>
      <button
        type="button"
        class="tool is-play"
        aria-label={isPlaying ? 'Pause' : 'Play'}
        onClick={() => {
          board.togglePlay()
        }}
      >
        <PlayMark isPlaying={isPlaying} />
      </button>
      <button
        type="button"
        class="tool"
        aria-label="Next signal"
        onClick={() => board.seekEvent(1)}
      >
        <JumpMark isForward />
      </button>
      <SpeedChoice board={board} />
    </div>
  )
}

/** The browser's own slider over a drawing of the run and a mark at the place in it. */
function Track({ board, ui }: ViewProps): JSX.Element {
  const host = useRef<HTMLDivElement>(null)
  const past = useRef<HTMLDivElement>(null)
  const place = useRef<HTMLDivElement>(null)
  const chart = useRef<TimelineChart>(null)
  const { cursorTs } = board
  const { firstTs = null, lastTs = null } = board.hello?.run ?? {}
  useEffect(() => {
    if (host.current === null) return
    chart.current = new TimelineChart(host.current)
    return () => chart.current?.destroy()
  }, [])
  useEffect(() => chart.current?.recolour(), [ui.paletteVersion])
  useLayoutEffect(() => {
    if (firstTs === null || lastTs === null || cursorTs === null) return
    const share = (cursorTs - firstTs) / Math.max(1, lastTs - firstTs)
    if (past.current !== null) past.current.style.transform = `scaleX(${share})`
    if (place.current !== null) place.current.style.transform = `translateX(${share * 100}%)`
    const { log, history } = board
    const { events, version: eventsVersion } = log
    const view = { columns: history.overview, firstTs, lastTs, events, eventsVersion }
    ui.charts.request('timeline', () => chart.current?.draw(view) ?? false)
  })
  return (
    <div class="track">
      <div class="track-past" ref={past} />
      <div class="track-chart" ref={host} aria-hidden="true" />
      <div class="track-place" ref={place} />
      <input
        type="range"
        class="track-input"
        aria-label="Moment of the run"
        aria-valuetext={cursorTs === null ? 'no snap' : timeText(cursorTs)}
        min={firstTs ?? 0}
        max={lastTs ?? 1}
        step={board.hello?.snapIntervalMs ?? 250}
        value={cursorTs ?? 0}
        onInput={(event) => {
          board.seek(event.currentTarget.valueAsNumber)
        }}
      />
    </div>
  )
}

function PlayMark({ isPlaying }: { readonly isPlaying: boolean }): JSX.Element {
  return (
    <svg class="play-mark" viewBox="0 0 12 12" aria-hidden="true">
      <path d={isPlaying ? 'M2 1h3v10H2ZM7 1h3v10H7Z' : 'M2.5 1 11 6 2.5 11Z'} />
    </svg>
  )
}

function JumpMark({ isForward }: { readonly isForward: boolean }): JSX.Element {
  return (
    <svg class="play-mark" viewBox="0 0 12 12" aria-hidden="true">
      <path
        d={
          isForward
            ? 'M1.5 1.5 8 6l-6.5 4.5ZM8.6 1.5h2v9h-2Z'
            : 'M10.5 1.5 4 6l6.5 4.5ZM1.4 1.5h2v9h-2Z'
        }
      />
    </svg>
  )
}

function SpeedChoice({ board }: Pick<ViewProps, 'board'>): JSX.Element {
  const { speed } = board
  const choices = speeds.some((known) => known === speed) ? speeds : [speed, ...speeds]
  return (
    <label class="speed">
      <span class="spoken">Speed</span>
      <select
        value={String(speed)}
        onChange={(event) => {
          board.setSpeed(Number(event.currentTarget.value))
        }}
      >
        {choices.map((choice) => (
          <option key={choice} value={String(choice)}>{`${choice}×`}</option>
        ))}
      </select>
    </label>
  )
}
