import type { Confidence, Direction, Signal } from '@levels/contracts'
import type { JSX } from 'preact'
import { still } from './still.ts'

/** A signal as a word with a shape; a break's triangle points where price breaks to. */
export const SignalBadge = still(
  ({ signal, direction }: { readonly signal: Signal; readonly direction: Direction }) => (
    <span class={`signal is-${signal.toLowerCase()}`}>
      <SignalMark signal={signal} direction={direction} />
      {signal}
    </span>
  ),
)

/** The shape alone, for narrow places; what it means stands beside it or is said. */
export function SignalMark({
  signal,
  direction,
  isHollow = false,
}: {
  readonly signal: Signal
  readonly direction: Direction
  /** The signal has ended. */
  readonly isHollow?: boolean
}): JSX.Element {
  return (
    <svg
      class={`mark is-${isHollow ? 'hollow' : signal.toLowerCase()}`}
      viewBox="0 0 10 10"
      aria-hidden="true"
    >
      <path d={markPath(signal, direction)} />
    </svg>
  )
}

function markPath(signal: Signal, direction: Direction): string {
  switch (signal) {
    case 'BREAK':
      return direction === 'RESISTANCE' ? 'M5 1 9.5 9H.5Z' : 'M5 9 9.5 1H.5Z'
    case 'REJECT':
      return 'M1.2 1.2h7.6v7.6H1.2Z'
    case 'CONTESTED':
      return 'M5 .3 9.7 5 5 9.7.3 5Z'
    case 'NEUTRAL':
      return 'M2 4.4h6v1.2H2Z'
  }
}

const filledBars: Readonly<Record<Confidence, number>> = { HIGH: 3, MEDIUM: 2, LOW: 1 }
const shortNames: Readonly<Record<Confidence, string>> = { HIGH: 'High', MEDIUM: 'Med', LOW: 'Low' }

/** Confidence as one to three bars and a word. */
export const ConfidenceBars = still(({ confidence }: { readonly confidence: Confidence }) => (
  <span class="confidence">
    <svg class="bars" viewBox="0 0 12 10" aria-hidden="true">
      {[0, 1, 2].map((bar) => (
        <rect
          key={bar}
          class={bar < filledBars[confidence] ? 'bar is-on' : 'bar'}
          x={bar * 4.4}
          y={6 - bar * 3}
          width="3.2"
          height={4 + bar * 3}
        />
      ))}
    </svg>
    {shortNames[confidence]}
  </span>
))
