import type { GammaWall, LevelSignal } from '@levels/contracts'
import type { JSX } from 'preact'
import { compactText, priceText, shareText, signedCompactText, UNKNOWN } from '../text/format.ts'
import { fuelMeanings } from '../text/level-names.ts'
import { ComponentCard, Quantity } from './component-card.tsx'

interface HedgingCardProps {
  readonly level: LevelSignal
  readonly spot: number | null
  /** Share of option trades whose greeks are known; null: no option trades; undefined: not told. */
  readonly coverage: number | null | undefined
}

/** What option dealers will do: their gamma, by strike. */
export function HedgingCard({ level, spot, coverage }: HedgingCardProps): JSX.Element {
  const { fuel, components } = level
  const isUnknown = (coverage ?? null) === null && fuel.gammaByStrike.size === 0
  return (
    <ComponentCard
      title="Hedging"
      score={components?.hedgeScore ?? null}
      state={fuel.effect}
      meaning={isUnknown ? 'no option flow yet' : fuelMeanings[fuel.effect]}
      confidence={fuel.confidence}
      testId="hedging"
    >
      <GammaBars level={level} spot={spot} />
      <dl class="quantities">
        <Quantity
          name="Net dealer γ"
          value={isUnknown ? UNKNOWN : signedCompactText(fuel.netDealerGamma)}
          unit={isUnknown ? 'no option flow' : 'sh/$'}
          detail="of strikes near the level; negative: dealers are short gamma"
        />
        <Quantity
          name="Flip"
          value={fuel.hvl === null ? UNKNOWN : priceText(fuel.hvl)}
          unit={fuel.hvl === null ? 'none' : ''}
          detail="where dealer gamma changes sign"
        />
        <Quantity name="Call wall" value={wallText(fuel.callWall)} unit={wallUnit(fuel.callWall)} />
        <Quantity name="Put wall" value={wallText(fuel.putWall)} unit={wallUnit(fuel.putWall)} />
        <Quantity
          name="Greeks known"
          value={shareText(coverage ?? null)}
          unit={coverage === undefined ? 'not told' : coverage === null ? 'no option trades' : ''}
        />
      </dl>
    </ComponentCard>
  )
}

function wallText(wall: GammaWall | null): string {
  return wall === null ? UNKNOWN : priceText(wall.strike)
}

function wallUnit(wall: GammaWall | null): string {
  return wall === null ? 'none' : `${compactText(wall.netGamma)} ×${wall.strength.toFixed(1)}`
}

const WIDTH = 200
const HEIGHT = 96
const MIDDLE = 46
const BAR_ROOM = 34
/** Strikes drawn on either side of the level. */
const STRIKES_MAX = 21

/** A bar a strike: up where dealers are long gamma, down where they are short. */
function GammaBars({
  level,
  spot,
}: {
  readonly level: LevelSignal
  readonly spot: number | null
}): JSX.Element {
  const { fuel } = level
  const { hvl: flip, callWall, putWall } = fuel
  const strikes = nearestStrikes(fuel.gammaByStrike, level.price)
  if (strikes.length === 0) return <p class="empty gamma">No option flow by strike yet.</p>
  const low = Math.min(strikes[0]?.[0] ?? 0, level.price, spot ?? Infinity) - 0.75
  const high = Math.max(strikes.at(-1)?.[0] ?? 0, level.price, spot ?? -Infinity) + 0.75
  const x = (priceUsd: number): number => ((priceUsd - low) / (high - low)) * WIDTH
  const isDrawn = (priceUsd: number): boolean => priceUsd >= low && priceUsd <= high
  const most = Math.max(1, ...strikes.map(([, gamma]) => Math.abs(gamma)))
  const marks = [
    { text: 'F', priceUsd: flip },
    { text: 'C', priceUsd: callWall?.strike ?? null },
    { text: 'P', priceUsd: putWall?.strike ?? null },
  ].filter((mark): mark is BeyondMark => mark.priceUsd !== null)
  const barWidth = Math.min(12, (WIDTH / (high - low)) * 0.6)
  const spoken = `Dealer gamma by strike, ${strikes.length} strikes from ${strikes[0]?.[0]} to ${strikes.at(-1)?.[0]}`
  return (
    <svg class="gamma" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={spoken}>
      <line class="gamma-zero" x1="0" x2={WIDTH} y1={MIDDLE} y2={MIDDLE} />
      {flip !== null && isDrawn(flip) && <Marker x={x(flip)} name="flip" text="F" />}
      <Marker x={x(level.price)} name="level" text="L" />
      {spot !== null && (
        <Marker x={x(spot)} name="spot" text={Math.abs(x(spot) - x(level.price)) < 9 ? '' : 'S'} />
      )}
      {strikes.map(([strike, gamma]) => {
        const height = (Math.abs(gamma) / most) * BAR_ROOM
        return (
          <rect
            key={strike}
            class={gamma < 0 ? 'gamma-short' : 'gamma-long'}
            x={x(strike) - barWidth / 2}
            y={gamma < 0 ? MIDDLE : MIDDLE - height}
            width={barWidth}
            height={height}
          />
        )
      })}
      {callWall !== null && isDrawn(callWall.strike) && (
        <WallMark wall={callWall} x={x} text="C" gammaByStrike={fuel.gammaByStrike} />
      )}
      {putWall !== null && isDrawn(putWall.strike) && (
        <WallMark wall={putWall} x={x} text="P" gammaByStrike={fuel.gammaByStrike} />
      )}
      <BeyondMarks side="low" marks={marks.filter(({ priceUsd }) => priceUsd < low)} />
      <BeyondMarks side="high" marks={marks.filter(({ priceUsd }) => priceUsd > high)} />
      {tickStrikes(strikes).map((strike) => (
        <text key={strike} class="gamma-tick" x={x(strike)} y={HEIGHT - 1}>
          {strike}
        </text>
      ))}
    </svg>
  )
}

function Marker({
  x,
  name,
  text,
}: {
  readonly x: number
  readonly name: string
  readonly text: string
}): JSX.Element {
  return (
    <g class={`gamma-marker is-${name}`}>
      <line x1={x} x2={x} y1="8" y2={HEIGHT - 11} />
      <text x={x} y="7">
        {text}
      </text>
    </g>
  )
}

interface WallMarkProps {
  readonly wall: GammaWall
  readonly x: (priceUsd: number) => number
  readonly text: string
  /** Dealer gamma by strike, all options: the mark stands on the side without a bar. */
  readonly gammaByStrike: ReadonlyMap<number, number>
}

function WallMark({ wall, x, text, gammaByStrike }: WallMarkProps): JSX.Element {
  const isBelow = (gammaByStrike.get(wall.strike) ?? 0) < 0
  return (
    <text class="gamma-wall" x={x(wall.strike)} y={isBelow ? MIDDLE - 4 : MIDDLE + 11}>
      {text}
    </text>
  )
}

interface BeyondMark {
  readonly text: string
  readonly priceUsd: number
}

/** What lies beyond the strikes that are drawn stands at the edge, with its price. */
function BeyondMarks({
  side,
  marks,
}: {
  readonly side: 'low' | 'high'
  readonly marks: readonly BeyondMark[]
}): JSX.Element {
  return (
    <g class={`gamma-beyond is-${side}`}>
      {marks.map(({ text, priceUsd }, index) => (
        <text key={text} x={side === 'low' ? 0 : WIDTH} y={17 + index * 10}>
          {side === 'low' ? `◂ ${text} ${priceText(priceUsd)}` : `${text} ${priceText(priceUsd)} ▸`}
        </text>
      ))}
    </g>
  )
}

/** The strikes nearest to a price, ascending. */
function nearestStrikes(
  gammaByStrike: ReadonlyMap<number, number>,
  priceUsd: number,
): [number, number][] {
  const all = [...gammaByStrike]
  if (all.length <= STRIKES_MAX) return all
  const distance = ([strike]: [number, number]): number => Math.abs(strike - priceUsd)
  return all
    .sort((a, b) => distance(a) - distance(b))
    .slice(0, STRIKES_MAX)
    .sort(([a], [b]) => a - b)
}

/** At most five strikes that are named below the bars. */
function tickStrikes(strikes: readonly (readonly [number, number])[]): number[] {
  const every = Math.ceil(strikes.length / 5)
  return strikes.filter((_, index) => index % every === 0).map(([strike]) => strike)
}
