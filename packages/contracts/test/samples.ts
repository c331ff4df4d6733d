import type {
  FuturesTrade,
  LevelSignal,
  LevelSignals,
  Mbp10,
  OptionTrade,
  Reject,
  ServiceStatus,
  StockQuote,
  StockTrade,
} from '../src/index.ts'

const stamp = {
  tsEventNs: 1_715_629_300_123_456_789n,
  tsRecvNs: 1_715_629_300_123_999_001n,
  source: 'replay',
  seq: 42,
} as const

export const stockTrade: StockTrade = {
  ...stamp,
  symbol: 'SPY',
  price: 687.42,
  size: 100,
  exchange: 4,
  conditions: [12, 37],
}

export const stockQuote: StockQuote = {
  ...stamp,
  symbol: 'SPY',
  bidPx: 687.41,
  askPx: 687.43,
  bidSz: 900,
  askSz: 0,
  bidExch: null,
  askExch: 11,
}

export const optionTrade: OptionTrade = {
  ...stamp,
  underlying: 'SPY',
  optionSymbol: 'O:SPY251216C00687500',
  expDate: '2025-12-16',
  strike: 687.5,
  right: 'C',
  price: 1.23,
  size: 10,
  optBid: 1.22,
  optAsk: 1.24,
  aggressor: 'MID',
  conditions: null,
  delta: 0.48,
  gamma: 0.031,
}

export const futuresTrade: FuturesTrade = {
  ...stamp,
  symbol: 'ESH4',
  price: 4821.25,
  size: 3,
  aggressor: 'SELL',
  exchange: null,
  conditions: null,
}

export const mbp10: Mbp10 = {
  ...stamp,
  symbol: 'ESH4',
  levels: Array.from({ length: 10 }, (_, i) => ({
    bidPx: 4821 - i * 0.25,
    bidSz: 11 + i,
    askPx: 4821.25 + i * 0.25,
    askSz: 7 + 2 * i,
  })),
  isSnapshot: false,
}

export const levelSignal: LevelSignal = {
  id: 'STRIKE_687',
  price: 687,
  kind: 'STRIKE',
  direction: 'SUPPORT',
  distance: 0.42,
  breakScoreRaw: 88.5,
  breakScoreSmooth: 81.2,
  signal: 'BREAK',
  confidence: 'HIGH',
  barrier: {
    state: 'VACUUM',
    deltaLiq: -8200,
    replenishmentRatio: 0.15,
    addedSize: 3100,
    canceledSize: 9800,
    filledSize: 1500,
    defendingQuote: { price: 687, size: 150 },
    churn: 12900,
    depthInZone: 450,
    confidence: 0.9,
    visibility: 1,
  },
  tape: {
    imbalance: -0.45,
    buyVol: 120000,
    sellVol: 320000,
    velocity: -0.08,
    sweep: { detected: true, direction: 'DOWN', notional: 1250000, numPrints: 15, windowMs: 250 },
    confidence: 0.75,
  },
  fuel: {
    effect: 'AMPLIFY',
    netDealerGamma: -185000,
    callWall: { strike: 690, netGamma: 75000, wallType: 'CALL', strength: 1.5 },
    putWall: { strike: 684, netGamma: 65000, wallType: 'PUT', strength: 1.3 },
    hvl: 687,
    gammaByStrike: new Map([
      [684, -25000],
      [687, 10000],
      [690, 75000],
    ]),
    confidence: 0.5,
  },
  runway: {
    direction: 'DOWN',
    nextLevelId: 'PUT_WALL',
    nextLevelPrice: 684,
    distance: 3,
    quality: 'CLEAR',
  },
  note: 'Vacuum + dealers chase; sweep confirms',
  components: { liquidityScore: 100, hedgeScore: 100, tapeScore: 42.5 },
  confluence: ['ROUND_687'],
  smooth: {
    deltaLiq: -8011.25,
    replenishmentRatio: 0.1625,
    velocity: -0.0775,
    netDealerGamma: -179500.5,
  },
}

export const levelSignals: LevelSignals = {
  ts: 1715629300250,
  spy: { spot: 687.42, bid: 687.41, ask: 687.43 },
  levels: [levelSignal],
  health: { book: 'live', basis: 'live', greeksCoverage: 0.98 },
}

export const reject: Reject = {
  ts: 1715629300123,
  subject: 'market.futures.trades',
  code: 'OFF_TICK',
  message: 'expected a multiple of the tick 0.25, was 4821.3',
  path: '$.price',
  streamSeq: 981,
  payload: '{"price":4821.3}',
}

export const serviceStatus: ServiceStatus = {
  ts: 1715629300123,
  runId: '2024-05-13T19:41:40Z-1',
  state: 'DEGRADED',
  reason: { code: 'BOOK_STALE', message: 'expected depth within 5 s, was 7.2 s ago' },
  lastEventTs: 1715629300001,
  lagMs: 122.5,
  events: { 'market.futures.trades': 12, 'market.futures.mbp10': 1200 },
  rejects: { OFF_TICK: 1 },
  snapshotAgeS: 12.5,
  versions: { '@levels/contracts': '0.1.0' },
}
