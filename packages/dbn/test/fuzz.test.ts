import { describe, expect, it } from 'vitest'
import { fuzzDecoder, fuzzOrderBook } from './fuzz-target.ts'

describe('damaged input', () => {
  it('never makes the decoder hang, leave its memory or throw anything but a DbnError', async () => {
    const { runs, clean, records, faults } = await fuzzDecoder(20_240_305, 4000)
    expect(runs).toBe(4000)
    // The fuzzer did meet what it is for.
    expect(clean).toBeGreaterThan(100)
    expect(records).toBeGreaterThan(1000)
    for (const code of ['TRUNCATED', 'CORRUPT_RECORD', 'CORRUPT_METADATA', 'CORRUPT_ZSTD']) {
      expect(faults[code]).toBeGreaterThan(10)
    }
  })

  it('never makes the order book differ from one kept in plain maps', () => {
    const { records, clean } = fuzzOrderBook(20_240_305, 1500)
    expect(records).toBeGreaterThan(20_000)
    expect(clean).toBeGreaterThan(500)
  })

  it('does the same for the same seed', async () => {
    expect(await fuzzDecoder(7, 200)).toEqual(await fuzzDecoder(7, 200))
    expect(fuzzOrderBook(7, 100)).toEqual(fuzzOrderBook(7, 100))
  })
})
