import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as contracts from '../src/index.ts'
import * as arbitraries from './arbitraries.ts'

/** A codec and values for it, as a function that runs a property over them. */
function identity<T>(
  values: fc.Arbitrary<T>,
  encode: (value: T) => string,
  decode: (text: string | Uint8Array) => contracts.DecodeResult<T>,
): () => void {
  return () => {
    fc.assert(
      fc.property(values, (value) => {
        const text = encode(value)
        expect(decode(text)).toEqual({ ok: true, value })
        expect(decode(new TextEncoder().encode(text))).toEqual({
          ok: true,
          value,
        })
      }),
      { numRuns: 300 },
    )
  }
}

describe('decoding what was encoded gives the same value', () => {
  it(
    'for stock trades',
    identity(arbitraries.stockTrades, contracts.encodeStockTrade, contracts.decodeStockTrade),
  )
  it(
    'for stock quotes',
    identity(arbitraries.stockQuotes, contracts.encodeStockQuote, contracts.decodeStockQuote),
  )
  it(
    'for option trades',
    identity(arbitraries.optionTrades, contracts.encodeOptionTrade, contracts.decodeOptionTrade),
  )
  it(
    'for futures trades',
    identity(arbitraries.futuresTrades, contracts.encodeFuturesTrade, contracts.decodeFuturesTrade),
  )
  it('for depth', identity(arbitraries.mbp10s, contracts.encodeMbp10, contracts.decodeMbp10))
  it(
    'for level signals',
    identity(arbitraries.levelSignals, contracts.encodeLevelSignals, contracts.decodeLevelSignals),
  )
})

it('any text at all gives a value or exactly one refusal', () => {
  const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.uint8Array())
  fc.assert(
    fc.property(fc.constantFrom(...contracts.MARKET_SUBJECTS), texts, (subject, text) => {
      const result = contracts.decodeMarketEvent(subject, text)
      expect(result.ok).toBe(false)
      if (!result.ok) expect(result.reject.message).toMatch(/^expected .*, was /s)
    }),
    { numRuns: 1_000 },
  )
})
