import fc from 'fast-check'
import { RangeViolationError } from '@levels/kernel'
import { describe, expect, it } from 'vitest'
import { type DbnSchema, type SType, schemaOf, stypeOf } from '../src/codes.ts'
import { completeMetadata, decodeMetadata, type DbnMetadataInit } from '../src/metadata.ts'
import { encodeMetadata } from '../src/metadata-encoder.ts'
import { metadataOf } from './fixtures.ts'

const symbol = fc.stringMatching(/^[A-Z0-9. ]{0,20}[A-Z0-9]$/)
const symbols = fc.array(symbol, { maxLength: 4 })
const ymd = fc
  .tuple(fc.integer({ min: 1970, max: 2100 }), fc.integer({ min: 1, max: 12 }))
  .map(([year, month]) => year * 10_000 + month * 100 + 5)
const nanos = fc.bigInt({ min: 1n, max: 2n ** 63n })
const schemas = Array.from({ length: 20 }, (_, i) => schemaOf(i)).filter((s) => s !== undefined)
const stypes = Array.from({ length: 13 }, (_, i) => stypeOf(i)).filter((s) => s !== undefined)

const metadata: fc.Arbitrary<Required<DbnMetadataInit>> = fc.record({
  version: fc.constantFrom(1, 2, 3),
  dataset: fc.stringMatching(/^[A-Z.]{0,15}$/),
  schema: fc.option(fc.constantFrom<DbnSchema>(...schemas)),
  startNs: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  endNs: fc.option(nanos),
  limit: fc.option(nanos),
  stypeIn: fc.option(fc.constantFrom<SType>(...stypes)),
  stypeOut: fc.constantFrom<SType>(...stypes),
  tsOut: fc.boolean(),
  symbols,
  partial: symbols,
  notFound: symbols,
  mappings: fc.array(
    fc.record({
      rawSymbol: symbol,
      intervals: fc.array(fc.record({ startYmd: ymd, endYmd: ymd, symbol }), { maxLength: 3 }),
    }),
    { maxLength: 3 },
  ),
})

describe('metadata', () => {
  it('is read as it was written, in every version', () => {
    fc.assert(
      fc.property(metadata, (init) => {
        const complete = completeMetadata(init)
        const bytes = encodeMetadata(complete)
        expect(decodeMetadata(bytes, complete.version)).toEqual(complete)
        if (complete.version === 3) expect(bytes.length % 8).toBe(0)
      }),
    )
  })

  it('says what it expected when a symbol does not fit', () => {
    const init = { ...metadataOf('mbo', 1), symbols: ['X'.repeat(22)] }
    expect(() => encodeMetadata(completeMetadata(init))).toThrow(RangeViolationError)
  })
})
