import { describe, expect, it } from 'vitest'
import type { DecodeResult, FuturesTrade, Mbp10 } from '../src/index.ts'
import {
  AGGRESSORS,
  ContractError,
  decodeFuturesTrade,
  decodeMarketEvent,
  decodeMbp10,
  decodeOptionTrade,
  decodeStockQuote,
  decodeStockTrade,
  encodeFuturesTrade,
  encodeMarketEvent,
  encodeMbp10,
  encodeOptionTrade,
  encodeStockQuote,
  encodeStockTrade,
  isMarketSubject,
  SOURCES,
  Subject,
} from '../src/index.ts'
import { futuresTrade, mbp10, optionTrade, stockQuote, stockTrade } from './samples.ts'

/** The text of an event with some of its wire fields replaced (undefined: left out). */
function withFields(text: string, fields: Record<string, unknown>): string {
  const wire = JSON.parse(text) as Record<string, unknown>
  const stamps = { ts_event_ns: '1715629300123456789', ts_recv_ns: '1715629300123999001' }
  return JSON.stringify({ ...wire, ...stamps, ...fields })
}

function refusal(result: DecodeResult<unknown>): string {
  return result.ok ? 'accepted' : `${result.reject.code} ${String(result.reject.path)}`
}

function messageOf(result: DecodeResult<unknown>): string {
  return result.ok ? 'accepted' : result.reject.message
}

describe('a stock trade', () => {
  const text = encodeStockTrade(stockTrade)
  const decoded = (fields: Record<string, unknown>) => decodeStockTrade(withFields(text, fields))

  it('is written in the order of the schema, with exact integers', () => {
    expect(text).toBe(
      '{"ts_event_ns":1715629300123456789,"ts_recv_ns":1715629300123999001,"source":"replay","seq":42,' +
        '"symbol":"SPY","price":687.42,"size":100,"exchange":4,"conditions":[12,37]}',
    )
  })

  it('has null for what the publisher left out, and leaves out what is null', () => {
    const sparse = { ...stockTrade, seq: null, exchange: null, conditions: null }
    expect(decoded({ seq: undefined, exchange: null, conditions: undefined })).toEqual({
      ok: true,
      value: sparse,
    })
    expect(encodeStockTrade(sparse)).not.toMatch(/seq|exchange|conditions/)
  })

  it('may carry fields that nobody knows', () => {
    expect(decoded({ tape: 'C', nested: { ts_event_ns: 1 } })).toEqual({
      ok: true,
      value: stockTrade,
    })
  })

  it.each([
    ['price', 0, 'expected > 0, was 0'],
    ['price', '687', 'expected a finite number, was "687"'],
    ['size', 0, 'expected ≥ 1, was 0'],
    ['size', 1.5, 'expected an integer, was 1.5'],
    ['size', 2_147_483_648, 'expected ≤ 2147483647, was 2147483648'],
    ['symbol', '', 'expected ≥ 1 characters, was ""'],
    ['symbol', undefined, 'expected text, was missing'],
    ['seq', -1, 'expected ≥ 0, was -1'],
    ['conditions', 5, 'expected an array, was 5'],
    ['ts_event_ns', null, 'expected integer nanoseconds, was null'],
    ['ts_recv_ns', undefined, 'expected integer nanoseconds, was missing'],
    [
      'source',
      'elsewhere',
      `expected one of ${SOURCES.map((s) => `"${s}"`).join(', ')}, was "elsewhere"`,
    ],
  ])('is refused when %s is %s', (field, value, message) => {
    const result = decoded({ [field]: value })
    expect(refusal(result)).toBe(`SCHEMA $.${field}`)
    expect(messageOf(result)).toBe(message)
  })

  it('is refused when its price overflows a double', () => {
    expect(refusal(decodeStockTrade(text.replace('687.42', '1e999')))).toBe('SCHEMA $.price')
  })

  it('takes no harm from prototype keys', () => {
    const attack = `{"__proto__":{"price":1,"polluted":true},"constructor":{"a":1},${text.slice(1)}`
    const result = decodeStockTrade(attack)
    expect(result).toEqual({ ok: true, value: stockTrade })
    expect(refusal(decodeStockTrade(`{"__proto__":${text}}`))).toBe('SCHEMA $.ts_event_ns')
    expect(Object.prototype).not.toHaveProperty('polluted')
  })

  it('cannot be written when it is not what the schema says', () => {
    expect(() => encodeStockTrade({ ...stockTrade, price: NaN })).toThrow(ContractError)
    expect(() => encodeStockTrade({ ...stockTrade, tsEventNs: 2n ** 63n })).toThrow(
      expect.objectContaining({ code: 'SCHEMA', path: '$.ts_event_ns' }),
    )
  })
})

it('a stock quote may be crossed and may show no size, but has two prices', () => {
  const text = encodeStockQuote(stockQuote)
  expect(decodeStockQuote(withFields(text, { bid_px: 688, ask_sz: 0 })).ok).toBe(true)
  expect(refusal(decodeStockQuote(withFields(text, { bid_px: 0 })))).toBe('SCHEMA $.bid_px')
})

describe('the aggressor', () => {
  const text = encodeFuturesTrade(futuresTrade)
  const read = (aggressor: unknown) => {
    const result = decodeFuturesTrade(withFields(text, { aggressor }))
    return result.ok ? result.value.aggressor : refusal(result)
  }

  it('is a word, or an integer that stands for one', () => {
    expect(AGGRESSORS.map(read)).toEqual(AGGRESSORS)
    expect([1, -1, 0].map(read)).toEqual(['BUY', 'SELL', 'MID'])
  })

  it('is refused when it is anything else', () => {
    expect(['buy', '1', 2, null, undefined].map(read)).toEqual(
      Array.from({ length: 5 }, () => 'SCHEMA $.aggressor'),
    )
  })

  it('is UNKNOWN in an option trade that has none', () => {
    const option = encodeOptionTrade(optionTrade)
    for (const aggressor of [undefined, null]) {
      expect(decodeOptionTrade(withFields(option, { aggressor }))).toMatchObject({
        value: { aggressor: 'UNKNOWN' },
      })
    }
    expect(refusal(decodeOptionTrade(withFields(option, { aggressor: 'BOTH' })))).toBe(
      'SCHEMA $.aggressor',
    )
  })
})

describe('a futures price', () => {
  const at = (price: number): FuturesTrade => ({ ...futuresTrade, price })
  const read = (price: number, tickSize?: number) =>
    refusal(
      decodeFuturesTrade(
        withFields(encodeFuturesTrade(futuresTrade), { price }),
        tickSize === undefined ? {} : { tickSize },
      ),
    )

  it('lies on the tick grid, within a millionth of a tick', () => {
    expect(read(4821.25)).toBe('accepted')
    expect(read(4821.250_000_2)).toBe('accepted')
    expect(read(4821.250_000_3)).toBe('OFF_TICK $.price')
    expect(read(4821.3)).toBe('OFF_TICK $.price')
    expect(() => encodeFuturesTrade(at(4821.3))).toThrow(
      expect.objectContaining({ code: 'OFF_TICK', path: '$.price' }),
    )
  })

  it('is at least one tick and at most 2^31 − 1 of them', () => {
    expect(read(5e-324)).toBe('OFF_TICK $.price')
    expect(read(2_147_483_647 * 0.25)).toBe('accepted')
    expect(read(2_147_483_648 * 0.25)).toBe('OFF_TICK $.price')
  })

  it('lies on the grid that the caller names', () => {
    expect(read(4821.3, 0.1)).toBe('accepted')
    expect(read(4821.25, 0.1)).toBe('OFF_TICK $.price')
  })
})

describe('depth', () => {
  const text = encodeMbp10(mbp10)
  type Slot = Mbp10['levels'][number]
  const empty: Slot = { bidPx: 0, bidSz: 0, askPx: 0, askSz: 0 }
  const slot = (bidPx: number, askPx: number): Slot => ({ bidPx, bidSz: 5, askPx, askSz: 6 })
  /** The refusal of a book that opens with these slots and is empty behind them. */
  const read = (...slots: Slot[]): string => {
    const book = Array.from({ length: 10 }, (_, i) => slots[i] ?? empty)
    const levels = book.map((s) => ({
      bid_px: s.bidPx,
      bid_sz: s.bidSz,
      ask_px: s.askPx,
      ask_sz: s.askSz,
    }))
    return refusal(decodeMbp10(withFields(text, { levels })))
  }

  it('has exactly ten levels', () => {
    const levels = (JSON.parse(text) as { levels: unknown[] }).levels
    expect(refusal(decodeMbp10(withFields(text, { levels: levels.slice(1) })))).toBe(
      'SCHEMA $.levels',
    )
    expect(refusal(decodeMbp10(withFields(text, { levels: [...levels, levels[0]] })))).toBe(
      'SCHEMA $.levels',
    )
  })

  it('may be empty, one-sided or crossed', () => {
    expect(read()).toBe('accepted')
    expect(read({ ...empty, bidPx: 4821, bidSz: 5 })).toBe('accepted')
    expect(read(slot(4822, 4821), slot(4821.75, 4821.25))).toBe('accepted')
  })

  it('has bids that fall and asks that rise, strictly', () => {
    expect(read(slot(4821, 4822), slot(4821, 4823))).toBe('SCHEMA $.levels[1].bid_px')
    expect(read(slot(4821, 4822), slot(4820, 4822))).toBe('SCHEMA $.levels[1].ask_px')
    expect(read(slot(4821, 4822), slot(4820.999_999_9, 4823))).toBe('SCHEMA $.levels[1].bid_px')
  })

  it('has empty slots at the end of a side only, with neither price nor size', () => {
    expect(read(slot(4821, 4822), empty, slot(4820, 4823))).toBe('SCHEMA $.levels[2].bid_px')
    expect(read({ ...empty, askSz: 1 })).toBe('SCHEMA $.levels[0].ask_sz')
  })

  it('has prices on the tick grid', () => {
    expect(read(slot(4821, 4822), slot(4820.1, 4823))).toBe('OFF_TICK $.levels[1].bid_px')
  })

  it('names the field that is wrong, the first only', () => {
    const result = decodeMbp10(text.replace('"bid_sz":14', '"bid_sz":-14'))
    expect(result).toEqual({
      ok: false,
      reject: { code: 'SCHEMA', path: '$.levels[3].bid_sz', message: 'expected ≥ 0, was -14' },
    })
  })

  it('is no resync unless it says so', () => {
    expect(decodeMbp10(withFields(text, { is_snapshot: undefined }))).toMatchObject({
      value: { isSnapshot: false },
    })
    expect(decodeMbp10(withFields(text, { is_snapshot: true }))).toMatchObject({
      value: { isSnapshot: true },
    })
    expect(refusal(decodeMbp10(withFields(text, { is_snapshot: 1 })))).toBe('SCHEMA $.is_snapshot')
  })
})

describe('an option trade', () => {
  const text = encodeOptionTrade(optionTrade)
  const read = (fields: Record<string, unknown>) =>
    refusal(decodeOptionTrade(withFields(text, fields)))

  it('has a symbol with or without the prefix, padded or not', () => {
    for (const symbol of ['O:SPY251216C00687500', 'SPY251216C00687500', 'SPY   251216C00687500']) {
      expect(read({ option_symbol: symbol })).toBe('accepted')
    }
    expect(read({ option_symbol: 'SPY 687.5 C' })).toBe('SCHEMA $.option_symbol')
    expect(read({ option_symbol: 'X:SPY251216C00687500' })).toBe('SCHEMA $.option_symbol')
  })

  it('says the same in its symbol and in its fields', () => {
    expect(read({ underlying: 'QQQ' })).toBe('SCHEMA $.underlying')
    expect(read({ exp_date: '2025-12-17' })).toBe('SCHEMA $.exp_date')
    expect(read({ right: 'P' })).toBe('SCHEMA $.right')
    expect(read({ strike: 687 })).toBe('SCHEMA $.strike')
    expect(read({ strike: 687.500_000_5 })).toBe('accepted')
    expect(messageOf(decodeOptionTrade(withFields(text, { strike: 687 })))).toBe(
      'expected 687.5 as the option symbol says, was 687',
    )
  })

  it('expires on a day that exists', () => {
    expect(read({ exp_date: '2025-02-29', option_symbol: 'SPY250229C00687500' })).toBe(
      'SCHEMA $.exp_date',
    )
    expect(read({ exp_date: '2024-02-29', option_symbol: 'SPY240229C00687500' })).toBe('accepted')
  })

  it('may have seen no bid, but an ask is a price', () => {
    expect(read({ opt_bid: 0 })).toBe('accepted')
    expect(read({ opt_ask: 0 })).toBe('SCHEMA $.opt_ask')
  })

  it('has greeks per share, or none', () => {
    expect(read({ delta: null, gamma: undefined })).toBe('accepted')
    expect(read({ delta: -48 })).toBe('SCHEMA $.delta')
    expect(read({ gamma: -0.01 })).toBe('SCHEMA $.gamma')
  })
})

describe('any market event', () => {
  const events = [
    { subject: Subject.StockTrades, event: stockTrade },
    { subject: Subject.StockQuotes, event: stockQuote },
    { subject: Subject.OptionTrades, event: optionTrade },
    { subject: Subject.FuturesTrades, event: futuresTrade },
    { subject: Subject.FuturesMbp10, event: mbp10 },
  ] as const

  it.each(events)('is read and written by its subject, $subject', (message) => {
    expect(isMarketSubject(message.subject)).toBe(true)
    expect(decodeMarketEvent(message.subject, encodeMarketEvent(message))).toEqual({
      ok: true,
      value: message,
    })
  })

  it('is refused on the subject of another', () => {
    const text = encodeMarketEvent({ subject: Subject.StockTrades, event: stockTrade })
    expect(refusal(decodeMarketEvent(Subject.FuturesMbp10, text))).toBe('SCHEMA $.levels')
    expect(isMarketSubject('levels.signals')).toBe(false)
  })

  it.each([
    ['null', 'expected an object, was null'],
    ['[1,2]', 'expected an object, was an array of 2'],
    ['"text"', 'expected an object, was "text"'],
  ])('is an object, not %s', (text, message) => {
    expect(decodeMarketEvent(Subject.StockTrades, text)).toEqual({
      ok: false,
      reject: { code: 'SCHEMA', path: '$', message },
    })
  })
})
