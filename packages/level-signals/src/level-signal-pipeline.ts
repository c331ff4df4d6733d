import type { LevelSignals } from '@levels/contracts'
import {
  ES_SPY,
  EventKind,
  RangeViolationError,
  type InstrumentPair,
  type MarketEvent,
} from '@levels/kernel'
import { ApplyResult, MarketState, withoutHistory, type FlowObserver } from '@levels/market-state'
import { type CapacityLosses, capacityLossesOf } from './capacity-losses.ts'
import { greeksOf } from './greeks-enricher.ts'
import { LevelSignalService } from './level-signal-service.ts'
import { marketStateConfigOf, resolveConfig, type LevelsConfig } from './levels-config.ts'

export interface LevelSignalPipelineOptions {
  /** What relative times count from, epoch nanoseconds, a midnight UTC. */
  readonly epochNs: bigint
  readonly config?: LevelsConfig
  readonly pair?: InstrumentPair
  /** Receives every payload, in order of time. */
  readonly onSignals: (signals: LevelSignals) => void
  /** Told of every event that the state refused, with the code of the reject. */
  readonly onRefused?: (event: MarketEvent, code: 'LATE' | 'DUPLICATE') => void
  readonly flowObserver?: FlowObserver | null
  /**
   * Whether the state keeps single updates and trades for `getEsMbp10InWindow` and its like, which
   * no level needs; without them these refuse. Default true.
   */
  readonly keepsHistory?: boolean
}

/**
 * From ordered events and snap boundaries to payloads: the one path of replay and live.
 *
 * Feed it every event in order with `onEvent`, and with `onBoundary` every snap boundary once
 * nothing older can come.
 */
export class LevelSignalPipeline {
  readonly state: MarketState
  readonly service: LevelSignalService
  readonly #config: LevelsConfig
  readonly #onSignals: (signals: LevelSignals) => void
  readonly #onRefused: (event: MarketEvent, code: 'LATE' | 'DUPLICATE') => void

  constructor({
    epochNs,
    config = resolveConfig(),
    pair = ES_SPY,
    onSignals,
    onRefused = () => undefined,
    flowObserver = null,
    keepsHistory = true,
  }: LevelSignalPipelineOptions) {
    const stateConfig = marketStateConfigOf(config, pair)
    this.state = new MarketState({
      epochNs,
      config: keepsHistory ? stateConfig : withoutHistory(stateConfig),
      flowObserver,
    })
    this.service = new LevelSignalService(config)
    this.#config = config
    this.#onSignals = onSignals
    this.#onRefused = onRefused
  }

  /** What bounded memory and exact sums have left out. To be looked at now and then: it allocates. */
  get capacityLosses(): CapacityLosses {
    return capacityLossesOf(this.state, this.service.overflowedSnaps)
  }

  /** Applies one event. It is borrowed until the call returns. */
  onEvent(event: MarketEvent): void {
    const result = this.#apply(event)
    if (result !== ApplyResult.Applied) this.#onRefused(event, result)
  }

  #apply(event: MarketEvent): ApplyResult {
    const { state } = this
    switch (event.kind) {
      case EventKind.Depth:
        return state.updateEsMbp10(event)
      case EventKind.FuturesTrade:
        return state.updateEsTrade(event)
      case EventKind.StockQuote:
        return state.updateStockQuote(event)
      case EventKind.StockTrade:
        return state.updateStockTrade(event)
      case EventKind.OptionTrade: {
        // Time first: a new session forgets the ratio that spot, and so the greeks, hang on.
        state.advanceTo(event.tsRelNs)
        const { delta, gamma } = greeksOf(event, state, this.#config.levels)
        return state.updateOptionTrade(event, delta, gamma)
      }
    }
  }

  /**
   * Emits the payload of a boundary.
   *
   * @throws RangeViolationError when something newer was applied: the payload would not be of it
   */
  onBoundary(tsRelNs: number): void {
    const { state } = this
    if (tsRelNs < state.tsRelNs) {
      throw new RangeViolationError(`expected a boundary from ${state.tsRelNs} on, was ${tsRelNs}`)
    }
    state.advanceTo(tsRelNs)
    this.#onSignals(this.service.computeLevelSignals(state))
  }
}
