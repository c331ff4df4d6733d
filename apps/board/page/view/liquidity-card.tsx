import type { LevelSignal } from '@levels/contracts'
import type { JSX } from 'preact'
import { sizeText, priceText, ratioText, shareText, signedSizeText } from '../text/format.ts'
import { barrierMeanings } from '../text/level-names.ts'
import { ComponentCard, Quantity } from './component-card.tsx'

/** What defends the level: flows of ES depth over the barrier window, and what is there now. */
export function LiquidityCard({ level }: { readonly level: LevelSignal }): JSX.Element {
  const { barrier, components } = level
  const { defendingQuote } = barrier
  const isUnseen = barrier.visibility === 0
  // Where nothing of the zone was in sight, no flow is not a flow of none.
  const isBlind = isUnseen && barrier.churn === 0
  return (
    <ComponentCard
      title="Liquidity"
      score={components?.liquidityScore ?? null}
      state={barrier.state}
      meaning={barrierMeanings[barrier.state]}
      confidence={barrier.confidence}
      testId="liquidity"
    >
      <FlowBar {...barrier} isBlind={isBlind} />
      <dl class="quantities">
        <Quantity
          name="Δ liquidity"
          value={isBlind ? '—' : signedSizeText(barrier.deltaLiq)}
          unit={isBlind ? 'out of sight' : 'ct'}
          detail="added − canceled − filled"
        />
        <Quantity
          name="Refill ratio"
          value={isBlind ? '—' : ratioText(barrier.replenishmentRatio)}
          detail="added / (canceled + filled)"
        />
        <Quantity
          name="Depth in zone"
          value={isUnseen ? '—' : sizeText(barrier.depthInZone)}
          unit={isUnseen ? 'out of sight' : 'ct'}
          detail="displayed now"
        />
        <Quantity
          name="Churn"
          value={isBlind ? '—' : sizeText(barrier.churn)}
          unit={isBlind ? 'out of sight' : 'ct'}
          detail="added + canceled + filled"
        />
        <Quantity
          name="Defended by"
          value={isUnseen ? '—' : sizeText(defendingQuote.size)}
          unit={isUnseen ? 'out of sight' : quotePlace(defendingQuote.price)}
          detail="largest displayed size"
        />
        <Quantity
          name="Visible"
          value={shareText(barrier.visibility)}
          detail="share of the zone in the ten levels of the book"
        />
      </dl>
    </ComponentCard>
  )
}

function quotePlace(price: number | null): string {
  return price === null ? 'nothing shown' : `at ${priceText(price)}`
}

interface Flows {
  readonly addedSize: number
  readonly canceledSize: number
  readonly filledSize: number
  /** Nothing of the zone was in sight: the sizes say nothing. */
  readonly isBlind: boolean
}

const WIDTH = 200

/** What came against what went, on one scale; canceled is plain, filled is hatched. */
function FlowBar({ addedSize, canceledSize, filledSize, isBlind }: Flows): JSX.Element {
  const most = Math.max(1, addedSize, canceledSize + filledSize)
  const width = (size: number): number => (size / most) * WIDTH
  const text = (size: number): string => (isBlind ? '—' : sizeText(size))
  const spoken = isBlind
    ? 'Flows out of sight'
    : `Added ${text(addedSize)}, canceled ${text(canceledSize)}, filled ${text(filledSize)} contracts`
  return (
    <figure class="flow">
      <svg viewBox={`0 0 ${WIDTH} 22`} preserveAspectRatio="none" role="img" aria-label={spoken}>
        <defs>
          <pattern id="flow-hatch" width="5" height="10" patternUnits="userSpaceOnUse">
            <path class="flow-hatch" d="M4.5 0v10" />
          </pattern>
        </defs>
        <rect class="flow-ground" x="0" y="0" width={WIDTH} height="10" />
        <rect class="flow-ground" x="0" y="12" width={WIDTH} height="10" />
        <rect class="flow-added" x="0" y="0" width={width(addedSize)} height="10" />
        <rect class="flow-canceled" x="0" y="12" width={width(canceledSize)} height="10" />
        <rect
          class="flow-filled"
          x={width(canceledSize)}
          y="12"
          width={width(filledSize)}
          height="10"
        />
        <rect
          fill="url(#flow-hatch)"
          x={width(canceledSize)}
          y="12"
          width={width(filledSize)}
          height="10"
        />
      </svg>
      <figcaption class="flow-legend">
        <span class="key-added" data-testid="added">
          <i aria-hidden="true" /> added <b>{text(addedSize)}</b>
        </span>
        <span class="key-canceled" data-testid="canceled">
          <i aria-hidden="true" /> canceled <b>{text(canceledSize)}</b>
        </span>
        <span class="key-filled" data-testid="filled">
          <i aria-hidden="true" /> filled <b>{text(filledSize)}</b>
        </span>
      </figcaption>
    </figure>
  )
}
