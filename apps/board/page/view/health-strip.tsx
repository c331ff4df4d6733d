import type { JSX } from 'preact'
import { healthItems, type Grade, type HealthFacts, type HealthItem } from '../model/health.ts'
import { still } from './still.ts'

/** A shape for each grade: colour never tells alone. */
const gradeMarks: Readonly<Record<Grade, string>> = {
  good: '●',
  warning: '▲',
  bad: '✖',
  unknown: '○',
}

/** Connection, lag and data health: always in sight, each with its reason. */
export function HealthStrip({ facts }: { readonly facts: HealthFacts }): JSX.Element {
  return (
    <section class="health" aria-label="Connection and data health" tabIndex={0}>
      <ul class="health-items">
        {healthItems(facts).map((item) => (
          <Item {...item} id={item.key} key={item.key} />
        ))}
      </ul>
    </section>
  )
}

const Item = still(({ id, label, value, grade, detail }: HealthItem & { readonly id: string }) => (
  <li class={`health-item is-${grade}`} title={detail} data-testid={`health-${id}`}>
    <span class="grade" aria-hidden="true">
      {gradeMarks[grade]}
    </span>
    <span class="health-label">{label}</span>
    <span class="health-value">{value}</span>
    <span class="spoken">{`, ${grade}: ${detail}`}</span>
    {grade !== 'good' && (
      <span class="health-detail" aria-hidden="true">
        {detail}
      </span>
    )}
  </li>
))
