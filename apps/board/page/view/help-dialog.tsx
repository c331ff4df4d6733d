import type { JSX } from 'preact'
import { Dialog } from './dialog.tsx'
import { SignalBadge } from './signal-badge.tsx'

const keys: readonly (readonly [string, string])[] = [
  ['↑ ↓', 'choose the level above, below'],
  ['F', 'follow: the level that matters most'],
  ['1 – 5', 'time shown: 2, 5, 15 minutes, 1 hour, all'],
  ['T', 'theme: auto, dark, light'],
  ['?', 'this help'],
]

const replayKeys: readonly (readonly [string, string])[] = [
  ['Space', 'play, pause'],
  ['← →', 'one second back, on; with Shift ten'],
  [', .', 'one snap back, on'],
  ['[ ]', 'former, next signal'],
  ['− +', 'slower, faster'],
  ['Home End', 'first, last snap'],
]

/** Letters that stand where there is no room for words. */
const letters: readonly (readonly [string, string])[] = [
  ['S R', 'in a list of many levels: support, resistance'],
  ['L S', 'among the bars of dealer gamma: the level, spot'],
  ['F C P', 'there, too: gamma flip, call wall, put wall; ◂ ▸ lies beyond the strikes drawn'],
]

/** Keys, and what is to be seen. */
export function HelpDialog({
  isReplay,
  onClose,
}: {
  readonly isReplay: boolean
  readonly onClose: () => void
}): JSX.Element {
  return (
    <Dialog title="Keys and meaning" onClose={onClose}>
      <dl class="keys">
        {[...keys, ...(isReplay ? replayKeys : [])].map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <dl class="meanings">
        <div>
          <dt>
            <SignalBadge signal="BREAK" direction="RESISTANCE" />
          </dt>
          <dd>price will go through; the triangle points where to</dd>
        </div>
        <div>
          <dt>
            <SignalBadge signal="REJECT" direction="RESISTANCE" />
          </dt>
          <dd>price will be turned back</dd>
        </div>
        <div>
          <dt>
            <SignalBadge signal="CONTESTED" direction="RESISTANCE" />
          </dt>
          <dd>much is traded, nothing is decided</dd>
        </div>
        {letters.map(letterMeaning)}
      </dl>
      <p>
        The score says from 0 (turned back) to 100 (breaks) what liquidity, hedging and the tape add
        up to. Sizes are ES contracts; prices, distances and velocity SPY dollars; gamma shares per
        $1. A dash is a number that is not known; the reason stands beside it.
      </p>
      <button
        type="button"
        class="dialog-button"
        onClick={(event) => event.currentTarget.closest('dialog')?.close()}
      >
        Close
      </button>
    </Dialog>
  )
}

function letterMeaning([letter, meaning]: readonly [string, string]): JSX.Element {
  return (
    <div key={letter}>
      <dt>
        <b>{letter}</b>
      </dt>
      <dd>{meaning}</dd>
    </div>
  )
}
