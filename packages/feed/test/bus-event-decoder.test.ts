import { isMarketSubject, Subject } from '@levels/contracts'
import { END_TS_NS, epochFor, ES_SPY, FIRST_TS_NS, MarketEvent, NS_PER_DAY } from '@levels/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BusEventDecoder } from '../src/bus-event-decoder.ts'
import { SymbolGate, SymbolVerdict } from '../src/symbol-gate.ts'
import { EPOCH_NS, plain } from './support.ts'

const SCALE = { epochNs: EPOCH_NS }
const BUY_ESH4 = tradeText('ESH4', 19_300)

function stampText(relNs: bigint | number, delayNs = 1_000n): string {
  const eventNs = EPOCH_NS + BigInt(relNs)
  return `"ts_event_ns":${eventNs},"ts_recv_ns":${eventNs + delayNs},"source":"replay","seq":5`
}

function tradeText(symbol: string, ticks: number, relNs: bigint | number = 1): string {
  return `{${stampText(relNs)},"symbol":"${symbol}","price":${ticks / 4},"size":2,"aggressor":"BUY"}`
}

function depthText(symbol: string, bestTicks: number, counts: readonly [number, number]): string {
  const levels = Array.from({ length: 10 }, (_, i) => ({
    bid_px: i < counts[0] ? (bestTicks - i) / 4 : 0,
    bid_sz: i < counts[0] ? 10 + i : 0,
    ask_px: i < counts[1] ? (bestTicks + 1 + i) / 4 : 0,
    ask_sz: i < counts[1] ? 20 + i : 0,
  }))
  return `{${stampText(7)},"symbol":"${symbol}","levels":${JSON.stringify(levels)}}`
}

const quoteText = `{${stampText(9)},"symbol":"SPY","bid_px":482.01,"ask_px":482.02,"bid_sz":3,"ask_sz":0}`
const optionText =
  `{${stampText(9)},"underlying":"SPY","option_symbol":"O:SPY240119P00482500","exp_date":"2024-01-19",` +
  `"strike":482.5,"right":"P","price":1.5,"size":3,"opt_ask":1.51,"delta":-0.4567890123456789}`

/** The same message with one time or both replaced. */
function stamped(text: string, eventNs: bigint, recvNs = eventNs): string {
  return text
    .replace(/"ts_event_ns":\d+/, `"ts_event_ns":${eventNs}`)
    .replace(/"ts_recv_ns":\d+/, `"ts_recv_ns":${recvNs}`)
}

const NOW_NS = EPOCH_NS + 1n
/** Times that no run takes, each with what is said of it. */
const UNSOUND: readonly (readonly [eventNs: bigint, recvNs: bigint, path: string, text: RegExp])[] =
  [
    ...[0n, 1n, 10n ** 9n, 946_684_800n * 10n ** 9n, FIRST_TS_NS - 1n, END_TS_NS].map(
      (ns) =>
        [ns, ns, '$.ts_event_ns', /^expected a time from February 2007 to .*, was \d+$/] as const,
    ),
    [
      4_102_444_800n * 10n ** 9n,
      NOW_NS,
      '$.ts_event_ns',
      /November 2099, was 4102444800000000000$/,
    ],
    [2n ** 63n - 1n, 2n ** 63n - 1n, '$.ts_event_ns', /, was 9223372036854775807$/],
    [NOW_NS, 2n ** 63n - 1n, '$.ts_recv_ns', /, was 9223372036854775807$/],
    [NOW_NS, 1n, '$.ts_recv_ns', /, was 1$/],
    [
      NOW_NS + 60_000_000_001n,
      NOW_NS,
      '$.ts_event_ns',
      /^expected an event time within a minute after/,
    ],
    [NOW_NS - 2n ** 53n, NOW_NS, '$.ts_event_ns', /^expected an event time within 104 days before/],
  ]

/** Messages of every kind, and of every instrument that is not taken. */
const MESSAGES: readonly (readonly [subject: string, text: string])[] = [
  [Subject.FuturesTrades, BUY_ESH4],
  [Subject.FuturesMbp10, depthText('ESH4', 19_300, [10, 10])],
  [Subject.FuturesMbp10, depthText('ESH4', 19_300, [10, 0])],
  [Subject.FuturesMbp10, depthText('ESH4', 19_300, [3, 7])],
  [Subject.StockQuotes, quoteText],
  [Subject.StockTrades, tradeText('SPY', 1_928)],
  [Subject.OptionTrades, optionText],
  [Subject.FuturesTrades, tradeText('ESM4', 19_500)],
  [Subject.FuturesTrades, tradeText('ESH4-ESM4', 221)],
  [Subject.FuturesMbp10, depthText('NQH4', 19_500, [10, 10])],
  [Subject.StockTrades, tradeText('QQQ', 1_928)],
  [Subject.OptionTrades, optionText.replaceAll('SPY', 'QQQ')],
  [Subject.FuturesTrades, tradeText('ESH4', 19_300, 105n * BigInt(NS_PER_DAY))],
  [
    Subject.FuturesTrades,
    tradeText('ESH4', 19_300).replace(
      /"ts_recv_ns":\d+/,
      `"ts_recv_ns":${EPOCH_NS - 61_000_000_000n}`,
    ),
  ],
  ['market.futures.mbo', BUY_ESH4],
]
/** The same with times that no run takes. */
const UNSOUND_MESSAGES = UNSOUND.flatMap(([eventNs, recvNs]) =>
  MESSAGES.map(([subject, text]) => [subject, stamped(text, eventNs, recvNs)] as const),
)

/** Decoders of the same kind: one is given bytes, one text, which is read in full, one says little. */
function twins(futuresSymbol: string | null) {
  const make = () => {
    const gate = new SymbolGate(ES_SPY, futuresSymbol)
    return { gate, decoder: new BusEventDecoder({ ...SCALE, gate }), out: new MarketEvent() }
  }
  return { scanned: make(), full: make(), terse: make() }
}

/**
 * Only the fields of the event's kind: the others hold what was there before. Whether the event is
 * taken is not the decoder's to say, and decoding it changes nothing.
 */
function outcomeOf(
  { decoder, gate }: ReturnType<typeof twins>['full'],
  subject: string,
  payload: string | Uint8Array,
  isTaken = true,
) {
  const out = new MarketEvent()
  const before = gate.futuresSymbol
  const refusal = decoder.decode(subject, payload, out)
  expect(gate.futuresSymbol).toBe(before)
  if (refusal === null && isTaken) decoder.settle(out.kind)
  return { refusal, event: refusal === null ? plain(out) : null, future: gate.futuresSymbol }
}

const message = fc.oneof(
  { arbitrary: fc.constantFrom(...MESSAGES), weight: 5 },
  { arbitrary: fc.constantFrom(...UNSOUND_MESSAGES), weight: 1 },
)
/** Bytes put, taken away or changed. */
const mutations = fc.array(
  fc.tuple(fc.nat(), fc.nat(255), fc.constantFrom('set', 'insert', 'delete', 'flip', 'double')),
  { maxLength: 3 },
)

function mutated(
  text: string,
  changes: readonly (readonly [number, number, string])[],
): Uint8Array {
  let bytes = [...new TextEncoder().encode(text)]
  for (const [place, value, how] of changes) {
    const at = place % bytes.length
    if (how === 'set') bytes[at] = value
    else if (how === 'insert') bytes.splice(at, 0, value)
    else if (how === 'delete') bytes.splice(at, 1 + (value % 20))
    else if (how === 'flip') bytes[at]! ^= 1 << (value % 8)
    else bytes = [...bytes.slice(0, at), ...bytes.slice(Math.max(0, at - (value % 60)))]
    if (bytes.length === 0) bytes = [0x7b]
  }
  return Uint8Array.from(bytes)
}

describe('a message of the bus', () => {
  it('gives the same event or refusal whether it is scanned or read in full, with words or without', () => {
    let events = 0
    let refusals = 0
    let faults = 0
    const fresh = new BusEventDecoder({ epochNs: 0n, gate: new SymbolGate(ES_SPY, null) })
    const each = fc.tuple(message, mutations, fc.boolean())
    const stream = fc.array(each, { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(fc.constantFrom(null, 'ESH4'), stream, (futuresSymbol, messages) => {
        const { scanned, full, terse } = twins(futuresSymbol)
        for (const [[subject, text], changes, isTaken] of messages) {
          const bytes = mutated(text, changes)
          const was = outcomeOf(scanned, subject, bytes, isTaken)
          let decodable: string | Uint8Array = bytes
          try {
            decodable = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
          } catch {
            // What is no text is refused as bytes.
          }
          expect(was).toEqual(outcomeOf(full, subject, decodable, isTaken))
          const said = terse.decoder.decode(subject, bytes, terse.out, true)
          if (said === null && isTaken) terse.decoder.settle(terse.out.kind)
          expect([said?.code, said?.verdict]).toEqual([was.refusal?.code, was.refusal?.verdict])
          if (isMarketSubject(subject)) {
            const fault = fresh.faultOf(subject, bytes, terse.out)
            // A fault is one whatever the epoch is, and whichever future was seen before.
            if (fault !== null) {
              faults++
              expect(fault).toBe(was.refusal?.code)
            }
          }
          if (was.refusal === null) events++
          else refusals++
        }
      }),
      { numRuns: 600 },
    )
    expect(events).toBeGreaterThan(300)
    expect(refusals).toBeGreaterThan(300)
    expect(faults).toBeGreaterThan(300)
  })

  it('is scanned in its usual form: nothing is read in full once the future is known', () => {
    const { scanned } = twins('ESH4')
    const usual = MESSAGES.slice(0, 7)
    for (const [subject, text] of usual) {
      const python = text
        .replaceAll(/([:,])(?=["\d[{tfn-])/g, '$1 ')
        .replaceAll(/("price"|_px"): (\d+)(?=[,}])/g, '$1: $2.0')
      for (const spelled of [text, python, `${text}\n`]) {
        const bytes = new TextEncoder().encode(spelled)
        expect(outcomeOf(scanned, subject, bytes)).toEqual(outcomeOf(scanned, subject, spelled))
      }
    }
    expect(scanned.decoder.readInFullCount).toBe(usual.length * 3) // those given as text
  })

  it('of another instrument is refused as unknown, and says what the gate thinks', () => {
    const verdictOf = (futuresSymbol: string | null, symbol: string) => {
      const { scanned } = twins(futuresSymbol)
      outcomeOf(scanned, Subject.FuturesTrades, BUY_ESH4)
      return outcomeOf(scanned, Subject.FuturesTrades, tradeText(symbol, 19_500)).refusal
    }
    expect(verdictOf(null, 'ESM4')).toEqual({
      code: 'UNKNOWN_SYMBOL',
      message: 'expected one future or a choice, was ESH4 and ESM4',
      path: '$.symbol',
      verdict: SymbolVerdict.Ambiguous,
      symbol: 'ESM4',
    })
    expect(verdictOf('ESH4', 'ESM4')).toMatchObject({
      message: 'expected ESH4, was ESM4',
      verdict: SymbolVerdict.PassOver,
    })
    expect(verdictOf('ESH4', 'NQH4')).toMatchObject({
      message: 'expected ES, SPY or its options, was NQH4',
      verdict: SymbolVerdict.Unknown,
    })
    expect(verdictOf(null, 'ESH4-ESM4')).toMatchObject({
      code: 'UNKNOWN_SYMBOL',
      message: 'expected an outright future of ES or a choice, was ESH4-ESM4',
      verdict: SymbolVerdict.Unknown,
    })
  })

  it('settles its future once it is taken; what is decoded and refused settles nothing', () => {
    const { scanned } = twins(null)
    const juneText = tradeText('ESM4', 19_500)
    expect(outcomeOf(scanned, Subject.FuturesTrades, juneText, false)).toMatchObject({
      refusal: null,
      future: null,
    })
    // An equity that is taken next to it settles no future.
    expect(outcomeOf(scanned, Subject.StockQuotes, quoteText).future).toBe(null)
    expect(outcomeOf(scanned, Subject.FuturesTrades, BUY_ESH4).future).toBe('ESH4')
    expect(outcomeOf(scanned, Subject.FuturesTrades, juneText)).toMatchObject({
      refusal: { verdict: SymbolVerdict.Ambiguous },
      future: 'ESH4',
    })
  })

  it('of a subject that is none of the market’s is refused', () => {
    const { scanned } = twins(null)
    expect(outcomeOf(scanned, 'market.futures.mbo', BUY_ESH4).refusal).toMatchObject({
      code: 'SCHEMA',
      message: expect.stringMatching(/^expected one of market\..*, was market\.futures\.mbo$/),
      path: null,
    })
    expect(outcomeOf(scanned, 'market.futures.mbo', '{').refusal).toMatchObject({
      code: 'INVALID_JSON',
    })
  })

  it('with times that no run takes is refused as such, whatever it is of, and chooses no future', () => {
    for (const [eventNs, recvNs, path, message] of UNSOUND) {
      for (const epochNs of [EPOCH_NS, 0n, epochFor(eventNs), epochFor(recvNs)]) {
        for (const symbol of ['ESM4', 'NQH4']) {
          const gate = new SymbolGate(ES_SPY, null)
          const decoder = new BusEventDecoder({ epochNs, gate })
          const text = stamped(tradeText(symbol, 19_500), eventNs, recvNs)
          const was = decoder.decode(Subject.FuturesTrades, text, new MarketEvent())
          expect(was).toMatchObject({ code: 'SCHEMA', path, verdict: SymbolVerdict.Accept })
          expect(was?.message).toMatch(message)
          expect(gate.futuresSymbol).toBe(null)
        }
      }
    }
    const { scanned } = twins(null)
    const far = stamped(tradeText('ESM4', 19_500), EPOCH_NS + 105n * BigInt(NS_PER_DAY))
    expect(outcomeOf(scanned, Subject.FuturesTrades, far)).toMatchObject({
      refusal: {
        code: 'SCHEMA',
        message:
          "expected a time within 104 days of the run's epoch 2024-01-17T00:00:00.000000000Z, was 2024-05-01T00:00:00.000000000Z",
      },
      future: null,
    })
  })

  it('is taken at the first and last instant that any run takes', () => {
    for (const [epochNs, ns] of [
      [FIRST_TS_NS, FIRST_TS_NS],
      [epochFor(END_TS_NS - 1n), END_TS_NS - 1n],
    ] as const) {
      const gate = new SymbolGate(ES_SPY, 'ESH4')
      const decoder = new BusEventDecoder({ epochNs, gate })
      const out = new MarketEvent()
      const decode = (tsNs: bigint) =>
        decoder.decode(
          Subject.FuturesTrades,
          new TextEncoder().encode(stamped(BUY_ESH4, tsNs)),
          out,
        )
      expect(decode(ns)).toBe(null)
      expect(BigInt(out.tsRelNs)).toBe(ns - epochNs)
      expect(decoder.readInFullCount).toBe(0)
      expect(decode(ns === FIRST_TS_NS ? ns - 1n : ns + 1n)?.code).toBe('SCHEMA')
    }
  })

  it('keeps nanoseconds at the very ends of what a run can count', () => {
    const { scanned } = twins('ESH4')
    const out = new MarketEvent()
    for (const rel of [2n ** 53n - 1n, -(2n ** 53n) + 1_001n, 0n, -1n, 1_234_567_890_123_456n]) {
      const bytes = new TextEncoder().encode(
        tradeText('ESH4', 19_300, rel).replace(
          /"ts_recv_ns":\d+/,
          `"ts_recv_ns":${EPOCH_NS + rel}`,
        ),
      )
      expect(scanned.decoder.decode(Subject.FuturesTrades, bytes, out)).toBe(null)
      expect(BigInt(out.tsRelNs)).toBe(rel)
    }
    expect(scanned.decoder.readInFullCount).toBe(0)
  })
})
