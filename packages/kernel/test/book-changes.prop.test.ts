import fc from 'fast-check'
import { expect, it } from 'vitest'
import { BookChanges, BOOK_SLOTS, lowestSlot, MarketEvent } from '../src/index.ts'

const SIDE_SLOTS = BOOK_SLOTS / 2

/** What happens to a book before it is looked at again. */
const step = fc.record({
  slots: fc.array(fc.nat(BOOK_SLOTS - 1), { maxLength: 4 }),
  value: fc.integer({ min: -2, max: 2 }),
  /** Which of two owners' arrays it happens to. */
  owner: fc.nat(1),
  what: fc.constantFrom('counted', 'counted', 'counted', 'missed', 'uncounted', 'forgotten'),
})

/** Changes an owner's book, and says what changed as the contract of `bookRevision` has it. */
function revise(event: MarketEvent, slots: readonly number[], value: number): void {
  const before = event.book.slice()
  for (const slot of slots) event.book[slot] = value
  event.bookRevision++
  event.changedBids = 0
  event.changedAsks = 0
  event.book.forEach((now, i) => {
    if (now === before[i]) return
    if (i < SIDE_SLOTS) event.changedBids |= 1 << i
    else event.changedAsks |= 1 << (i - SIDE_SLOTS)
  })
}

function slotsOf(changed: number, from: number): number[] {
  const slots: number[] = []
  for (let left = changed; left !== 0; left &= left - 1) slots.push(from + lowestSlot(left))
  return slots
}

it('finds what a comparison of all slots finds, whoever gave the books and whatever they said', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const owners = [new MarketEvent(), new MarketEvent()] as const
      const changes = new BookChanges()
      const last = new Int32Array(BOOK_SLOTS)
      for (const { slots, value, owner, what } of steps) {
        const event = owners[owner] ?? owners[0]
        revise(event, slots, value)
        if (what === 'missed') continue
        if (what === 'forgotten') {
          last.fill(value)
          changes.forget()
        }
        const uncounted = Object.assign(new MarketEvent(event.book), { changedBids: 1 })
        changes.find(what === 'uncounted' ? uncounted : event, last)
        const wanted = [...last.keys()].filter((i) => last[i] !== event.book[i])
        expect([...slotsOf(changes.bids, 0), ...slotsOf(changes.asks, SIDE_SLOTS)]).toEqual(wanted)
        last.set(event.book)
      }
    }),
    { numRuns: 1_000 },
  )
})

it('takes the word of the next revision of the same array, without comparing', () => {
  const event = Object.assign(new MarketEvent(), { bookRevision: 7 })
  const changes = new BookChanges()
  const last = new Int32Array(BOOK_SLOTS)
  changes.find(event, last)
  Object.assign(event, { bookRevision: 8, changedBids: 0b100, changedAsks: 0b1 })
  changes.find(event, last)
  expect([changes.bids, changes.asks]).toEqual([0b100, 0b1])
})
