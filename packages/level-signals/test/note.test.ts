import {
  BARRIER_STATES,
  BOOK_HEALTHS,
  BREAK_DIRECTIONS,
  FUEL_EFFECTS,
  SWEEP_DIRECTIONS,
} from '@levels/contracts'
import { describe, expect, it } from 'vitest'
import { describeLevel } from '../src/note.ts'

const FACTS = {
  barrier: 'VACUUM',
  fuel: 'AMPLIFY',
  sweep: 'DOWN',
  breakDirection: 'DOWN',
  book: 'live',
} as const

describe('a note', () => {
  it('says what depth, dealers and tape do', () => {
    expect(describeLevel(FACTS)).toBe('Vacuum + dealers chase; sweep confirms')
  })

  it('tells a sweep against the break from one with it', () => {
    expect(describeLevel({ ...FACTS, sweep: 'UP' })).toBe('Vacuum + dealers chase; sweep against')
  })

  it('leaves out what is neutral, but never all', () => {
    const facts = { ...FACTS, barrier: 'NEUTRAL', fuel: 'NEUTRAL', sweep: 'NONE' } as const
    expect(describeLevel(facts)).toBe('Balanced depth')
  })

  it('warns of a book that cannot be relied on', () => {
    expect(describeLevel({ ...FACTS, book: 'stale' })).toMatch(/; book stale$/)
  })

  it('is a different one, short and not empty, for all that differs', () => {
    const notes = BARRIER_STATES.flatMap((barrier) =>
      FUEL_EFFECTS.flatMap((fuel) =>
        BOOK_HEALTHS.flatMap((book) =>
          SWEEP_DIRECTIONS.map((sweep) =>
            describeLevel({ barrier, fuel, sweep, breakDirection: BREAK_DIRECTIONS[0], book }),
          ),
        ),
      ),
    )
    expect(new Set(notes).size).toBe(notes.length)
    for (const note of notes) expect(note).toMatch(/^[A-Z].{5,79}$/)
  })
})
