import type { ComponentChildren, JSX } from 'preact'
import { scoreText, shareText, UNKNOWN } from '../text/format.ts'
import { ScoreBar } from './score-bar.tsx'
import { still } from './still.ts'

interface ComponentCardProps {
  readonly title: string
  /** 0–100; null: the publisher does not tell. */
  readonly score: number | null
  readonly state: string
  readonly meaning: string
  /** 0–1; null: the publisher does not tell. */
  readonly confidence: number | null
  readonly testId: string
  readonly children: ComponentChildren
}

/** One of the three components of the score: how much, which state, and what it is made from. */
export function ComponentCard(props: ComponentCardProps): JSX.Element {
  const { title, score, state, meaning, confidence, testId, children } = props
  return (
    <section class="panel card" aria-label={title} data-testid={testId}>
      <header class="card-head">
        <h3>{title}</h3>
        {score === null ? <span class="soft">score not told</span> : <ScoreBar score={score} />}
        <b class="card-score" role="img" aria-label={`${title} score ${scoreText(score)} of 100`}>
          {scoreText(score)}
        </b>
      </header>
      <p class="card-state">
        <b>{state}</b> <span>{meaning}</span>
      </p>
      <div class="card-body">{children}</div>
      <p class="card-foot">
        <span>confidence</span>{' '}
        <b>{confidence === null ? `${UNKNOWN} not told` : shareText(confidence)}</b>
      </p>
    </section>
  )
}

interface QuantityProps {
  readonly name: string
  readonly value: string
  readonly unit?: string
  readonly detail?: string
}

/** A quantity with its name and unit. */
export const Quantity = still(({ name, value, unit, detail }: QuantityProps) => (
  <div class="quantity" title={detail}>
    <dt>{name}</dt>
    <dd>
      {value}
      {unit !== undefined && <small> {unit}</small>}
    </dd>
  </div>
))
