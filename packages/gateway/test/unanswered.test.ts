import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Unanswered } from '../src/unanswered.ts'

describe('what a client has not answered for', () => {
  it('is four batches at most, or one that is large', () => {
    const unanswered = new Unanswered()
    const payloads: Uint8Array[] = []
    for (let n = 0; n < 4; n++) {
      expect(unanswered.isFull).toBe(false)
      unanswered.add(false)
      payloads.push(unanswered.payload)
    }
    expect(unanswered.isFull).toBe(true)
    unanswered.answer(payloads[1]!) // for the first too: a client may answer the newest ping only
    unanswered.add(true)
    expect(unanswered.isFull).toBe(true)
    unanswered.answer(payloads[3]!)
    expect(unanswered.isFull).toBe(true)
    unanswered.answer(unanswered.payload)
    expect(unanswered.isFull).toBe(false)
  })

  it('is told by the answers however many have gone by, and by nothing that was not asked', () => {
    const unanswered = new Unanswered()
    let open: Uint8Array[] = []
    const step = fc.oneof(fc.nat(6), fc.uint8Array({ maxLength: 3 }))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        for (const given of steps) {
          if (typeof given !== 'number') {
            if (open.some((payload) => Buffer.compare(payload, given) === 0)) continue
            unanswered.answer(given)
          } else if (given > 3 && open.length < 4) {
            unanswered.add(false)
            open.push(unanswered.payload)
          } else if (given < open.length) {
            unanswered.answer(open[given]!)
            open = open.slice(given + 1)
          }
          expect(unanswered.isFull).toBe(open.length === 4)
        }
      }),
    )
  })
})
