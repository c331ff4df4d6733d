import { minutesToExpiry, newYorkOffsetNs, tradingDayOn } from '@levels/calendar'
import {
  epochFor,
  type InstrumentPair,
  MarketEvent,
  NS_PER_MINUTE,
  NS_PER_S,
  RangeViolationError,
  toRelNs,
} from '@levels/kernel'
import type { Agent, OptionOrder } from '../agents/agent.ts'
import { Background } from '../background/background.ts'
import { BurstClock } from '../background/burst-clock.ts'
import { CaptureDelay } from '../background/capture-delay.ts'
import { IntradayRate } from '../background/intraday-rate.ts'
import { OrderRates } from '../background/order-rates.ts'
import { Sentiment } from '../background/sentiment.ts'
import type { FuturesSink } from '../exchange/book-change.ts'
import { Exchange } from '../exchange/exchange.ts'
import type { Label } from '../label.ts'
import { checkProfile, type MarketProfile } from '../profile.ts'
import { Random } from '../random.ts'
import { AgentDesk } from './agent-desk.ts'
import { DEFAULT_EQUITY, type EquitySettings, EquityTape } from './equity-tape.ts'
import { DEFAULT_OPTIONS, type Expiry, type OptionSettings, OptionTape } from './option-tape.ts'

/** Numbers of the streams of random numbers: each part has its own, so that none disturbs another. */
const Stream = {
  Orders: 1,
  Clock: 2,
  Capture: 3,
  Equity: 4,
  Options: 5,
  Sentiment: 6,
  Agents: 100,
} as const
const RATE_STEP_NS = NS_PER_S
/** Lots that an event of the background adds to one side, on average over events of all kinds. */
const ADDED_LOTS = 0.55
const FILLS_QUEUED_MAX = 4_096

export interface MarketOptions {
  /** An integer. The same options give the same events, on every platform. */
  readonly seed: number
  readonly profile: MarketProfile
  readonly pair: InstrumentPair
  /** Start, ns since 1970. */
  readonly startNs: bigint
  /** Trading date of the nearest option expiry, `yyyymmdd`. */
  readonly tradingYmd: number
  /** Price of the equity at the start, US dollars. */
  readonly spotUsd: number
  /** Factor on the rate of ES events, on top of the time of day's. Default 1. */
  readonly rate?: number
  /** Whether the rate follows the time of day. Default true. */
  readonly isIntraday?: boolean
  readonly equity?: EquitySettings
  readonly options?: OptionSettings
  readonly agents?: readonly Agent[]
}

/** Receives what happens, in the order of event time. All arguments are borrowed. */
export interface MarketSinks {
  readonly futures: FuturesSink
  /** Quotes and trades of the equity, trades of its options. */
  readonly equity: (event: MarketEvent) => void
  readonly label?: (label: Label) => void
}

/** A fill that waits for its event to be over. */
interface QueuedFill {
  owner: number
  orderId: number
  tick: number
  lots: number
  leftLots: number
}

/**
 * A market of a future, its equity and the equity's options: the background, and agents on top.
 *
 * Memory does not depend on how long it runs.
 */
export class MarketSimulator {
  readonly epochNs: bigint
  readonly startRelNs: number
  readonly exchange: Exchange
  readonly #background: Background
  readonly #rates: OrderRates
  readonly #clock: BurstClock
  readonly #intraday: IntradayRate
  readonly #sentiment: Sentiment
  readonly #equity: EquityTape
  readonly #options: OptionTape
  readonly #desks: AgentDesk[] = []
  readonly #fills: QueuedFill[] = []
  readonly #sinks: MarketSinks
  #fillCount = 0
  #fillsDropped = 0
  #ratePerNs = 0
  #haste = 1
  #nextOrderRelNs = Infinity
  #nextRateRelNs: number
  #lastOrderRelNs: number
  #isStarted = false

  /** @throws RangeViolationError when the trading date is none or the profile contradicts itself */
  constructor(options: MarketOptions, sinks: MarketSinks) {
    checkProfile(options.profile)
    const { seed, profile, pair, startNs, spotUsd } = options
    this.#sinks = sinks
    this.epochNs = epochFor(startNs)
    this.startRelNs = toRelNs(startNs, this.epochNs)
    const start = this.startRelNs
    this.#nextRateRelNs = start
    this.#lastOrderRelNs = start
    const equity = options.equity ?? DEFAULT_EQUITY
    const delay = new CaptureDelay(profile.captureDelayNs, new Random(seed, Stream.Capture))
    this.exchange = new Exchange(Math.floor((spotUsd * equity.ratio) / pair.tick), {
      sink: sinks.futures,
      onFill: (owner, orderId, tick, lots, leftLots) => {
        this.#queueFill(owner, orderId, tick, lots, leftLots)
      },
      captureDelayNs: () => delay.next(),
    })
    this.exchange.nowRelNs = start
    const event = new MarketEvent()
    const mid = (): number =>
      ((this.exchange.bestBidTicks + this.exchange.bestAskTicks) / 2) * pair.tick
    const agents = (options.agents ?? []).map((agent, i) => this.#deskOf(agent, i, seed, pair.tick))
    this.#desks.push(...agents)
    const appetites = this.#desks.map((desk) => desk.appetite)
    this.#rates = new OrderRates(this.exchange, profile, appetites)
    this.#background = new Background(this.exchange, {
      profile,
      rates: this.#rates,
      random: new Random(seed, Stream.Orders),
    })
    this.#clock = new BurstClock(profile.excitation, new Random(seed, Stream.Clock))
    this.#intraday = new IntradayRate(profile, {
      startMinute: minuteOfDay(startNs),
      factor: options.rate ?? 1,
      isIntraday: options.isIntraday ?? true,
    })
    this.#sentiment = new Sentiment(profile.sentiment, {
      stepS: RATE_STEP_NS / NS_PER_S,
      random: new Random(seed, Stream.Sentiment),
    })
    this.#background.open()
    const tape = { startRelNs: start, event, sink: sinks.equity }
    this.#equity = new EquityTape(equity, {
      ...tape,
      random: new Random(seed, Stream.Equity),
      futuresMid: mid,
    })
    this.#options = new OptionTape(options.options ?? DEFAULT_OPTIONS, {
      ...tape,
      random: new Random(seed, Stream.Options),
      strikeStep: pair.strikeStep,
      expiries: expiriesFrom(options.tradingYmd, startNs),
      spotUsd: () => this.#equity.fairUsd,
    })
  }

  /** Fills an agent was not told of because too many came in one event. */
  get fillsDropped(): number {
    return this.#fillsDropped
  }

  /** Runs until an event time, ns since the epoch, inclusive. */
  runUntil(endRelNs: number): void {
    if (!this.#isStarted) this.#start()
    for (;;) {
      const other = Math.min(this.#nextOtherRelNs(), endRelNs + 1)
      while (this.#nextOrderRelNs < other) this.#actBackground()
      if (other > endRelNs) return
      this.#actOther(other)
    }
  }

  #start(): void {
    this.#isStarted = true
    this.exchange.tellBook()
    this.#setRate(this.startRelNs)
    for (const desk of this.#desks) desk.start()
  }

  #actBackground(): void {
    const now = this.#nextOrderRelNs
    this.exchange.nowRelNs = now
    this.#clock.pass((now - this.#lastOrderRelNs) * this.#haste)
    this.#lastOrderRelNs = now
    this.#background.act()
    this.#clock.excite()
    if (this.#fillCount === 0) return this.#scheduleOrder()
    this.#tellFills()
    this.#reschedule()
  }

  #scheduleOrder(): void {
    // Haste lets all clocks run faster, those of reactions too: as many come, sooner.
    this.#haste = this.#rates.haste
    const wait = this.#clock.untilNext(this.#ratePerNs * this.#rates.total) / this.#haste
    this.#nextOrderRelNs = wait < 1e15 ? this.#lastOrderRelNs + Math.floor(wait) + 1 : Infinity
  }

  /** Starts waiting anew: what it waits for has changed. */
  #reschedule(): void {
    const now = Math.max(this.exchange.nowRelNs, this.#lastOrderRelNs)
    this.#clock.pass((now - this.#lastOrderRelNs) * this.#haste)
    this.#lastOrderRelNs = now
    this.#scheduleOrder()
  }

  #nextOtherRelNs(): number {
    let next = Math.min(
      this.#nextRateRelNs,
      this.#equity.nextQuoteRelNs,
      this.#equity.nextTradeRelNs,
      this.#options.nextTradeRelNs,
    )
    for (const desk of this.#desks) if (desk.nextWakeRelNs < next) next = desk.nextWakeRelNs
    return next
  }

  #actOther(at: number): void {
    const now = Math.max(at, this.exchange.nowRelNs)
    this.exchange.nowRelNs = now
    if (at === this.#nextRateRelNs) this.#setRate(now)
    else if (at === this.#equity.nextQuoteRelNs) this.#equity.quote(now)
    else if (at === this.#equity.nextTradeRelNs) this.#equity.trade(now)
    else if (at === this.#options.nextTradeRelNs) this.#options.trade(now)
    else {
      const desk = this.#desks.find((each) => each.nextWakeRelNs === at)
      if (desk === undefined) return
      desk.wake()
      this.#afterAgent()
    }
  }

  #afterAgent(): void {
    if (this.#fillCount > 0) this.#tellFills()
    this.#background.review()
    this.#reschedule()
  }

  #setRate(now: number): void {
    this.#ratePerNs = this.#intraday.perNs((now - this.startRelNs) / NS_PER_MINUTE)
    this.#nextRateRelNs = now + RATE_STEP_NS
    this.#rates.lean(this.#sentiment.next())
    this.#rates.refreshAll()
    this.#reschedule()
  }

  #queueFill(owner: number, orderId: number, tick: number, lots: number, leftLots: number): void {
    if (this.#fillCount === FILLS_QUEUED_MAX) {
      this.#fillsDropped++
      return
    }
    const fill = (this.#fills[this.#fillCount++] ??= {
      owner: 0,
      orderId: 0,
      tick: 0,
      lots: 0,
      leftLots: 0,
    })
    fill.owner = owner
    fill.orderId = orderId
    fill.tick = tick
    fill.lots = lots
    fill.leftLots = leftLots
  }

  /** Agents may trade from here, which may fill others. */
  #tellFills(): void {
    for (let i = 0; i < this.#fillCount; i++) {
      const fill = this.#fills[i]
      if (fill !== undefined) this.#desks[fill.owner - 1]?.filled(fill)
    }
    this.#fillCount = 0
    this.#background.review()
  }

  #deskOf(agent: Agent, index: number, seed: number, tick: number): AgentDesk {
    return new AgentDesk(agent, {
      owner: index + 1,
      random: new Random(seed, Stream.Agents + index),
      floor: {
        exchange: this.exchange,
        ticksPerUsd: () => this.#equity.ratio / tick,
        crowdLotsPerS: () => this.#crowdLotsPerS(),
        option: (order) => this.#bringOption(order),
        label: (label) => this.#sinks.label?.(label),
      },
    })
  }

  #crowdLotsPerS(): number {
    return (
      this.#intraday.eventsPerS((this.exchange.nowRelNs - this.startRelNs) / NS_PER_MINUTE) *
      ADDED_LOTS
    )
  }

  #bringOption({ strikeUsd, right, contracts, isBuy, expiry = 0 }: OptionOrder): void {
    const trade = { strikeUsd, right, expiry, contracts, isBuy }
    this.#options.customerTrade(this.exchange.nowRelNs, trade)
  }
}

function minuteOfDay(ns: bigint): number {
  const local = ns + BigInt(newYorkOffsetNs(ns))
  const day = 86_400n * 1_000_000_000n
  return Number(local % day) / NS_PER_MINUTE
}

/** The trading date's expiry and those of the two trading days after it. */
function expiriesFrom(tradingYmd: number, startNs: bigint): Expiry[] {
  const day = tradingDayOn(tradingYmd)
  if (day === null) {
    throw new RangeViolationError(`expected a trading date, was ${tradingYmd}`)
  }
  const expiries = [tradingYmd]
  for (let ymd = nextYmd(tradingYmd); expiries.length < 3; ymd = nextYmd(ymd)) {
    if ((tradingDayOn(ymd)?.regularOpenNs ?? null) !== null) expiries.push(ymd)
  }
  return expiries.map((ymd) => ({
    ymd,
    minutesAtStart: minutesToExpiry({ tsNs: startNs, expiryYmd: ymd }),
  }))
}

/** The calendar day after. */
function nextYmd(ymd: number): number {
  const year = Math.floor(ymd / 10_000)
  const month = Math.floor(ymd / 100) % 100
  const next = new Date(Date.UTC(year, month - 1, (ymd % 100) + 1))
  return next.getUTCFullYear() * 10_000 + (next.getUTCMonth() + 1) * 100 + next.getUTCDate()
}
