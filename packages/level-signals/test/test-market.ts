import type { LevelSignal, LevelSignals } from '@levels/contracts'
import { Aggressor, NS_PER_DAY, NS_PER_HOUR, NS_PER_S, type MarketEvent } from '@levels/kernel'
import { LevelSignalPipeline, resolveConfig } from '../src/index.ts'
import { depth, futuresTrade, optionTrade, side } from './events.ts'

/** Monday 9 March 2026, a regular trading day; New York is four hours behind UTC. */
export const EPOCH_NS = BigInt(Date.UTC(2026, 2, 9)) * 1_000_000n
export const MONDAY = 0
export const TUESDAY = 1
const TUESDAY_YMD = 20_260_310
const NEW_YORK_BEHIND_NS = 4 * NS_PER_HOUR

/** ES ticks to the SPY dollar while no quote was seen: the ratio is 10. */
const TICKS_PER_DOLLAR = 40

/** An instant on New York's clocks, `hh:mm` or `hh:mm:ss`, ns since the epoch. */
export function newYork(day: number, clock: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number)
  const ofDayNs = ((hours * 60 + minutes) * 60 + seconds) * NS_PER_S
  return day * NS_PER_DAY + ofDayNs + NEW_YORK_BEHIND_NS
}

export function ticksOf(spyPrice: number): number {
  return Math.round(spyPrice * TICKS_PER_DOLLAR)
}

/** A market fed by hand, on Tuesday from 10:00 on unless it is moved elsewhere. */
export class TestMarket {
  readonly pipeline: LevelSignalPipeline
  readonly payloads: LevelSignals[] = []
  readonly refused: string[] = []
  readonly #snapNs: number
  nowNs: number

  constructor(
    overrides: Readonly<Record<string, unknown>> = {},
    startNs: number = newYork(TUESDAY, '10:00'),
  ) {
    const config = resolveConfig(overrides)
    this.pipeline = new LevelSignalPipeline({
      epochNs: EPOCH_NS,
      config,
      onSignals: (signals) => this.payloads.push(signals),
      onRefused: (_event, code) => this.refused.push(code),
    })
    this.#snapNs = config.levels.snapIntervalMs * 1_000_000
    this.nowNs = startNs
  }

  /** Goes to a later time without a snap. */
  at(tsRelNs: number): this {
    this.nowNs = tsRelNs
    return this
  }

  apply(event: MarketEvent): this {
    this.pipeline.onEvent(event)
    return this
  }

  /** A futures trade that makes this the spot (a multiple of 0.025). */
  trade(spyPrice: number, size = 1, aggressor: Aggressor = Aggressor.Mid): this {
    return this.apply(futuresTrade(this.nowNs, ticksOf(spyPrice), size, aggressor))
  }

  /** Ten full levels a side around one tick of spread. */
  book(bestBid: number, bidLots: number, askLots = 20, fields: Partial<MarketEvent> = {}): this {
    const bid = ticksOf(bestBid)
    const sides = [side(bid, -1, bidLots), side(bid + 1, 1, askLots)] as const
    return this.apply(depth(this.nowNs, ...sides, fields))
  }

  /** An option trade of today's expiry whose gamma is known, 0.05 a share. */
  option(strike: number, size: number, fields: Partial<MarketEvent> = {}): this {
    const terms = { strikeMilli: strike * 1_000, size, expiryYmd: TUESDAY_YMD }
    return this.apply(optionTrade(this.nowNs, { ...terms, delta: 0.5, gamma: 0.05, ...fields }))
  }

  /** Passes the next boundary, or stops at the one it is on. @returns its payload */
  snap(): LevelSignals {
    this.nowNs = Math.ceil(this.nowNs / this.#snapNs) * this.#snapNs
    this.pipeline.onBoundary(this.nowNs)
    return this.newest
  }

  /** Lets time pass, with a payload at every boundary up to and including the last instant. */
  run(seconds: number): this {
    const endNs = this.nowNs + seconds * NS_PER_S
    const first = Math.floor(this.nowNs / this.#snapNs) + 1
    for (let n = first; n * this.#snapNs <= endNs; n++) this.pipeline.onBoundary(n * this.#snapNs)
    this.nowNs = endNs
    return this
  }

  get newest(): LevelSignals {
    const payload = this.payloads.at(-1)
    if (payload === undefined) throw new Error('expected a payload, was none')
    return payload
  }

  /** A level of the newest payload. */
  level(id: string): LevelSignal {
    const level = this.newest.levels.find((l) => l.id === id)
    const ids = this.newest.levels.map((l) => l.id)
    if (level === undefined) throw new Error(`expected ${id}, was ${ids.join(', ') || 'no level'}`)
    return level
  }

  get ids(): string[] {
    return this.newest.levels.map((l) => l.id)
  }
}
