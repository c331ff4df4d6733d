import { z } from 'zod'
import { type Aggressor, AGGRESSORS, INT32_MAX, SOURCES } from './event-words.ts'

const aggressorOf = (wire: Aggressor | 1 | -1 | 0 | null): Aggressor => {
  if (wire === null) return 'UNKNOWN'
  if (typeof wire === 'string') return wire
  return wire === 1 ? 'BUY' : wire === -1 ? 'SELL' : 'MID'
}

/** Read as a word, or as 1 (BUY), −1 (SELL), 0 (MID); written as a word. */
export const aggressorField = z.codec(z.literal([...AGGRESSORS, 1, -1, 0]), z.enum(AGGRESSORS), {
  decode: aggressorOf,
  encode: (word) => word,
})

/** The same, UNKNOWN when it is left out or null. */
export const optionalAggressorField = z
  .codec(z.literal([...AGGRESSORS, 1, -1, 0, null]), z.enum(AGGRESSORS), {
    decode: aggressorOf,
    encode: (word) => word,
  })
  .default('UNKNOWN')

/** Nanoseconds since 1970 UTC; exact, hence a `bigint` as `parseExactJson` gives it. */
const nanosecondsField = z.bigint().min(0n).max(9_223_372_036_854_775_807n)

/** What every event carries. */
export const stampFields = {
  ts_event_ns: nanosecondsField.describe('Event time at the venue, Unix ns'),
  ts_recv_ns: nanosecondsField.describe('Capture time, Unix ns'),
  source: z.enum(SOURCES).describe('Who published the event'),
  seq: z.int().min(0).nullish().describe('Sequence of the publisher; null: none'),
}

export const symbolField = z.string().min(1).max(32)
export const priceField = z.number().positive()
export const tradeSizeField = z.int().min(1).max(INT32_MAX)
export const displayedSizeField = z.int().min(0).max(INT32_MAX)
export const venueField = z.int().min(0).max(INT32_MAX).nullish().describe('Venue id')
export const conditionsField = z.array(z.int()).nullish().describe('Sale condition codes')
