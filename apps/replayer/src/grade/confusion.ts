/** How well one class was told from the others. Null where nothing can be said. */
export interface ClassGrade {
  readonly label: string
  /** Cases of which it was the truth. */
  readonly cases: number
  /** Share of its answers that were right, 0–1; null: never answered. */
  readonly precision: number | null
  /** Share of its cases that were found, 0–1; null: no cases. */
  readonly recall: number | null
  /** Harmonic mean of both; 0 where a class with cases was never found. */
  readonly f1: number | null
}

/** Counts of truths against answers, for a fixed list of classes. */
export class Confusion<Label extends string> {
  readonly labels: readonly Label[]
  readonly #counts: number[][]

  constructor(labels: readonly Label[]) {
    this.labels = labels
    this.#counts = labels.map(() => labels.map(() => 0))
  }

  /** By truth, then by answer. */
  get counts(): readonly (readonly number[])[] {
    return this.#counts
  }

  /** @throws RangeError when a label is none of the list */
  add(truth: Label, answer: Label, cases = 1): void {
    const row = this.#counts[this.#placeOf(truth)]
    const at = this.#placeOf(answer)
    if (row !== undefined) row[at] = (row[at] ?? 0) + cases
  }

  get grades(): ClassGrade[] {
    return this.labels.map((label, at) => {
      const right = this.#counts[at]?.[at] ?? 0
      const cases = sum(this.#counts[at] ?? [])
      const answers = sum(this.#counts.map((row) => row[at] ?? 0))
      const f1 = cases === 0 ? null : (2 * right) / (cases + answers)
      return { label, cases, precision: share(right, answers), recall: share(right, cases), f1 }
    })
  }

  /** Mean F1 of the classes that have cases, each counting alike; null without any. */
  get macroF1(): number | null {
    const scores = this.grades.flatMap(({ f1 }) => f1 ?? [])
    return scores.length === 0 ? null : sum(scores) / scores.length
  }

  #placeOf(label: Label): number {
    const place = this.labels.indexOf(label)
    if (place < 0) throw new RangeError(`expected one of ${this.labels.join(', ')}, was ${label}`)
    return place
  }
}

/** A part of a whole, 0–1; null of nothing. */
export function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
