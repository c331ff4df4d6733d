import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Confusion } from '../../src/grade/confusion.ts'

const LABELS = ['A', 'B', 'C'] as const
type Label = (typeof LABELS)[number]
type Case = readonly [truth: Label, answer: Label]

/** The same from the list of cases, by the definitions. */
function naive(cases: readonly Case[]) {
  const ratio = (part: readonly unknown[], whole: readonly unknown[]): number | null =>
    whole.length === 0 ? null : part.length / whole.length
  const classes = LABELS.map((label) => {
    const own = cases.filter(([truth]) => truth === label)
    const answers = cases.filter(([, answer]) => answer === label)
    const right = own.filter(([, answer]) => answer === label)
    const precision = ratio(right, answers)
    const recall = ratio(right, own)
    let f1: number | null = null
    if (recall !== null) {
      const p = precision ?? 0
      f1 = p + recall === 0 ? 0 : (2 * p * recall) / (p + recall)
    }
    return { label, cases: own.length, precision, recall, f1 }
  })
  const known = classes.flatMap(({ f1 }) => f1 ?? [])
  const macroF1 = known.length === 0 ? null : known.reduce((a, b) => a + b, 0) / known.length
  return { classes, macroF1 }
}

function confusionOf(cases: readonly Case[]): Confusion<Label> {
  const confusion = new Confusion(LABELS)
  for (const [truth, answer] of cases) confusion.add(truth, answer)
  return confusion
}

describe('a confusion matrix', () => {
  it('counts truths by row and answers by column', () => {
    const { counts, grades, macroF1 } = confusionOf([
      ['A', 'A'],
      ['A', 'B'],
      ['B', 'B'],
      ['C', 'B'],
    ])
    expect(counts).toEqual([
      [1, 1, 0],
      [0, 1, 0],
      [0, 1, 0],
    ])
    expect(grades).toEqual([
      { label: 'A', cases: 2, precision: 1, recall: 0.5, f1: 2 / 3 },
      { label: 'B', cases: 1, precision: 1 / 3, recall: 1, f1: 0.5 },
      { label: 'C', cases: 1, precision: null, recall: 0, f1: 0 },
    ])
    expect(macroF1).toBeCloseTo((2 / 3 + 0.5) / 3, 12)
  })

  it('says nothing of what was never played', () => {
    const { grades, macroF1 } = confusionOf([])
    expect(macroF1).toBeNull()
    expect(grades[0]).toEqual({ label: 'A', cases: 0, precision: null, recall: null, f1: null })
  })

  it('grades as the definitions do', () => {
    const label = fc.constantFrom(...LABELS)
    fc.assert(
      fc.property(fc.array(fc.tuple(label, label), { maxLength: 60 }), (cases) => {
        const { grades, macroF1 } = confusionOf(cases)
        const expected = naive(cases)
        for (const [at, grade] of grades.entries()) {
          const { f1, ...rest } = expected.classes[at]!
          expect(grade).toMatchObject(rest)
          if (f1 === null) expect(grade.f1).toBeNull()
          else expect(grade.f1).toBeCloseTo(f1, 12)
        }
        if (expected.macroF1 === null) expect(macroF1).toBeNull()
        else expect(macroF1).toBeCloseTo(expected.macroF1, 12)
      }),
    )
  })

  it('refuses a label it does not know', () => {
    const confusion = new Confusion<string>(['A'])
    expect(() => confusion.add('A', 'Z')).toThrow('expected one of A, was Z')
  })
})
