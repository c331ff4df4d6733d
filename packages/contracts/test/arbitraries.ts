import fc from 'fast-check'
import type {
  FuturesTrade,
  LevelSignal,
  LevelSignals,
  Mbp10,
  OptionTrade,
  StockQuote,
  StockTrade,
} from '../src/index.ts'
import {
  AGGRESSORS,
  BARRIER_STATES,
  BASIS_HEALTHS,
  BOOK_HEALTHS,
  BREAK_DIRECTIONS,
  CONFIDENCES,
  DIRECTIONS,
  FUEL_EFFECTS,
  LEVEL_KINDS,
  RIGHTS,
  RUNWAY_QUALITIES,
  SIGNALS,
  SOURCES,
  SWEEP_DIRECTIONS,
} from '../src/index.ts'

const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null })
/** Any finite double but the negative zero, which text does not tell from zero. */
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0)
const positive = fc.double({ min: Number.MIN_VALUE, max: 1e12, noNaN: true })
const notNegative = fc.double({ min: 0, max: 1e12, noNaN: true })
const share = fc.double({ min: 0, max: 1, noNaN: true })
const score = fc.double({ min: 0, max: 100, noNaN: true })
const count = fc.nat(2_147_483_647)
const size = fc.integer({ min: 1, max: 2_147_483_647 })
const symbol = fc.string({ minLength: 1, maxLength: 32, unit: 'grapheme-ascii' })
const conditions = orNull(fc.array(fc.maxSafeInteger().map((n) => n + 0)))

const stamp = {
  tsEventNs: fc.bigInt(0n, 2n ** 63n - 1n),
  tsRecvNs: fc.bigInt(0n, 2n ** 63n - 1n),
  source: fc.constantFrom(...SOURCES),
  seq: orNull(fc.maxSafeNat()),
}

export const stockTrades: fc.Arbitrary<StockTrade> = fc.record({
  ...stamp,
  symbol,
  price: positive,
  size,
  exchange: orNull(count),
  conditions,
})

export const stockQuotes: fc.Arbitrary<StockQuote> = fc.record({
  ...stamp,
  symbol,
  bidPx: positive,
  askPx: positive,
  bidSz: count,
  askSz: count,
  bidExch: orNull(count),
  askExch: orNull(count),
})

export const optionTrades: fc.Arbitrary<OptionTrade> = fc
  .record({
    ...stamp,
    root: fc.stringMatching(/^[A-Z]{1,6}$/),
    expiry: fc.date({
      min: new Date('2000-01-01'),
      max: new Date('2099-12-31'),
      noInvalidDate: true,
    }),
    strikeMilli: fc.integer({ min: 1, max: 99_999_999 }),
    prefix: fc.constantFrom('O:', ''),
    right: fc.constantFrom(...RIGHTS),
    price: positive,
    size,
    optBid: orNull(notNegative),
    optAsk: orNull(positive),
    aggressor: fc.constantFrom(...AGGRESSORS),
    conditions,
    delta: orNull(fc.double({ min: -1, max: 1, noNaN: true }).map((x) => x + 0)),
    gamma: orNull(notNegative),
  })
  .map(({ root, expiry, strikeMilli, prefix, ...trade }) => {
    const expDate = expiry.toISOString().slice(0, 10)
    const occDate = expDate.replaceAll('-', '').slice(2)
    const occStrike = String(strikeMilli).padStart(8, '0')
    return {
      ...trade,
      underlying: root,
      optionSymbol: `${prefix}${root}${occDate}${trade.right}${occStrike}`,
      expDate,
      strike: strikeMilli / 1000,
    }
  })

export const futuresTrades: fc.Arbitrary<FuturesTrade> = fc.record({
  ...stamp,
  symbol,
  price: size.map((tick) => tick * 0.25),
  size,
  aggressor: fc.constantFrom(...AGGRESSORS),
  exchange: orNull(count),
  conditions,
})

/** One side of a book: best first, strictly away from it, then empty slots. */
function side(direction: 1 | -1): fc.Arbitrary<{ px: number; sz: number }[]> {
  return fc
    .tuple(
      fc.integer({ min: 1_000, max: 40_000 }),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), count), { maxLength: 10, size: 'max' }),
    )
    .map(([best, steps]) => {
      let tick = best
      const slots = steps.map(([step, sz]) => {
        tick += direction * step
        return { px: tick * 0.25, sz }
      })
      return [...slots, ...Array.from({ length: 10 - slots.length }, () => ({ px: 0, sz: 0 }))]
    })
}

export const mbp10s: fc.Arbitrary<Mbp10> = fc
  .record({ ...stamp, symbol, bids: side(-1), asks: side(1), isSnapshot: fc.boolean() })
  .map(({ bids, asks, isSnapshot, ...rest }) => ({
    ...rest,
    levels: bids.map(({ px, sz }, i) => ({
      bidPx: px,
      bidSz: sz,
      askPx: asks[i]?.px ?? 0,
      askSz: asks[i]?.sz ?? 0,
    })),
    isSnapshot,
  }))

const id = fc.oneof(
  fc.constantFrom('STRIKE_687', 'VWAP', 'HOTZONE_686.35'),
  fc.string({ minLength: 1, unit: 'binary' }),
)

const wall = <T extends 'CALL' | 'PUT'>(wallType: T) =>
  orNull(
    fc.record({
      strike: number,
      netGamma: number,
      wallType: fc.constant(wallType),
      strength: notNegative,
    }),
  )

const strikes = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 4_000 }), number), {
    selector: ([quarters]) => quarters,
    maxLength: 25,
  })
  .map((pairs) => {
    const ascending = pairs.sort(([a], [b]) => a - b)
    return new Map(ascending.map(([quarters, gamma]) => [quarters / 4, gamma]))
  })

const runway = fc
  .record({
    direction: fc.constantFrom(...BREAK_DIRECTIONS),
    next: orNull(fc.tuple(id, number, notNegative)),
    quality: fc.constantFrom(...RUNWAY_QUALITIES),
  })
  .map(({ direction, next, quality }) => ({
    direction,
    nextLevelId: next?.[0] ?? null,
    nextLevelPrice: next?.[1] ?? null,
    distance: next?.[2] ?? null,
    quality,
  }))

const level: fc.Arbitrary<LevelSignal> = fc.record({
  id,
  price: number,
  kind: fc.constantFrom(...LEVEL_KINDS),
  direction: fc.constantFrom(...DIRECTIONS),
  distance: notNegative,
  breakScoreRaw: score,
  breakScoreSmooth: score,
  signal: fc.constantFrom(...SIGNALS),
  confidence: fc.constantFrom(...CONFIDENCES),
  barrier: fc.record({
    state: fc.constantFrom(...BARRIER_STATES),
    deltaLiq: number,
    replenishmentRatio: notNegative,
    addedSize: count,
    canceledSize: count,
    filledSize: count,
    defendingQuote: fc.record({ price: orNull(number), size: count }),
    churn: notNegative,
    depthInZone: count,
    confidence: orNull(share),
    visibility: orNull(share),
  }),
  tape: fc.record({
    imbalance: fc.double({ min: -1, max: 1, noNaN: true }).map((x) => x + 0),
    buyVol: count,
    sellVol: count,
    velocity: number,
    sweep: fc.record({
      detected: fc.boolean(),
      direction: fc.constantFrom(...SWEEP_DIRECTIONS),
      notional: notNegative,
      numPrints: count,
      windowMs: notNegative,
    }),
    confidence: orNull(share),
  }),
  fuel: fc.record({
    effect: fc.constantFrom(...FUEL_EFFECTS),
    netDealerGamma: number,
    callWall: wall('CALL'),
    putWall: wall('PUT'),
    hvl: orNull(number),
    gammaByStrike: strikes,
    confidence: orNull(share),
  }),
  runway,
  note: fc.string({ minLength: 1, unit: 'grapheme' }),
  components: orNull(fc.record({ liquidityScore: score, hedgeScore: score, tapeScore: score })),
  confluence: orNull(fc.array(id, { maxLength: 3 })),
  smooth: orNull(
    fc.record({
      deltaLiq: number,
      replenishmentRatio: number,
      velocity: number,
      netDealerGamma: number,
    }),
  ),
})

const byDistance = (a: LevelSignal, b: LevelSignal) =>
  a.distance - b.distance || (a.id < b.id ? -1 : 1)

/** Payloads that keep every rule; about half share one map of strikes among their levels. */
export const levelSignals: fc.Arbitrary<LevelSignals> = fc
  .record({
    ts: fc.maxSafeNat(),
    spy: fc.record({ spot: number, bid: orNull(number), ask: orNull(number) }),
    levels: fc.uniqueArray(level, { selector: (l) => l.id, maxLength: 6 }),
    sharedStrikes: orNull(strikes),
    health: orNull(
      fc.record({
        book: fc.constantFrom(...BOOK_HEALTHS),
        basis: fc.constantFrom(...BASIS_HEALTHS),
        greeksCoverage: orNull(share),
      }),
    ),
  })
  .map(({ levels, sharedStrikes, ...payload }) => ({
    ...payload,
    levels: levels
      .map((l) =>
        sharedStrikes === null ? l : { ...l, fuel: { ...l.fuel, gammaByStrike: sharedStrikes } },
      )
      .sort(byDistance),
  }))
