// Subjects and patterns against a naive twin: every subject of a small alphabet, one by one.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { checkPattern, checkSubject, matches, overlaps } from '../src/subject.ts'

const token = fc.constantFrom('a', 'b')
const subject = fc.array(token, { minLength: 1, maxLength: 4 }).map((tokens) => tokens.join('.'))
const pattern = fc
  .tuple(
    fc.array(fc.oneof(token, fc.constant('*')), { minLength: 0, maxLength: 3 }),
    fc.constantFrom('a', '*', '>'),
  )
  .map(([tokens, last]) => [...tokens, last].join('.'))

/** The pattern as a regular expression. */
const twin = (text: string): RegExp =>
  new RegExp(`^${text.replaceAll('.', '\\.').replaceAll('*', '[^.]+').replace('>', '.+')}$`)

/** All subjects of one to five tokens. */
const universe = [1, 2, 3, 4, 5].flatMap((length) =>
  Array.from({ length: 2 ** length }, (_, index) =>
    Array.from({ length }, (__, place) => ((index >> place) & 1 ? 'b' : 'a')).join('.'),
  ),
)

it('a pattern means the subjects that its regular expression does', () => {
  fc.assert(
    fc.property(pattern, subject, (wanted, given) => {
      checkPattern(wanted)
      checkSubject(given)
      expect(matches(wanted, given)).toBe(twin(wanted).test(given))
    }),
    { numRuns: 2_000 },
  )
})

it('two patterns overlap when some subject is meant by both', () => {
  fc.assert(
    fc.property(pattern, pattern, (one, other) => {
      const shared = universe.some((each) => matches(one, each) && matches(other, each))
      expect(overlaps(one, other)).toBe(shared)
      expect(overlaps(other, one)).toBe(shared)
    }),
    { numRuns: 2_000 },
  )
})
