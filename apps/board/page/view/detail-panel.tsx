import type { LevelSignal } from '@levels/contracts'
import type { JSX } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { ScoreChart } from '../chart/score-chart.ts'
import { fineScoreText, priceText } from '../text/format.ts'
import { idName, kindName, unpricedName } from '../text/level-names.ts'
import { timeText } from '../text/new-york-time.ts'
import type { ViewProps } from './board-view.tsx'
import { HedgingCard } from './hedging-card.tsx'
import { LiquidityCard } from './liquidity-card.tsx'
import { ConfidenceBars, SignalBadge } from './signal-badge.tsx'
import { TapeCard } from './tape-card.tsx'

/** The chosen level in depth: its score over time, and the three components with their reasons. */
export function DetailPanel({ board, ui }: ViewProps): JSX.Element {
  const { seen } = board
  const level = seen?.level ?? null
  const isOld = seen?.isPresent === false
  const absence =
    seen === null || seen.isPresent ? null : `out of the band since ${timeText(seen.ts)}`
  return (
    <section class={isOld ? 'detail is-old' : 'detail'} aria-label="The chosen level">
      <div class="panel summary">
        {level === null ? (
          <p class="empty">{missingReason(board)}</p>
        ) : (
          <Summary level={level} absence={absence} isFollowing={board.isFollowing} />
        )}
        <ScoreHistory board={board} ui={ui} />
        {level !== null && <RunwayLine level={level} />}
      </div>
      {level !== null && (
        <>
          <LiquidityCard level={level} />
          <HedgingCard
            level={level}
            spot={board.snap?.signals.spy.spot ?? null}
            coverage={board.snap?.signals.health?.greeksCoverage}
          />
          <TapeCard level={level} />
        </>
      )}
    </section>
  )
}

function missingReason({ snap, selectedId, hello }: ViewProps['board']): string {
  if (snap === null) return hello?.run?.snapCount === 0 ? 'The run has no snaps.' : 'No snap yet.'
  return selectedId === null
    ? 'No level is near spot.'
    : `${idName(selectedId)} is not near spot now.`
}

interface SummaryProps {
  readonly level: LevelSignal
  /** Since when it is no longer near spot; null: it is. */
  readonly absence: string | null
  readonly isFollowing: boolean
}

function Summary({ level, absence, isFollowing }: SummaryProps): JSX.Element {
  const { direction, distance, confluence } = level
  const isSupport = direction === 'SUPPORT'
  const others = confluence ?? []
  return (
    <header class="summary-head">
      <h2 data-testid="selected">
        {kindName(level.kind)} <b>{priceText(level.price)}</b>
      </h2>
      <span
        class="big-score"
        data-testid="selected-score"
        aria-label={`Break score ${fineScoreText(level.breakScoreSmooth)} of 100, ${fineScoreText(level.breakScoreRaw)} before smoothing`}
        role="img"
      >
        <small>{`raw ${fineScoreText(level.breakScoreRaw)}`}</small>{' '}
        {fineScoreText(level.breakScoreSmooth)}
      </span>
      <p class="summary-sub">
        <SignalBadge signal={level.signal} direction={direction} />
        <ConfidenceBars confidence={level.confidence} />
        <span class="summary-side">{isSupport ? 'Support' : 'Resistance'}</span>
        <span>{absence ?? `${priceText(distance)} away`}</span>
      </p>
      <p class="note" data-testid="note" title={level.note}>
        {level.note}
      </p>
      <p class="confluence" title={others.join(', ')}>
        <span class="id">{level.id}</span>
        {others.length === 0 ? ', no other level here' : ` with ${others.map(idName).join(', ')}`}
        {isFollowing ? '' : ' · chosen, F follows'}
      </p>
    </header>
  )
}

function ScoreHistory({ board, ui }: ViewProps): JSX.Element {
  const host = useRef<HTMLDivElement>(null)
  const chart = useRef<ScoreChart>(null)
  useEffect(() => {
    if (host.current === null) return
    chart.current = new ScoreChart(host.current)
    return () => chart.current?.destroy()
  }, [])
  useEffect(() => chart.current?.recolour(), [ui.paletteVersion])
  useLayoutEffect(() => {
    ui.charts.request('score', () => {
      const view = {
        columns: board.columns(),
        levelId: board.selectedId,
        cursorTs: board.shownTs,
        windowMs: board.shownMs,
      }
      return chart.current?.draw(view) ?? false
    })
  })
  return (
    <div
      class="score-chart"
      ref={host}
      role="img"
      aria-label="Break score of the chosen level over time"
    />
  )
}

/** How far price could run beyond the level. */
function RunwayLine({ level }: { readonly level: LevelSignal }): JSX.Element {
  const { direction, nextLevelId, nextLevelPrice, distance, quality } = level.runway
  const isUp = direction === 'UP'
  const isClear = quality === 'CLEAR'
  return (
    <p class="runway" data-testid="runway">
      <span class="runway-label">Runway</span>
      {nextLevelId === null || nextLevelPrice === null || distance === null ? (
        <span class="runway-to">no level that way</span>
      ) : (
        <span class="runway-to" title={nextLevelId}>
          {`${isUp ? '▲' : '▼'} ${priceText(distance)} to ${unpricedName(nextLevelId)}`}{' '}
          <b>{priceText(nextLevelPrice)}</b>
        </span>
      )}
      <span class={isClear ? 'runway-quality is-clear' : 'runway-quality is-obstructed'}>
        {isClear ? '○ CLEAR' : '✖ OBSTRUCTED'}
      </span>
    </p>
  )
}
