/** Every subject on the bus. */
export const Subject = {
  StockTrades: 'market.stocks.trades',
  StockQuotes: 'market.stocks.quotes',
  OptionTrades: 'market.options.trades',
  FuturesTrades: 'market.futures.trades',
  FuturesMbp10: 'market.futures.mbp10',
  LevelSignals: 'levels.signals',
  Rejects: 'levels.rejects',
  Status: 'levels.status',
} as const
export type Subject = (typeof Subject)[keyof typeof Subject]

/** What comes in. */
export const MARKET_SUBJECTS = [
  Subject.StockTrades,
  Subject.StockQuotes,
  Subject.OptionTrades,
  Subject.FuturesTrades,
  Subject.FuturesMbp10,
] as const
export type MarketSubject = (typeof MARKET_SUBJECTS)[number]

export function isMarketSubject(subject: string): subject is MarketSubject {
  return (MARKET_SUBJECTS as readonly string[]).includes(subject)
}

/** The name of a message's shape, e.g. `levels.signals.v1`: what `Levels-Schema` says. */
export type SchemaId = `${Subject}.v${number}`

/** Message headers of what Levels publishes: all but `lull` are on every message. */
export const HEADERS = {
  /** The schema of the payload, a `SchemaId`. */
  schema: 'Levels-Schema',
  /** Makes a republish idempotent. */
  messageId: 'Nats-Msg-Id',
  /** The run that published it. */
  run: 'Levels-Run',
  /**
   * On payloads of `levels.signals` whose boundary was passed by the wall clock, in a lull: the
   * place in the market stream of the last message taken by then, decimal digits.
   */
  lull: 'Levels-Lull',
} as const

/** A JetStream stream: file storage, limits retention. */
export interface StreamDefinition {
  readonly name: string
  readonly subjects: readonly string[]
  readonly maxAgeHours: number
}

/** Keeps what comes in. */
export const MARKET_STREAM: StreamDefinition = {
  name: 'MARKET_DATA',
  subjects: ['market.>'],
  maxAgeHours: 24,
}

/** Keeps what Levels publishes. */
export const SIGNAL_STREAM: StreamDefinition = {
  name: 'LEVEL_SIGNALS',
  subjects: ['levels.>'],
  maxAgeHours: 24,
}

export const STREAMS: readonly StreamDefinition[] = [MARKET_STREAM, SIGNAL_STREAM]
