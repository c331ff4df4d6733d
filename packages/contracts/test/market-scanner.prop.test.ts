import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MarketMessage, MarketSubject } from '../src/index.ts'
import { encodeMarketEvent, MarketScanner, Subject } from '../src/index.ts'
import { type Random, randomFrom } from './fuzz-target.ts'
import { futuresTrades, mbp10s, optionTrades, stockQuotes, stockTrades } from './arbitraries.ts'
import { type NaiveJson, Literal, parseNaively } from './naive-json.ts'
import * as samples from './samples.ts'
import { scanVerdict } from './scan-twin.ts'

const scanner = new MarketScanner()
const verdictOn = (subject: MarketSubject, text: string) =>
  scanVerdict(scanner, subject, new TextEncoder().encode(text))

/** Written by Python's `json.dumps`: blanks behind colons and commas, a point in every float. */
const PYTHON: readonly (readonly [MarketSubject, string])[] = [
  [
    Subject.FuturesMbp10,
    `{"ts_event_ns": 1715629300123456789, "ts_recv_ns": 1715629300123999001, "source": "databento_live", "seq": 42, "symbol": "ESM4", "levels": [{"bid_px": 6870.25, "bid_sz": 10, "ask_px": 6870.5, "ask_sz": 7}, {"bid_px": 6870.0, "bid_sz": 11, "ask_px": 6870.75, "ask_sz": 8}, {"bid_px": 6869.75, "bid_sz": 12, "ask_px": 6871.0, "ask_sz": 9}, {"bid_px": 6869.5, "bid_sz": 13, "ask_px": 6871.25, "ask_sz": 10}, {"bid_px": 6869.25, "bid_sz": 14, "ask_px": 6871.5, "ask_sz": 11}, {"bid_px": 6869.0, "bid_sz": 15, "ask_px": 6871.75, "ask_sz": 12}, {"bid_px": 6868.75, "bid_sz": 16, "ask_px": 6872.0, "ask_sz": 13}, {"bid_px": 6868.5, "bid_sz": 17, "ask_px": 6872.25, "ask_sz": 14}, {"bid_px": 6868.25, "bid_sz": 18, "ask_px": 6872.5, "ask_sz": 15}, {"bid_px": 6868.0, "bid_sz": 19, "ask_px": 6872.75, "ask_sz": 16}], "is_snapshot": false}`,
  ],
  [
    Subject.FuturesTrades,
    `{"ts_event_ns": 1715629300123456789, "ts_recv_ns": 1715629300123999001, "source": "databento_live", "seq": 42, "symbol": "ESM4", "price": 6870.0, "size": 3, "aggressor": "BUY", "exchange": null}`,
  ],
  [
    Subject.StockTrades,
    `{"ts_event_ns": 1715629300123456789, "ts_recv_ns": 1715629300123999001, "source": "databento_live", "seq": 42, "symbol": "SPY", "price": 687.42, "size": 100, "conditions": [12, 37]}`,
  ],
  [
    Subject.StockQuotes,
    `{"ts_event_ns": 1715629300123456789, "ts_recv_ns": 1715629300123999001, "source": "databento_live", "seq": 42, "symbol": "SPY", "bid_px": 687.41, "ask_px": 687.43, "bid_sz": 900, "ask_sz": 0}`,
  ],
  [
    Subject.OptionTrades,
    `{"ts_event_ns": 1715629300123456789, "ts_recv_ns": 1715629300123999001, "source": "databento_live", "seq": 42, "underlying": "SPY", "option_symbol": "O:SPY251216C00687500", "exp_date": "2025-12-16", "strike": 687.5, "right": "C", "price": 1.23, "size": 10, "opt_bid": 1.2, "opt_ask": 1.24, "aggressor": -1, "delta": -0.48, "gamma": 0.031}`,
  ],
]

const SAMPLES: readonly MarketMessage[] = [
  { subject: Subject.FuturesMbp10, event: samples.mbp10 },
  { subject: Subject.FuturesTrades, event: samples.futuresTrade },
  { subject: Subject.StockTrades, event: samples.stockTrade },
  { subject: Subject.StockQuotes, event: samples.stockQuote },
  { subject: Subject.OptionTrades, event: samples.optionTrade },
]

/** A stamp as it is today, and prices in cents: what random doubles are not. */
const stamp = {
  tsEventNs: fc.bigInt(10n ** 18n, 9_223_372_035n * 10n ** 9n),
  tsRecvNs: fc.bigInt(10n ** 18n, 9_223_372_035n * 10n ** 9n),
  symbol: fc.constantFrom('ESH4', 'SPY', 'ES.c.0', 'E'.repeat(32)),
  cents: fc.array(fc.integer({ min: 1, max: 99_999_999 }), { minLength: 4, maxLength: 4 }),
  seq: fc.option(fc.nat(999_999_999_999), { nil: null }),
  conditions: fc.option(fc.array(fc.integer({ min: -99, max: 999 })), { nil: null }),
}
const usual = fc.record(stamp)

const anything = fc.oneof(
  futuresTrades.map((event) => ({ subject: Subject.FuturesTrades, event })),
  mbp10s.map((event) => ({ subject: Subject.FuturesMbp10, event })),
  stockTrades.map((event) => ({ subject: Subject.StockTrades, event })),
  stockQuotes.map((event) => ({ subject: Subject.StockQuotes, event })),
  optionTrades.map((event) => ({ subject: Subject.OptionTrades, event })),
) as fc.Arbitrary<MarketMessage>

const messages: fc.Arbitrary<MarketMessage> = fc
  .tuple(anything, usual)
  .map(([{ subject, event }, { cents, conditions, symbol, ...exact }]) => {
    const [price, bidPx, optBid, optAsk] = cents.map((c) => c / 100)
    const by: Record<string, unknown> = { ...exact, price, bidPx, askPx: price, optBid, optAsk }
    if ('symbol' in event) by.symbol = symbol
    if ('conditions' in event) by.conditions = conditions
    if ('delta' in event)
      Object.assign(by, { delta: -price! / 2e6 - 0.01, gamma: bidPx! / 3e6 + 0.01 })
    if (subject === Subject.FuturesTrades) by.price = event.price
    const fields = Object.entries(by).filter(([name]) => name in event)
    return { subject, event: { ...event, ...Object.fromEntries(fields) } } as MarketMessage
  })

const BLANKS = ['', '', '', ' ', '\n', '\t ', '\r\n']
const UNKNOWN = ['"subject":"market.x"', '"__proto__":1', '"bid_ct":2', '"a b":null', '"x":-0.5']
const POINTS = ['', '', '.0', '.00']

/** Other text that says the same: order, white space, unknown fields, and ways to write numbers. */
function respelled(json: NaiveJson, random: Random, key = ''): string {
  const pad = (): string => BLANKS[random(BLANKS.length)]!
  if (json instanceof Literal) {
    const isTime = key.endsWith('_ns')
    if (isTime && random(2) === 0) return `"${json.text}"`
    if (isTime || json.text.includes('.') || json.text.length > 12) return json.text
    return `${json.text}${POINTS[random(POINTS.length)]}`
  }
  if (Array.isArray(json)) {
    const items = (json as readonly NaiveJson[]).map(
      (item) => `${pad()}${respelled(item, random)}${pad()}`,
    )
    return items.length === 0 ? `[${pad()}]` : `[${items.join()}]`
  }
  if (!(json instanceof Map)) return JSON.stringify(json)
  const fields = [...(json as ReadonlyMap<string, NaiveJson>)].map(
    ([name, value]) => `"${name}"${pad()}:${pad()}${respelled(value, random, name)}`,
  )
  const unknown = UNKNOWN.filter(() => random(4) === 0)
  const inOrder = [...fields, ...unknown].map((field) => `${pad()}${field}${pad()}`)
  const isShuffled = random(2) === 0
  const ranked = inOrder.map((field, i) => ({ field, rank: isShuffled ? random(1_000) : i }))
  const list = ranked.sort((a, b) => a.rank - b.rank).map(({ field }) => field)
  return `${pad()}{${list.join()}}${pad()}`
}

describe('the scanner of market messages', () => {
  it('takes what our own encoder writes', () => {
    for (const message of SAMPLES) {
      expect(verdictOn(message.subject, encodeMarketEvent(message))).toBe('taken')
    }
  })

  it.each(PYTHON)('takes what Python writes on %s', (subject, text) => {
    expect(verdictOn(subject, text)).toBe('taken')
  })

  it('takes the usual form in any order, with any white space, and reads the same', () => {
    fc.assert(
      fc.property(messages, fc.nat(), (message, seed) => {
        const text = respelled(parseNaively(encodeMarketEvent(message)), randomFrom(seed))
        if (verdictOn(message.subject, text) !== 'taken') throw new Error(`left: ${text}`)
      }),
      { numRuns: 1_000 },
    )
  })

  it('reads any valid message the same, or leaves it', () => {
    fc.assert(
      fc.property(anything, (message) => {
        expect(verdictOn(message.subject, encodeMarketEvent(message))).not.toBe('refused')
      }),
      { numRuns: 1_000 },
    )
  })

  it('reads plain decimals as JSON.parse does, to the last bit', () => {
    const decimal = fc
      .tuple(fc.nat(10 ** 9), fc.bigInt(0n, 10n ** 22n), fc.integer({ min: 1, max: 22 }))
      .map(([whole, part, digits]) => `${whole}.${String(part).padStart(22, '0').slice(-digits)}`)
    fc.assert(
      fc.property(decimal, (price) => {
        const text = encodeMarketEvent(SAMPLES[2]!).replace(/"price":[^,]+/, `"price":${price}`)
        expect(verdictOn(Subject.StockTrades, text)).toBe(Number(price) > 0 ? 'taken' : 'refused')
      }),
      { numRuns: 2_000 },
    )
  })
})

const [depth = '', trade = '', stock = '', quote = '', option = ''] = SAMPLES.map((message) =>
  encodeMarketEvent(message),
)

const day = (expDate: string) =>
  option.replace('2025-12-16', expDate).replace('251216', expDate.slice(2).replaceAll('-', ''))
const level = (slot: number, by: string) => {
  let at = -1
  return depth.replace(/\{"bid_px"[^}]*\}/g, (whole) => (++at === slot ? by : whole))
}

const levelOf = (bidPx: number, askPx: number) =>
  `{"bid_px":${bidPx},"bid_sz":1,"ask_px":${askPx},"ask_sz":1}`

describe('what is refused, the scanner does not take, and says why:', () => {
  it.each<[string, MarketSubject, string]>([
    ['a point without decimals', Subject.StockTrades, stock.replace('687.42', '687.')],
    ['decimals without a whole', Subject.StockTrades, stock.replace('687.42', '.42')],
    ['a leading zero', Subject.StockTrades, stock.replace('687.42', '0687.42')],
    ['a price of zero', Subject.StockTrades, stock.replace('687.42', '0.00')],
    ['a negative price', Subject.StockTrades, stock.replace('687.42', '-687.42')],
    ['a size that is not whole', Subject.StockTrades, stock.replace('"size":100', '"size":1.5')],
    ['a size of zero', Subject.StockTrades, stock.replace('"size":100', '"size":0')],
    ['a symbol too long', Subject.StockTrades, stock.replace('SPY', 'S'.repeat(33))],
    ['a symbol without a letter', Subject.StockTrades, stock.replace('SPY', '')],
    ['text behind the end', Subject.StockTrades, `${stock},`],
    ['a comma too many', Subject.StockTrades, stock.replace(/\}$/, ',}')],
    ['another source', Subject.StockTrades, stock.replace('"replay"', '"replays"')],
    ['null where there must be a value', Subject.StockTrades, stock.replace('687.42', 'null')],
    ['a word in the wrong case', Subject.FuturesTrades, trade.replace(/"(BUY|SELL|MID)"/, '"Buy"')],
    ['another number for it', Subject.FuturesTrades, trade.replace(/"(BUY|SELL|MID)"/, '2')],
    ['a price off the grid', Subject.FuturesTrades, trade.replace('4821.25', '4821.3')],
    ['the other right', Subject.OptionTrades, option.replace('"C"', '"P"')],
    ['the other underlying', Subject.OptionTrades, option.replace('"SPY"', '"QQQ"')],
    ['another strike', Subject.OptionTrades, option.replace('687.5,', '687.501,')],
    [
      'a snapshot of null',
      Subject.FuturesMbp10,
      depth.replace(/"is_snapshot":\w+/, '"is_snapshot":null'),
    ],
    [
      'lots in an empty slot',
      Subject.FuturesMbp10,
      level(9, '{"bid_px":0,"bid_sz":1,"ask_px":0,"ask_sz":0}'),
    ],
    [
      'an empty slot in the midst',
      Subject.FuturesMbp10,
      level(3, '{"bid_px":0,"bid_sz":0,"ask_px":0,"ask_sz":0}'),
    ],
    [
      'an empty ask in the midst',
      Subject.FuturesMbp10,
      level(3, '{"bid_px":4820.25,"bid_sz":1,"ask_px":0,"ask_sz":0}'),
    ],
    ['a level that lacks a field', Subject.FuturesMbp10, depth.replace(/,"ask_sz":\d+\}/, '}')],
    ['nine levels', Subject.FuturesMbp10, depth.replace(/\{"bid_px"[^}]*\},/, '')],
    [
      'eleven levels',
      Subject.FuturesMbp10,
      depth.replace(']', ',{"bid_px":0,"bid_sz":0,"ask_px":0,"ask_sz":0}]'),
    ],
    ['a level that is none', Subject.FuturesMbp10, level(2, '[1,{"bid_px":2}]')],
    ['levels that are no list', Subject.FuturesMbp10, depth.replace(/\[.*\]/, '{"bid_px":0}')],
    ['an empty list of levels', Subject.FuturesMbp10, depth.replace(/\[.*\]/, '[ ]')],
    ['an empty level', Subject.FuturesMbp10, level(9, '{}')],
    ['a bid above the one before', Subject.FuturesMbp10, level(3, levelOf(6_000, 6_001))],
    ['an ask that is the one before', Subject.FuturesMbp10, level(1, levelOf(4_820.75, 4_821.25))],
    ['a price of a level off the grid', Subject.FuturesMbp10, level(3, levelOf(4_820.3, 4_821.3))],
    ['a negative price of a level', Subject.FuturesMbp10, level(9, levelOf(-1, 4_830))],
    [
      'a size of a level as text',
      Subject.FuturesMbp10,
      depth.replace(/"ask_sz":\d+/, '"ask_sz":"7"'),
    ],
    ['half a lot', Subject.FuturesMbp10, depth.replace(/"ask_sz":\d+/, '"ask_sz":7.5')],
    [
      'more lots than an int32',
      Subject.FuturesMbp10,
      depth.replace(/"bid_sz":\d+/, '"bid_sz":2147483648'),
    ],
    [
      'a shape at fault behind one off the grid',
      Subject.FuturesMbp10,
      level(3, levelOf(4_820.3, 4_821.3)).replace('false', '1'),
    ],
    ['a number as text', Subject.StockTrades, stock.replace('687.42', '"687.42"')],
    ['a number in a list', Subject.StockTrades, stock.replace('687.42', '[687.42, {"a" : 1e5}]')],
    ['true for nanoseconds', Subject.StockTrades, stock.replace(/\d{19}/, 'true')],
    ['a number for a word', Subject.StockTrades, stock.replace('"replay"', '7')],
    [
      'text for a flag',
      Subject.FuturesMbp10,
      depth.replace(/"is_snapshot":\w+/, '"is_snapshot":"no"'),
    ],
    ['an OCC symbol that is a number', Subject.OptionTrades, option.replace(/"O:[^"]*"/, '687')],
    [
      'text for conditions',
      Subject.StockTrades,
      stock.replace(/"conditions":\[[^\]]*\]/, '"conditions":"12"'),
    ],
    ['no field at all', Subject.StockTrades, ' { } '],
    ['no object', Subject.StockTrades, `[${stock}]`],
    ['a text', Subject.StockTrades, '"a"'],
    ['nothing', Subject.StockTrades, ''],
    ['NaN', Subject.StockTrades, stock.replace('687.42', 'NaN')],
    ['a word that is none', Subject.StockTrades, stock.replace('687.42', 'nul')],
    ['an exponent without digits', Subject.StockTrades, stock.replace('687.42', '6e+')],
    ['a line break in text', Subject.StockTrades, stock.replace('"SPY"', '"S\nY"')],
    ['a key without quotes', Subject.StockTrades, stock.replace('"price"', 'price')],
    ['a key without a colon', Subject.StockTrades, stock.replace('"price":', '"price" ')],
    ['a comma too many in what is unknown', Subject.StockTrades, stock.replace('{', '{"x":[1,],')],
    ['a bracket that closes another', Subject.StockTrades, stock.replace('{', '{"x":[1},')],
  ])('%s', (_name, subject, text) => {
    expect(verdictOn(subject, text)).toBe('refused')
  })

  it('a text that was cut off, wherever that was', () => {
    SAMPLES.forEach(({ subject }, i) => {
      const text = [depth, trade, stock, quote, option][i]!
      for (let length = 0; length < text.length; length++) {
        expect(verdictOn(subject, text.slice(0, length))).toBe('refused')
      }
    })
  })

  it('but a leap day is one', () => {
    expect(verdictOn(Subject.OptionTrades, day('2024-02-29'))).toBe('taken')
  })
})

describe('what is refused, the scanner leaves without saying why:', () => {
  const faulty = stock.replace('687.42', '"687.42"')
  it.each<[string, MarketSubject, string]>([
    ['a root in small letters', Subject.OptionTrades, option.replaceAll('SPY', 'spy')],
    ['no 31st of April', Subject.OptionTrades, day('2025-04-31')],
    ['no 29th of February', Subject.OptionTrades, day('2025-02-29')],
    ['no month 13', Subject.OptionTrades, day('2025-13-01')],
    ['no day 0', Subject.OptionTrades, day('2025-12-00')],
    ['a negative time', Subject.StockTrades, stock.replace(/\d{19}/, '-1')],
    ['a fault beside an escape', Subject.StockTrades, faulty.replace('"SPY"', '"SP\\u0059"')],
    ['a fault beside other than ASCII', Subject.StockTrades, faulty.replace('"SPY"', '"SPÝ"')],
    [
      'a field at fault that is given twice',
      Subject.StockTrades,
      faulty.replace('{', '{"price":"1",'),
    ],
    [
      'a level’s field at fault that is given twice',
      Subject.FuturesMbp10,
      depth.replace('"ask_sz"', '"bid_sz":"1","ask_sz"'),
    ],
    ['a price with an exponent', Subject.StockTrades, stock.replace('687.42', '-1e5')],
    [
      'a size of a level with an exponent',
      Subject.FuturesMbp10,
      depth.replace(/"ask_sz":\d+/, '"ask_sz":1e-5'),
    ],
    [
      'nine levels of brackets',
      Subject.StockTrades,
      faulty.replace('{', `{"x":${'['.repeat(8)}${']'.repeat(8)},`),
    ],
    [
      'no JSON that nests too deep',
      Subject.StockTrades,
      stock.replace('687.42', `NaN,${'['.repeat(40)}`),
    ],
    [
      'no JSON that could nest too deep',
      Subject.StockTrades,
      stock.replace('687.42', `NaN,${'[]'.repeat(40)}`),
    ],
    ['more text than it looks at', Subject.StockTrades, `${faulty}${' '.repeat(4_096)}`],
  ])('%s', (_name, subject, text) => {
    expect(verdictOn(subject, text)).toBe('refused, unsure')
  })
})

describe('what the scanner leaves, though it is valid', () => {
  it.each<[string, MarketSubject, string]>([
    ['an escape in a key', Subject.StockTrades, stock.replace('"price"', '"pric\\u0065"')],
    ['an escape in text', Subject.StockTrades, stock.replace('"SPY"', '"SP\\u0059"')],
    ['text that is not ASCII', Subject.StockTrades, stock.replace('"SPY"', '"SPÝ"')],
    ['a field given twice', Subject.StockTrades, stock.replace('"price"', '"size":1,"price"')],
    [
      'a level’s field given twice',
      Subject.FuturesMbp10,
      depth.replace('"ask_sz"', '"bid_sz":1,"ask_sz"'),
    ],
    ['an exponent', Subject.FuturesTrades, trade.replace(/"price":[^,]+/, '"price":4.82e3')],
    ['fifty digits', Subject.StockTrades, stock.replace('687.42', `687.42${'0'.repeat(45)}`)],
    ['an unknown field that nests', Subject.StockTrades, stock.replace('{', '{"more":{},')],
    [
      'an unknown field that nests, beside line breaks',
      Subject.StockTrades,
      stock.replaceAll(',', '\r\n,\t').replace('{', '{"more":{},'),
    ],
    [
      'nanoseconds of the last century',
      Subject.StockTrades,
      stock.replace(/\d{19}/, '999999999999999999'),
    ],
    ['the same as text', Subject.StockTrades, stock.replace(/\d{19}/, '"999999999999999999"')],
    [
      'the last second of an int64',
      Subject.StockTrades,
      stock.replace(/\d{19}/, '9223372036854775807'),
    ],
    ['a padded OCC symbol', Subject.OptionTrades, option.replace('O:SPY', 'SPY   ')],
    ['more text than it looks at', Subject.StockTrades, `${stock}${' '.repeat(4_096)}`],
  ])('%s', (_name, subject, text) => {
    expect(verdictOn(subject, text)).toBe('left')
  })
})
