import { still } from './still.ts'

/**
 * A score of 0–100 as a bar from the middle: to the right it breaks, to the left it is turned back.
 * Side and length tell without colour.
 */
export const ScoreBar = still(({ score }: { readonly score: number }) => {
  const width = Math.abs(score - 50)
  return (
    <svg class="score-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect class="score-ground" x="0" y="3" width="100" height="2" />
      <rect
        class={score >= 50 ? 'score-fill is-break' : 'score-fill is-reject'}
        x={Math.min(50, score)}
        y="0"
        width={width}
        height="8"
      />
      <rect class="score-tick" x="49.5" y="0" width="1" height="8" />
    </svg>
  )
})
