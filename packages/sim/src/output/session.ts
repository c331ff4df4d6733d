import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { tradingDayOn } from '@levels/calendar'
import { ndjsonLine, type PublishedAs } from '@levels/feed'
import {
  epochFor,
  ES_SPY,
  type MarketEvent,
  NS_PER_MINUTE,
  NS_PER_S,
  RangeViolationError,
} from '@levels/kernel'
import type { Agent } from '../agents/agent.ts'
import { ES_EVENING } from '../es-evening-profile.ts'
import { labelLine } from '../label.ts'
import { MarketSimulator } from '../market/market-simulator.ts'
import type { MarketProfile } from '../profile.ts'
import { FuturesFiles } from './futures-files.ts'
import { LineFile } from './partial-file.ts'

/** Symbol of the future that is made. */
export const FUTURES_SYMBOL = 'ESH6'
/** Trading date of a session, unless told otherwise. */
export const TRADING_YMD = 20_260_310
/** Price of the equity at the start, unless told otherwise. */
export const SPOT_USD = 687.2

/** What a session is made from; the same options give the same events. */
export interface SessionOptions {
  /** An integer. */
  readonly seed: number
  /** Trading date, `yyyymmdd`, with a regular session; the session begins at 10:00 New York. */
  readonly tradingYmd?: number
  /** Start, ns since 1970, in place of 10:00. */
  readonly startNs?: bigint
  /** Price of the equity at the start, US dollars. */
  readonly spotUsd?: number
  readonly profile?: MarketProfile
  /** Factor on the rate of ES events as fitted, whatever the time of day; null follows the day. */
  readonly rate?: number | null
  readonly agents?: readonly Agent[]
}

export interface GenerateOptions extends SessionOptions {
  /** Folder that the files are put in; made when missing. */
  readonly dir: string
  /** Event time covered, s. */
  readonly durationS: number
  /** Also all events as messages of the bus, one a line, in `events.ndjson`. */
  readonly withEvents?: boolean
  /** Called about once a second of event time with the share done, 0–1. */
  readonly onProgress?: (share: number) => void
}

export interface GeneratedSession {
  /** DBN, schema mbp-10: ES depth with its trades. */
  readonly depthPath: string
  /** DBN, schema trades: the trades alone. */
  readonly tradesPath: string
  /** NDJSON of bus events: SPY quotes and trades, SPY option trades. */
  readonly equityPath: string
  /** NDJSON of labels. */
  readonly labelsPath: string
  readonly depthRecords: number
  readonly tradeRecords: number
  readonly equityEvents: number
  readonly labels: number
  /** SHA-256 over every event in order, as messages of the bus; null unless events were written. */
  readonly digest: string | null
}

/**
 * When a session begins, ns since 1970.
 *
 * @throws RangeViolationError when its trading date has no regular session
 */
export function sessionStartNs(options: SessionOptions): bigint {
  if (options.startNs !== undefined) return options.startNs
  const ymd = options.tradingYmd ?? TRADING_YMD
  const openNs = tradingDayOn(ymd)?.regularOpenNs ?? null
  if (openNs === null) {
    throw new RangeViolationError(`expected a date with a regular session, was ${ymd}`)
  }
  return openNs + BigInt(30 * NS_PER_MINUTE)
}

/** What `MarketSimulator` is made with for a session. */
export function marketOptions(options: SessionOptions) {
  const { seed, rate = 1 } = options
  return {
    seed,
    profile: options.profile ?? ES_EVENING,
    pair: ES_SPY,
    startNs: sessionStartNs(options),
    tradingYmd: options.tradingYmd ?? TRADING_YMD,
    spotUsd: options.spotUsd ?? SPOT_USD,
    rate: rate ?? 1,
    isIntraday: rate === null,
    agents: options.agents ?? [],
  }
}

/**
 * Writes a session as the files that a user of recorded data would have. The same options give the
 * same bytes. Files appear under their names only when they are complete. Memory does not depend on
 * the length.
 *
 * @throws RangeViolationError when the trading date has no regular session
 */
export function generateSession(options: GenerateOptions): GeneratedSession {
  const market = marketOptions(options)
  mkdirSync(options.dir, { recursive: true })
  const files = new SessionFiles(options.dir, {
    startNs: market.startNs,
    endNs: market.startNs + BigInt(Math.ceil(options.durationS * NS_PER_S)),
    withEvents: options.withEvents ?? false,
  })
  try {
    const simulator = new MarketSimulator(market, files)
    const seconds = Math.ceil(options.durationS)
    for (let second = 1; second <= seconds; second++) {
      const until = Math.min(second, options.durationS) * NS_PER_S
      simulator.runUntil(simulator.startRelNs + Math.floor(until))
      options.onProgress?.(second / seconds)
    }
    return files.finish()
  } catch (error) {
    files.abandon()
    throw error
  }
}

/** The files of a session; takes events as `MarketSimulator` gives them. */
class SessionFiles {
  readonly #futures: FuturesFiles
  readonly #equity: LineFile
  readonly #labels: LineFile
  readonly #events: LineFile | null
  readonly #digest = createHash('sha256')
  readonly #as: PublishedAs
  readonly #dir: string

  constructor(dir: string, span: { startNs: bigint; endNs: bigint; withEvents: boolean }) {
    const epochNs = epochFor(span.startNs)
    this.#dir = dir
    this.#as = { epochNs, pair: ES_SPY, futuresSymbol: FUTURES_SYMBOL, source: 'sim' }
    this.#futures = new FuturesFiles(dir, {
      symbol: FUTURES_SYMBOL,
      pair: ES_SPY,
      epochNs,
      startNs: span.startNs,
      endNs: span.endNs,
    })
    this.#equity = new LineFile(join(dir, 'spy.ndjson'))
    this.#labels = new LineFile(join(dir, 'labels.ndjson'))
    this.#events = span.withEvents ? new LineFile(join(dir, 'events.ndjson')) : null
  }

  readonly futures: ConstructorParameters<typeof MarketSimulator>[1]['futures'] = (
    event,
    change,
  ) => {
    this.#futures.write(event, change)
    if (this.#events !== null) this.#tell(ndjsonLine(event, this.#as), this.#events)
  }

  readonly equity = (event: MarketEvent): void => {
    const line = ndjsonLine(event, this.#as)
    this.#equity.write(line)
    if (this.#events !== null) this.#tell(line, this.#events)
  }

  readonly label: NonNullable<ConstructorParameters<typeof MarketSimulator>[1]['label']> = (
    label,
  ) => {
    this.#labels.write(labelLine(label, this.#as.epochNs))
  }

  finish(): GeneratedSession {
    this.#futures.finish()
    for (const file of [this.#equity, this.#labels, this.#events]) file?.finish()
    return {
      depthPath: this.#futures.depthPath,
      tradesPath: this.#futures.tradesPath,
      equityPath: join(this.#dir, 'spy.ndjson'),
      labelsPath: join(this.#dir, 'labels.ndjson'),
      depthRecords: this.#futures.depthRecords,
      tradeRecords: this.#futures.tradeRecords,
      equityEvents: this.#equity.count,
      labels: this.#labels.count,
      digest: this.#events === null ? null : this.#digest.digest('hex'),
    }
  }

  abandon(): void {
    this.#futures.abandon()
    for (const file of [this.#equity, this.#labels, this.#events]) file?.abandon()
  }

  #tell(line: string, events: LineFile): void {
    events.write(line)
    this.#digest.update(line).update('\n')
  }
}
