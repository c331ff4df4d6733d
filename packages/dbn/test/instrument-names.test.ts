import { describe, expect, it } from 'vitest'
import { InstrumentNames } from '../src/instrument-names.ts'
import { completeMetadata } from '../src/metadata.ts'
import { metadataOf } from './fixtures.ts'

describe('instrument names', () => {
  it('are those of the day, where ids are given anew', () => {
    const names = new InstrumentNames()
    names.addMetadata(
      completeMetadata({
        ...metadataOf('mbo'),
        mappings: [
          { rawSymbol: 'A', intervals: [{ startYmd: 20240304, endYmd: 20240305, symbol: '7' }] },
          { rawSymbol: 'B', intervals: [{ startYmd: 20240305, endYmd: 20240306, symbol: '7' }] },
        ],
      }),
    )
    expect(names.nameOf(7, 20240304)).toBe('A')
    expect(names.nameOf(7, 20240305)).toBe('B')
    expect(names.nameOf(7, 20240306)).toBeNull()
    expect(names.nameOf(7)).toBe('B')
    expect(names.nameOf(8)).toBeNull()
    expect(names.symbols()).toEqual(['A', 'B'])
  })

  it('come from symbol mappings of a live capture, the later one ruling', () => {
    const names = new InstrumentNames()
    const mapping = { instrumentId: 5, startNs: null, endNs: null }
    names.addMapping({ ...mapping, stypeInSymbol: 'ES.c.0', stypeOutSymbol: 'ESH4' })
    expect(names.nameOf(5, 20240305)).toBe('ESH4')
    names.addMapping({ ...mapping, stypeInSymbol: 'ES.c.0', stypeOutSymbol: 'ESM4' })
    expect(names.nameOf(5, 20240305)).toBe('ESM4')
  })

  it('are read the other way round when ids were asked for', () => {
    const names = new InstrumentNames()
    names.addMetadata(
      completeMetadata({
        ...metadataOf('mbo'),
        stypeIn: 'instrument_id',
        stypeOut: 'raw_symbol',
        mappings: [
          { rawSymbol: '7', intervals: [{ startYmd: 20240304, endYmd: 20240305, symbol: 'A' }] },
        ],
      }),
    )
    expect(names.nameOf(7, 20240304)).toBe('A')
  })
})
