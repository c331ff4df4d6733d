import { zstdCompressSync } from 'node:zlib'
import { Action } from '@levels/dbn'
import { NS_PER_MS } from '@levels/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FeedError } from '../src/errors.ts'
import {
  dbnBytes,
  depthAt,
  fileOf,
  OPEN_RELNS as T,
  record,
  type Recording,
  tagsOf,
} from './support.ts'

const RECORDS = 40
const GAP_NS = 30 * NS_PER_MS

const whole = dbnBytes('mbp-10', (w) => {
  for (let i = 0; i < RECORDS; i++) {
    const action = i % 5 === 0 ? Action.Trade : Action.Modify
    const event = Object.assign(depthAt(T + i * GAP_NS, 19_200 + (i % 3)), {
      priceTicks: 19_200,
      size: 1,
    })
    w.writeMbp10(event, tagsOf({ action, sequence: i + 1 }))
  }
})
const inputs = [whole, new Uint8Array(zstdCompressSync(whole))]

/** What a run gives, or the fault that kept it from beginning. */
async function attempt(bytes: Uint8Array): Promise<Recording | FeedError> {
  try {
    return await record([fileOf(bytes)])
  } catch (error) {
    if (error instanceof FeedError) return error
    throw error
  }
}

describe('a damaged file', () => {
  it('that is cut off gives a beginning of what the whole gives, and a fault', async () => {
    const full = await record([fileOf(whole)])
    const input = fc.constantFrom(...inputs)
    await fc.assert(
      fc.asyncProperty(
        input,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        async (bytes, share) => {
          const cut = bytes.subarray(0, Math.floor(bytes.length * share))
          const run = await attempt(cut)
          if (run instanceof FeedError) return
          expect(run.order).toEqual(full.order.slice(0, run.order.length))
          // A cut between two records of a plain file cannot be told from its end.
          if (run.result.outcome === 'end') expect((whole.length - cut.length) % 368).toBe(0)
          else expect(run.result.faults[0]?.byteOffset).toBeLessThanOrEqual(cut.length)
        },
      ),
      { numRuns: 150 },
    )
  })

  it('that has a wrong byte ends, orders what it gives and floods nobody', async () => {
    const input = fc.constantFrom(...inputs)
    const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    await fc.assert(
      fc.asyncProperty(
        input,
        place,
        fc.integer({ min: 1, max: 255 }),
        async (bytes, share, flip) => {
          const damaged = Uint8Array.from(bytes)
          const at = Math.floor(bytes.length * share)
          damaged[at] = (damaged[at] ?? 0) ^ flip
          const run = await attempt(damaged)
          if (run instanceof FeedError) return
          const times = run.events.map((event) => event.tsRelNs)
          expect(times).toEqual([...times].sort((a, b) => a - b))
          expect(run.events.length).toBeLessThanOrEqual(RECORDS * 2)
          // An event may claim a time from an hour before its capture to a minute after, no more.
          expect(run.boundaries.length).toBeLessThan(4 * 3_700)
        },
      ),
      { numRuns: 300 },
    )
  })
})
