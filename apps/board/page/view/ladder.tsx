import type { LevelSignal } from '@levels/contracts'
import type { JSX } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Board } from '../model/board.ts'
import { priceText, scoreText } from '../text/format.ts'
import { kindName } from '../text/level-names.ts'
import { ScoreBar } from './score-bar.tsx'
import { ConfidenceBars, SignalBadge } from './signal-badge.tsx'
import { still } from './still.ts'

/** With more levels than this each has one line, so that more of them are in sight. */
const ROOMY_ROWS_MAX = 8

/** Browsers scroll by parts of a pixel, and tell places in whole ones. */
const ROUNDING_PX = 2

const Head = still(() => (
  <thead>
    <tr>
      <th scope="col" class="is-number">
        Price
      </th>
      <th scope="col">Level</th>
      <th scope="col" class="is-number">
        Dist $
      </th>
      <th scope="col" class="score-head">
        Break score
      </th>
      <th scope="col">Signal</th>
      <th scope="col">Conf</th>
    </tr>
  </thead>
))

/** Levels near spot, the highest price on top, with spot among them. */
export function Ladder({ board }: { readonly board: Board }): JSX.Element {
  const { ladder, selectedId } = board
  const spot = board.snap?.signals.spy.spot ?? null
  const list = useRef<HTMLTableSectionElement>(null)
  const isDense = ladder.length > ROOMY_ROWS_MAX
  const place = ladder.findIndex(({ id }) => id === selectedId)
  const isBelowSpot = spot !== null && (ladder[place]?.price ?? Infinity) < spot
  // Whoever scrolls the chosen row out of sight looks at others, until another one is chosen.
  const isLeft = useRef(false)
  useLayoutEffect(() => {
    isLeft.current = false
    const row = chosenRow(list.current)
    // Where the keyboard is in the ladder, it goes along.
    if (list.current?.contains(document.activeElement) === true) row?.focus({ preventScroll: true })
  }, [selectedId])
  // Only the ladder scrolls, never the page, and only when the chosen row has another place.
  useLayoutEffect(() => {
    const row = chosenRow(list.current)
    if (row !== null && !isLeft.current) scrollWithin(row.closest('.ladder-scroll'), row)
  }, [selectedId, place, isBelowSpot, isDense])
  return (
    <section
      class={isDense ? 'panel ladder is-dense' : 'panel ladder'}
      aria-label="Levels near spot"
    >
      <div
        class="ladder-scroll"
        onScroll={({ currentTarget }) => {
          isLeft.current = !isChosenInSight(currentTarget)
        }}
      >
        <table role="grid" aria-label="Levels near spot, highest price first">
          <Head />
          <tbody ref={list}>{rows(board, spot)}</tbody>
        </table>
        {ladder.length === 0 && <p class="empty">{emptyReason(board)}</p>}
      </div>
    </section>
  )
}

function chosenRow(list: Element | null): HTMLElement | null {
  return list?.querySelector<HTMLElement>('[aria-selected=true]') ?? null
}

/** Where a row is in sight below the heading: how far the box is scrolled at least, at most. */
function sightOf(
  box: Element,
  row: HTMLElement,
): { readonly least: number; readonly most: number } {
  const head = box.querySelector('thead')?.offsetHeight ?? 0
  const least = row.offsetTop + row.offsetHeight - box.clientHeight
  return { least, most: row.offsetTop - head }
}

/** Whether all of the chosen row is in sight; yes where there is none. */
function isChosenInSight(box: Element): boolean {
  const row = chosenRow(box)
  if (row === null) return true
  const { least, most } = sightOf(box, row)
  return box.scrollTop >= least - ROUNDING_PX && box.scrollTop <= most + ROUNDING_PX
}

/** Brings a row into sight. */
function scrollWithin(box: Element | null, row: HTMLElement): void {
  if (box === null) return
  const { least, most } = sightOf(box, row)
  if (box.scrollTop > most) box.scrollTop = most
  else if (box.scrollTop < least) box.scrollTop = least
}

function rows(board: Board, spot: number | null): JSX.Element[] {
  const { ladder, selectedId } = board
  const tabStop = ladder.some(({ id }) => id === selectedId) ? selectedId : ladder[0]?.id
  const lines = ladder.map((level) => (
    <LadderRow
      key={`level ${level.id}`}
      board={board}
      id={level.id}
      kind={level.kind}
      price={priceText(level.price)}
      distance={priceText(level.distance)}
      score={Math.round(level.breakScoreSmooth)}
      signal={level.signal}
      direction={level.direction}
      confidence={level.confidence}
      note={level.note}
      isSelected={level.id === selectedId}
      isTabStop={level.id === tabStop}
    />
  ))
  if (spot === null || ladder.length === 0) return lines
  const below = ladder.findIndex(({ price }) => price < spot)
  lines.splice(
    below < 0 ? lines.length : below,
    0,
    <tr key="spot" class="spot-row">
      <td class="is-number">{priceText(spot)}</td>
      <td colSpan={5}>spot</td>
    </tr>,
  )
  return lines
}

/** What a row says, as it says it: numbers that read the same are the same. */
interface LadderRowProps extends Pick<
  LevelSignal,
  'id' | 'kind' | 'signal' | 'direction' | 'confidence' | 'note'
> {
  readonly board: Board
  readonly price: string
  readonly distance: string
  readonly score: number
  readonly isSelected: boolean
  readonly isTabStop: boolean
}

const LadderRow = still((props: LadderRowProps) => {
  const { board, id, kind, price, distance, score, signal, direction, confidence, note } = props
  return (
    <tr
      class={`level is-${signal.toLowerCase()}`}
      aria-selected={props.isSelected}
      tabIndex={props.isTabStop ? 0 : -1}
      data-level={id}
      onClick={() => {
        board.select(id)
      }}
    >
      <NumberCell class="is-number level-price" text={price} />
      <NameCell id={id} kind={kind} direction={direction} note={note} />
      <NumberCell class="is-number" text={distance} />
      <ScoreCell score={score} />
      <SignalCell signal={signal} direction={direction} />
      <ConfidenceCell confidence={confidence} />
    </tr>
  )
})

// Cells that stay still one by one: of a level that moves, mostly the score does.

const NumberCell = still((props: { readonly class: string; readonly text: string }) => (
  <td class={props.class}>{props.text}</td>
))

const NameCell = still(
  ({ id, kind, direction, note }: Pick<LevelSignal, 'id' | 'kind' | 'direction' | 'note'>) => (
    <td class="name" title={id}>
      <span class="kind">
        <span class="facing" aria-hidden="true">
          {direction === 'SUPPORT' ? 'S' : 'R'}
        </span>
        {kindName(kind)}
      </span>
      <span class="why">{`${direction === 'SUPPORT' ? 'Support' : 'Resistance'} · ${note}`}</span>
    </td>
  ),
)

const ScoreCell = still(({ score }: { readonly score: number }) => (
  <td class="score-cell" aria-label={`Break score ${scoreText(score)} of 100`}>
    <ScoreBar score={score} />
    <span class="score-number">{scoreText(score)}</span>
  </td>
))

const SignalCell = still(({ signal, direction }: Pick<LevelSignal, 'signal' | 'direction'>) => (
  <td>
    <SignalBadge signal={signal} direction={direction} />
  </td>
))

const ConfidenceCell = still(({ confidence }: Pick<LevelSignal, 'confidence'>) => (
  <td>
    <ConfidenceBars confidence={confidence} />
  </td>
))

function emptyReason({ snap, hello }: Board): string {
  if (snap === null) return hello?.run?.snapCount === 0 ? 'The run has no snaps.' : 'No snap yet.'
  if (snap.signals.spy.spot === null) return 'Spot is not known yet, so no level is near it.'
  return 'No level is near spot.'
}
