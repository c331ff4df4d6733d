import { SessionClock } from '@levels/calendar'
import {
  decodeMarketEvent,
  isMarketSubject,
  type MarketSubject,
  type Refusal,
  type RejectCode,
  Subject,
} from '@levels/contracts'
import {
  BusEventDecoder,
  isSoundStamp,
  OrderedDelivery,
  PushOutcome,
  SymbolGate,
  SymbolVerdict,
} from '@levels/feed'
import {
  epochFor,
  ES_SPY,
  EventKind,
  type InstrumentPair,
  MarketEvent,
  NS_PER_MS,
  relNsToUnixMs,
  StateBuffer,
} from '@levels/kernel'
import { type CapacityLosses, LevelSignalPipeline, type LevelsConfig } from '@levels/level-signals'
import { noCounts } from './run-counts.ts'
import { appliedRefusal, fullRefusal, lateRefusal, type RefusedMessage } from './refused-message.ts'
import type { RunCounts, RunMarket, RunState } from './run-state.ts'
import { bytesOf, type SignalPayload } from './signal-payload.ts'

export interface LiveRunnerOptions {
  readonly config: LevelsConfig
  /** The future to take; null: the first one of which an event is taken. */
  readonly futuresSymbol: string | null
  readonly pair?: InstrumentPair
  readonly onSignals: (payload: SignalPayload) => void
  readonly onRefused: (refused: RefusedMessage) => void
  /** Checks every payload against its schema before it is given. */
  readonly isChecked?: boolean
  /** Told of what a payload took to make, ms. */
  readonly onComputed?: (elapsedMs: number) => void
  /** Goes on from here. */
  readonly from?: RunState
  /** Place of the first message, where it goes on from nothing. */
  readonly startSeq?: number
}

/** What exists from the first readable message with sound times on: it sets the epoch. */
interface Market {
  readonly epochNs: bigint
  readonly delivery: OrderedDelivery
  readonly pipeline: LevelSignalPipeline
  readonly decoder: BusEventDecoder
}

const LANE = 0
const SUBJECT_OF_KIND: Readonly<Record<EventKind, MarketSubject>> = {
  [EventKind.FuturesTrade]: Subject.FuturesTrades,
  [EventKind.Depth]: Subject.FuturesMbp10,
  [EventKind.StockQuote]: Subject.StockQuotes,
  [EventKind.StockTrade]: Subject.StockTrades,
  [EventKind.OptionTrade]: Subject.OptionTrades,
}

/**
 * From messages of the bus to payloads: what `replay` of `@levels/feed` does for a file of the same
 * messages, message by message. It has no clock: what it gives depends on the messages, their order
 * and the lulls it is told of, so that doing it again gives the same bytes.
 */
export class LiveRunner {
  /** Those of `counts` that the run had when this began. */
  readonly countsBefore: RunCounts
  readonly #options: LiveRunnerOptions
  readonly #pair: InstrumentPair
  readonly #gate: SymbolGate
  readonly #events: Record<MarketSubject, number>
  readonly #rejects: Record<RejectCode, number>
  readonly #countedSeq: number
  readonly #unread: BusEventDecoder
  readonly #scratch = new MarketEvent()
  readonly #saved = { marketState: new StateBuffer(), levelSignals: new StateBuffer() }
  #passedOver = 0
  #market: Market | null = null
  #coveredSeq: number
  #newestRelNs = -Infinity
  #lastBoundaryMs: number | null = null
  #lullSeq: number | null = null
  // The message in hand, for a refusal that comes out of the buffer.
  #subject = ''
  #data: Uint8Array | null = null
  #isResync = false
  #computeBeganMs = 0

  /** @throws StateCodecError when the saved state does not fit the configuration */
  constructor(options: LiveRunnerOptions) {
    const { futuresSymbol, from, startSeq = 1 } = options
    this.#options = options
    this.#pair = options.pair ?? ES_SPY
    this.#gate = new SymbolGate(this.#pair, futuresSymbol)
    this.#unread = new BusEventDecoder({ epochNs: 0n, gate: this.#gate })
    this.countsBefore = from?.counts ?? noCounts
    const { events, rejects, passedOver } = this.countsBefore
    this.#events = { ...events }
    this.#rejects = { ...rejects }
    this.#passedOver = passedOver
    this.#coveredSeq = from?.coveredSeq ?? startSeq - 1
    this.#countedSeq = this.#coveredSeq
    if (from === undefined) return
    this.#lastBoundaryMs = from.lastBoundaryMs
    if (futuresSymbol === null && from.futuresSymbol !== null) {
      this.#gate.settle(from.futuresSymbol)
    }
    if (from.market !== null) this.#restore(from.market)
  }

  /** Place of the last message taken. */
  get coveredSeq(): number {
    return this.#coveredSeq
  }

  /** Newest event time taken, ns since the epoch; −Infinity before the first. */
  get newestRelNs(): number {
    return this.#newestRelNs
  }

  /** Newest event time taken, Unix ms; null before the first. */
  get newestMs(): number | null {
    if (this.#market === null || this.#newestRelNs === -Infinity) return null
    return relNsToUnixMs(this.#newestRelNs, this.#market.epochNs)
  }

  /** The boundary that comes next when no more events do, ns since the epoch; `Infinity`: none. */
  get lullBoundaryRelNs(): number {
    return this.#market?.delivery.lullBoundaryRelNs ?? Infinity
  }

  /** The same, Unix ms. */
  get lullBoundaryMs(): number {
    const { lullBoundaryRelNs } = this
    if (this.#market === null || lullBoundaryRelNs === Infinity) return Infinity
    return relNsToUnixMs(lullBoundaryRelNs, this.#market.epochNs)
  }

  get latenessNs(): number {
    return this.#options.config.feed.latenessMs * NS_PER_MS
  }

  get lastBoundaryMs(): number | null {
    return this.#lastBoundaryMs
  }

  /** Events waiting for older ones. */
  get waitingCount(): number {
    return this.#market?.delivery.buffer.length ?? 0
  }

  /** Events the pool has ever made: what the memory held is proportional to. */
  get pooledCount(): number {
    return this.#market?.delivery.buffer.pooledCount ?? 0
  }

  /** What bounded memory has left out; null before the first event. */
  get capacityLosses(): CapacityLosses | null {
    return this.#market?.pipeline.capacityLosses ?? null
  }

  get counts(): RunCounts {
    return { events: this.#events, rejects: this.#rejects, passedOver: this.#passedOver }
  }

  /** Messages may have been lost: the next depth is not to be compared with the last one. */
  expectGap(): void {
    this.#isResync = true
  }

  /**
   * Takes in a message. Places must rise, but for those that are given again after a restart: from
   * `rereadSeq` of the saved state on.
   *
   * @param data borrowed until this returns
   */
  take(subject: string, data: Uint8Array, streamSeq: number): void {
    const isAgain = streamSeq <= this.#countedSeq
    this.#subject = subject
    this.#data = data
    if (!isAgain) this.#coveredSeq = streamSeq
    const code = this.#market === null ? this.#begin(subject, data) : null
    if (this.#market !== null) this.#push(this.#market, subject, data, streamSeq, isAgain)
    else if (code !== null) {
      const explain = (): Refusal => this.#explain(this.#unread, subject, data, code)
      this.#refuse({ subject, streamSeq, code, data, explain })
    }
  }

  /**
   * Delivers what can no longer be preceded.
   *
   * @param payloadsMax payloads that can be taken for now, ≥ 0
   * @returns false when more is due
   */
  advance(payloadsMax: number): boolean {
    return this.#market?.delivery.deliverSome(payloadsMax) ?? true
  }

  /**
   * No event came until the lateness after `lullBoundaryRelNs`: passes that boundary. To be called
   * when nothing else is due.
   */
  passLull(): void {
    this.#lullSeq = this.#coveredSeq
    this.#market?.delivery.passLull()
    this.#lullSeq = null
  }

  /**
   * Everything it takes to go on from here. To be asked when nothing is due. The states in it are
   * borrowed: megabytes, written to the same place each time.
   */
  save(): RunState {
    const leastArrival = this.#market?.delivery.buffer.leastArrival ?? Infinity
    return {
      coveredSeq: this.#coveredSeq,
      rereadSeq: Math.min(leastArrival, this.#coveredSeq + 1),
      futuresSymbol: this.#gate.futuresSymbol,
      counts: {
        events: { ...this.#events },
        rejects: { ...this.#rejects },
        passedOver: this.#passedOver,
      },
      lastBoundaryMs: this.#lastBoundaryMs,
      market: this.#market === null ? null : this.#saveMarket(this.#market),
    }
  }

  #push(
    { delivery: { buffer }, decoder }: Market,
    subject: string,
    data: Uint8Array,
    streamSeq: number,
    isAgain: boolean,
  ): void {
    const event = buffer.acquire()
    const refusal = decoder.decode(subject, data, event, true)
    if (refusal !== null) {
      buffer.recycle(event)
      if (isAgain) return
      if (refusal.verdict === SymbolVerdict.PassOver) this.#passedOver++
      else {
        const { code } = refusal
        const explain = (): Refusal => this.#explain(decoder, subject, data, code)
        this.#refuse({ subject, streamSeq, code, data, explain })
      }
      return
    }
    // Before the floor: delivered, or refused, when it was taken the first time.
    if (isAgain && event.tsRelNs < buffer.floorRelNs) return buffer.recycle(event)
    if (this.#isResync && event.kind === EventKind.Depth) {
      this.#isResync = false
      event.isSnapshot = true
    }
    const { kind, tsRelNs } = event
    buffer.numberNext(LANE, streamSeq)
    const outcome = buffer.push(event, LANE)
    if (outcome === PushOutcome.Full) return this.#refuseFull(subject, data, streamSeq)
    if (outcome === PushOutcome.Late) return
    decoder.settle(kind)
    if (tsRelNs > this.#newestRelNs) this.#newestRelNs = tsRelNs
    if (!isAgain) this.#events[SUBJECT_OF_KIND[kind]]++
  }

  /**
   * The first readable message whose times are sound sets the epoch, as that of a file does.
   *
   * @returns why it is not readable; null when it is
   */
  #begin(subject: string, data: Uint8Array): RejectCode | null {
    // Nothing readable has come yet: any epoch does to say what is wrong with a subject.
    if (!isMarketSubject(subject)) {
      return this.#unread.decode(subject, data, this.#scratch)?.code ?? null
    }
    const fault = this.#unread.faultOf(subject, data, this.#scratch)
    if (fault !== null) return fault
    const options = { tickSize: this.#pair.tick, isTerse: true }
    const decoded = decodeMarketEvent(subject, data, options)
    if (!decoded.ok) return decoded.reject.code
    const { event } = decoded.value
    if (!isSoundStamp(event)) return 'SCHEMA'
    this.#market = this.#makeMarket(epochFor(event.tsRecvNs))
    // From no time on: the message may be of an instrument that is not taken.
    this.#market.delivery.buffer.addSource()
    return null
  }

  #saveMarket({ epochNs, delivery, pipeline }: Market): RunMarket {
    return {
      epochNs,
      delivery: delivery.mark(LANE),
      marketState: pipeline.state.snapshot(this.#saved.marketState),
      levelSignals: pipeline.service.snapshot(this.#saved.levelSignals),
    }
  }

  #restore({ epochNs, delivery, marketState, levelSignals }: RunMarket): void {
    const market = this.#makeMarket(epochNs)
    market.pipeline.state.restore(marketState)
    market.pipeline.service.restore(levelSignals)
    market.delivery.buffer.addSource()
    market.delivery.resume(LANE, delivery)
    this.#newestRelNs = delivery.newestRelNs
    this.#market = market
  }

  #makeMarket(epochNs: bigint): Market {
    const { config, onComputed, isChecked = false } = this.#options
    const pipeline = new LevelSignalPipeline({
      epochNs,
      config,
      pair: this.#pair,
      keepsHistory: false,
      onSignals: (signals) => {
        this.#lastBoundaryMs = signals.ts
        const data = bytesOf(signals, isChecked)
        onComputed?.(performance.now() - this.#computeBeganMs)
        this.#options.onSignals({ boundaryMs: signals.ts, data, lullSeq: this.#lullSeq })
      },
      onRefused: (event, code) => this.#refuseApplied(event, code),
    })
    const delivery = new OrderedDelivery({
      consumer: {
        onEvent: (event) => pipeline.onEvent(event),
        onBoundary: (tsRelNs) => {
          this.#computeBeganMs = performance.now()
          pipeline.onBoundary(tsRelNs)
        },
      },
      hours: new SessionClock(epochNs),
      epochNs,
      latenessNs: config.feed.latenessMs * NS_PER_MS,
      intervalNs: config.levels.snapIntervalMs * NS_PER_MS,
      onLate: (event) => this.#refuseLate(event),
    })
    return {
      epochNs,
      delivery,
      pipeline,
      decoder: new BusEventDecoder({ epochNs, gate: this.#gate }),
    }
  }

  /** Reads a message again that was refused, for the words. */
  #explain(decoder: BusEventDecoder, subject: string, data: Uint8Array, code: RejectCode): Refusal {
    return decoder.decode(subject, data, this.#scratch) ?? { code, message: '', path: null }
  }

  #refuse(refused: RefusedMessage): void {
    this.#rejects[refused.code]++
    this.#options.onRefused(refused)
  }

  #refuseLate(event: MarketEvent): void {
    const behindNs = this.#newestRelNs - event.tsRelNs
    const explain = (): Refusal => lateRefusal(behindNs)
    const streamSeq = this.#coveredSeq
    this.#refuse({ subject: this.#subject, streamSeq, code: 'LATE', data: this.#data, explain })
  }

  #refuseFull(subject: string, data: Uint8Array, streamSeq: number): void {
    const { capacity = 0 } = this.#market?.delivery.buffer ?? {}
    const explain = (): Refusal => fullRefusal(capacity)
    this.#refuse({ subject, streamSeq, code: 'TOO_LARGE', data, explain })
  }

  /** An event that was the same as one before it: found out when it was its turn. */
  #refuseApplied(event: MarketEvent, code: 'LATE' | 'DUPLICATE'): void {
    const { seq } = event
    const explain = (): Refusal => appliedRefusal(code, seq)
    const subject = SUBJECT_OF_KIND[event.kind]
    this.#refuse({ subject, streamSeq: event.arrival, code, data: null, explain })
  }
}
