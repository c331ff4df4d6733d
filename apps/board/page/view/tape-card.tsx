import type { LevelSignal, SweepDetection } from '@levels/contracts'
import type { JSX } from 'preact'
import { compactText, countText, signedText, sizeText, UNKNOWN } from '../text/format.ts'
import { ComponentCard, Quantity } from './component-card.tsx'

/** What pushes: ES trades near the level. */
export function TapeCard({ level }: { readonly level: LevelSignal }): JSX.Element {
  const { tape, components, smooth } = level
  const isQuiet = tape.buyVol + tape.sellVol === 0
  const { state, meaning } = lead(tape.imbalance, isQuiet)
  return (
    <ComponentCard
      title="Tape"
      score={components?.tapeScore ?? null}
      state={state}
      meaning={meaning}
      confidence={tape.confidence}
      testId="tape"
    >
      <ImbalanceBar imbalance={tape.imbalance} buyVol={tape.buyVol} sellVol={tape.sellVol} />
      <dl class="quantities">
        <Quantity
          name="Imbalance"
          value={isQuiet ? '—' : signedText(tape.imbalance, 2)}
          unit={isQuiet ? 'no trades' : ''}
          detail="(bought − sold) / (bought + sold)"
        />
        <Quantity
          name="Velocity"
          value={signedText(tape.velocity, 3)}
          unit="$/s"
          detail="slope of the last trades, SPY dollars a second"
        />
        <Quantity
          name="Smoothed"
          value={smooth === null ? UNKNOWN : signedText(smooth.velocity, 3)}
          unit={smooth === null ? 'not told' : '$/s'}
        />
      </dl>
      <Sweep sweep={tape.sweep} />
    </ComponentCard>
  )
}

function lead(imbalance: number, isQuiet: boolean): { state: string; meaning: string } {
  if (isQuiet) return { state: 'QUIET', meaning: 'no trades near the level' }
  if (imbalance > 0.1) return { state: 'BUYERS', meaning: 'lift the offer' }
  if (imbalance < -0.1) return { state: 'SELLERS', meaning: 'hit the bid' }
  return { state: 'BALANCED', meaning: 'neither side leads' }
}

interface ImbalanceProps {
  readonly imbalance: number
  readonly buyVol: number
  readonly sellVol: number
}

/** Sold to the left, hatched, bought to the right, plain, as shares of all. */
function ImbalanceBar({ imbalance, buyVol, sellVol }: ImbalanceProps): JSX.Element {
  const total = Math.max(1, buyVol + sellVol)
  const sold = (sellVol / total) * 100
  const spoken = `Sold ${countText(sellVol)}, bought ${countText(buyVol)} contracts, imbalance ${signedText(imbalance, 2)}`
  const isQuiet = buyVol + sellVol === 0
  return (
    <figure class="flow">
      <svg viewBox="0 0 200 22" preserveAspectRatio="none" role="img" aria-label={spoken}>
        <defs>
          <pattern id="tape-hatch" width="6" height="16" patternUnits="userSpaceOnUse">
            <path class="tape-hatch" d="M5.5 0v16" />
          </pattern>
        </defs>
        <rect class="flow-ground" x="0" y="3" width="200" height="16" />
        {!isQuiet && <rect class="tape-sold" x="0" y="3" width={sold * 2} height="16" />}
        {!isQuiet && <rect fill="url(#tape-hatch)" x="0" y="3" width={sold * 2} height="16" />}
        {!isQuiet && (
          <rect class="tape-bought" x={sold * 2} y="3" width={200 - sold * 2} height="16" />
        )}
        <rect class="flow-middle" x="99.5" y="0" width="1" height="22" />
      </svg>
      <figcaption class="flow-legend">
        <span class="key-sold">
          <i aria-hidden="true" /> sold <b>{sizeText(sellVol)}</b>
        </span>
        <span class="key-bought">
          <i aria-hidden="true" /> bought <b>{sizeText(buyVol)}</b>
        </span>
      </figcaption>
    </figure>
  )
}

function Sweep({ sweep }: { readonly sweep: Omit<SweepDetection, 'venues'> }): JSX.Element {
  const { detected, direction, notional, numPrints, windowMs } = sweep
  if (!detected) {
    return (
      <p class="sweep" data-testid="sweep">
        <b>No sweep</b>
        <span>in the last seconds</span>
      </p>
    )
  }
  const mark = direction === 'UP' ? '▲' : '▼'
  return (
    <p class="sweep is-on" data-testid="sweep">
      <b>{`${mark} Sweep ${direction} $${compactText(notional)}`}</b>
      <span>{`${countText(numPrints)} prints in ${countText(windowMs)} ms`}</span>
    </p>
  )
}
