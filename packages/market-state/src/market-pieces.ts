import type { SessionClock } from '@levels/calendar'
import type { StateReader, StateWriter } from '@levels/kernel'
import { DepthState, type FlowObserver } from './depth-state.ts'
import type { MarketStateConfig } from './market-state-config.ts'
import { OptionFlowState } from './option-flow-state.ts'
import { PriceConverter } from './price-converter.ts'
import { SessionTracker } from './session-tracker.ts'
import { TapeState } from './tape-state.ts'

/** Equity prices inside session statistics are integers of this many to the dollar. */
export const EQUITY_UNITS_PER_DOLLAR = 10_000
/** A cent to a bucket of the equity's volume at price. */
const EQUITY_PROFILE_BUCKET_UNITS = EQUITY_UNITS_PER_DOLLAR / 100

/** What a market state is made of. Each piece is advanced by the events that touch it. */
export class MarketPieces {
  readonly depth: DepthState
  readonly tape: TapeState
  readonly priceConverter: PriceConverter
  readonly optionFlow: OptionFlowState
  /** In ticks. */
  readonly futuresSession: SessionTracker
  /** In ten-thousandths of a dollar. */
  readonly equitySession: SessionTracker
  #tsRelNs = -Infinity

  constructor(
    config: MarketStateConfig,
    calendar: SessionClock,
    flowObserver: FlowObserver | null,
  ) {
    this.depth = new DepthState(config.depth, flowObserver)
    this.tape = new TapeState({ ...config.tape, pair: config.pair })
    this.priceConverter = new PriceConverter(config.pair, config.priceConverter)
    this.optionFlow = new OptionFlowState(config.optionFlow)
    const session = { calendar, valueAreaShare: config.valueAreaShare }
    this.futuresSession = new SessionTracker({ ...session, profileBucketUnits: 1 })
    this.equitySession = new SessionTracker({
      ...session,
      profileBucketUnits: EQUITY_PROFILE_BUCKET_UNITS,
    })
  }

  /** Brings every piece to a time, to be read. */
  advanceTo(tsRelNs: number): void {
    if (this.#tsRelNs === tsRelNs) return
    this.#tsRelNs = tsRelNs
    this.depth.advanceTo(tsRelNs)
    this.tape.advanceTo(tsRelNs)
    this.priceConverter.advanceTo(tsRelNs)
    this.optionFlow.advanceTo(tsRelNs)
    this.futuresSession.advanceTo(tsRelNs)
    this.equitySession.advanceTo(tsRelNs)
  }

  /** Forgets what is of one session only. */
  startSession(): void {
    this.priceConverter.startSession()
    this.optionFlow.startSession()
  }

  encode(writer: StateWriter): void {
    writer.number(this.#tsRelNs)
    for (const piece of this.#all()) piece.encode(writer)
  }

  decode(reader: StateReader): void {
    this.#tsRelNs = reader.number()
    for (const piece of this.#all()) piece.decode(reader)
  }

  #all() {
    return [
      this.depth,
      this.tape,
      this.priceConverter,
      this.optionFlow,
      this.futuresSession,
      this.equitySession,
    ]
  }
}
