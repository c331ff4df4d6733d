import { Aggressor, invariant, OptionRight } from '@levels/kernel'
import type { OptionTradeEvent, StateReader, StateWriter } from '@levels/kernel'
import { OptionChain } from './option-chain.ts'
import {
  addSession,
  addWindow,
  aggregateAt,
  columnsFor,
  MICRO,
  readSession,
  readWindow,
} from './option-flow-columns.ts'
import type { OptionFlowAggregate } from './option-flow-columns.ts'
import { OptionFlowRing } from './option-flow-ring.ts'
import type { OptionFlowEntry } from './option-flow-ring.ts'
import { createStrikeFlows, makeRoomFor } from './strike-flows.ts'
import type { StrikeFlows } from './strike-flows.ts'

export { createStrikeFlows }
export type { OptionFlowAggregate, StrikeFlows }

/** Shares a contract stands for. */
const SHARES_PER_CONTRACT = 100
/** Premium is summed in cents: 1e-4 dollars a share times 100 shares. */
const PREMIUM_UNITS_PER_DOLLAR = 10_000

export interface OptionFlowConfig {
  /** Lengths of the windows dealer gamma is kept over. */
  readonly windowsNs: readonly number[]
  /** Most (expiry, strike) pairs of a session. A trade beyond counts as volume without greeks. */
  readonly seriesCapacity: number
  /** Most trades in the longest window, at least 1,024. Beyond it the oldest leaves early. */
  readonly ringCapacity: number
}

export interface StrikeQuery {
  /** First and last strike, inclusive, in thousandths of a dollar. */
  readonly loStrikeMilli: number
  readonly hiStrikeMilli: number
  /** Expiry `yyyymmdd`, null for all together. */
  readonly expiryYmd: number | null
  /** Which of the configured windows, or all of the session. */
  readonly windowIndex: number | 'session'
}

/** What bounded memory and exact sums left out. */
export interface OptionFlowCounters {
  /** Trades of more (expiry, strike) pairs than `seriesCapacity`. */
  seriesDropped: number
  /** Amounts so large that a sum would no longer be exact. */
  outOfRange: number
}

/**
 * What customers traded in options, and what that did to dealers, per strike and expiry: over
 * the session and over windows of time.
 *
 * Dealer gamma of a trade = −sign(aggressor) · size · gamma · 100, kept as integer millionths, so
 * that what enters a window leaves it again without a trace; delta likewise. A trade of unknown
 * direction adds volume but no gamma. Applying a trade is O(1) amortised, reading is O(strikes
 * in the range).
 */
export class OptionFlowState {
  readonly #config: OptionFlowConfig
  readonly #counters: OptionFlowCounters = { seriesDropped: 0, outOfRange: 0 }
  readonly #ring: OptionFlowRing
  readonly #entry: OptionFlowEntry = {
    chain: 0,
    row: 0,
    allRow: 0,
    right: 0,
    gammaMicro: 0,
    volume: 0,
    coveredVolume: 0,
  }
  /** All expiries together; then each by its number, in the order they were first traded. */
  #all: OptionChain
  #chains: OptionChain[] = []
  #chainOf = new Map<number, number>()
  #seriesCount = 0
  #volume = 0
  #coveredVolume = 0
  #premiumCents = 0
  /** Sum of the magnitudes of all flows: while it is exact, so is every sum of them. */
  #grossMicro = 0
  #nowRelNs = -Infinity
  #version = 0

  constructor(config: OptionFlowConfig) {
    this.#config = config
    this.#all = this.#createChain()
    this.#ring = new OptionFlowRing(config.windowsNs, config.ringCapacity, (window, entry) => {
      this.#addToWindow(window, entry, -1)
      this.#version++
    })
  }

  /** Changes with everything that may change an answer; means nothing beyond that. */
  get version(): number {
    return this.#version
  }

  get counters(): OptionFlowCounters & { readonly ringDropped: number } {
    return { ...this.#counters, ringDropped: this.#ring.droppedCount }
  }

  /** Share of the session's volume whose gamma is known, 0–1; null without volume. */
  get sessionGreeksCoverage(): number | null {
    return this.#volume === 0 ? null : this.#coveredVolume / this.#volume
  }

  /** Contracts traded in the session. */
  get sessionVolume(): number {
    return this.#volume
  }

  /**
   * @param aggressor as settled by the caller, by the quote where the publisher did not know
   * @param delta per share, null where unknown
   * @param gamma per share and $1, null where unknown
   */
  applyTrade(
    event: OptionTradeEvent,
    aggressor: Aggressor,
    delta: number | null,
    gamma: number | null,
  ): void {
    this.advanceTo(event.tsRelNs)
    const { size, right } = event
    if (!Number.isSafeInteger(this.#volume + size)) {
      this.#counters.outOfRange++
      return
    }
    this.#volume += size
    this.#version++
    const entry = this.#entry
    if (!this.#findRows(event.expiryYmd, event.strikeMilli, entry)) {
      this.#counters.seriesDropped++
      return
    }
    entry.right = right
    entry.volume = size
    entry.coveredVolume = 0
    entry.gammaMicro = 0
    const gammaMicro = dealerMicro(aggressor, size, gamma)
    if (gammaMicro !== null && this.#admitMicro(gammaMicro)) {
      entry.gammaMicro = gammaMicro
      entry.coveredVolume = size
      this.#coveredVolume += size
    }
    const deltaMicro = dealerMicro(aggressor, size, delta)
    const knownDelta = deltaMicro !== null && this.#admitMicro(deltaMicro) ? deltaMicro : 0
    this.#addToSession(entry, this.#admitPremium(event.price, size), knownDelta)
    for (let w = 0; w < this.#config.windowsNs.length; w++) this.#addToWindow(w, entry, 1)
    this.#ring.push(event.tsRelNs, entry)
  }

  /** Lets time pass: trades leave the windows. */
  advanceTo(tsRelNs: number): void {
    invariant(tsRelNs >= this.#nowRelNs, 'option flow never goes back in time')
    this.#nowRelNs = tsRelNs
    this.#ring.advanceTo(tsRelNs)
  }

  /** Forgets all flow, of the session and of the windows. */
  startSession(): void {
    this.#all = this.#createChain()
    this.#chains = []
    this.#chainOf.clear()
    this.#seriesCount = 0
    this.#volume = 0
    this.#coveredVolume = 0
    this.#premiumCents = 0
    this.#grossMicro = 0
    this.#ring.clear()
    this.#version++
  }

  /**
   * Flow by strike, ascending: every strike in the range that was traded in this session, those
   * without flow in the window included.
   *
   * @param out overwritten; kept by the caller, so that reading allocates nothing
   */
  readStrikes(query: StrikeQuery, out: StrikeFlows): void {
    out.count = 0
    const chain = this.#chainFor(query.expiryYmd)
    if (chain === null) return
    const from = chain.indexFrom(query.loStrikeMilli)
    const to = chain.indexFrom(query.hiStrikeMilli + 1)
    makeRoomFor(out, to - from)
    if (query.windowIndex === 'session') readSession(chain, from, to, out)
    else readWindow(chain, from, to, this.#checkedWindow(query.windowIndex), out)
  }

  /**
   * The session's flow option by option, ascending by strike, expiry and right. It allocates.
   */
  flowsNear(query: {
    readonly loStrikeMilli: number
    readonly hiStrikeMilli: number
    readonly expiryYmd: number | null
  }): OptionFlowAggregate[] {
    const flows: OptionFlowAggregate[] = []
    for (const [expiryYmd, number] of this.#chainOf) {
      const chain = this.#chains[number]
      if (chain === undefined || (query.expiryYmd ?? expiryYmd) !== expiryYmd) continue
      const to = chain.indexFrom(query.hiStrikeMilli + 1)
      for (let i = chain.indexFrom(query.loStrikeMilli); i < to; i++) {
        for (const right of [OptionRight.Call, OptionRight.Put]) {
          const flow = aggregateAt(chain, i, right, expiryYmd)
          if (flow !== null) flows.push(flow)
        }
      }
    }
    return flows.sort(
      (a, b) => a.strike - b.strike || a.expiryYmd - b.expiryYmd || a.right - b.right,
    )
  }

  encode(writer: StateWriter): void {
    writer.number(this.#nowRelNs).number(this.#volume).number(this.#coveredVolume)
    writer.number(this.#premiumCents).number(this.#grossMicro).number(this.#seriesCount)
    writer.number(this.#counters.seriesDropped).number(this.#counters.outOfRange)
    writer.numbers([...this.#chainOf.keys()])
    this.#all.encode(writer)
    for (const chain of this.#chains) chain.encode(writer)
    this.#ring.encode(writer)
  }

  /** Replaces the state with what `encode` wrote, under the same configuration. */
  decode(reader: StateReader): void {
    this.startSession()
    this.#nowRelNs = reader.number()
    this.#volume = reader.number()
    this.#coveredVolume = reader.number()
    this.#premiumCents = reader.number()
    this.#grossMicro = reader.number()
    this.#seriesCount = reader.number()
    this.#counters.seriesDropped = reader.number()
    this.#counters.outOfRange = reader.number()
    const expiries = reader.numbers()
    this.#all.decode(reader)
    for (const expiryYmd of expiries) {
      const chain = this.#createChain()
      chain.decode(reader)
      this.#chainOf.set(expiryYmd, this.#chains.length)
      this.#chains.push(chain)
    }
    this.#ring.decode(reader)
  }

  #createChain(): OptionChain {
    return new OptionChain(columnsFor(this.#config.windowsNs.length))
  }

  #chainFor(expiryYmd: number | null): OptionChain | null {
    if (expiryYmd === null) return this.#all
    const number = this.#chainOf.get(expiryYmd)
    return number === undefined ? null : (this.#chains[number] ?? null)
  }

  #checkedWindow(windowIndex: number): number {
    invariant(
      Number.isInteger(windowIndex) &&
        windowIndex >= 0 &&
        windowIndex < this.#config.windowsNs.length,
      'a window of option flow is one that was configured',
    )
    return windowIndex
  }

  /** Finds or makes the trade's rows. @returns false when there is no room for them */
  #findRows(expiryYmd: number, strikeMilli: number, entry: OptionFlowEntry): boolean {
    let number = this.#chainOf.get(expiryYmd)
    let chain = number === undefined ? undefined : this.#chains[number]
    let row = chain?.findRow(strikeMilli) ?? -1
    if (row < 0 && this.#seriesCount >= this.#config.seriesCapacity) return false
    if (number === undefined || chain === undefined) {
      number = this.#chains.length
      chain = this.#createChain()
      this.#chains.push(chain)
      this.#chainOf.set(expiryYmd, number)
    }
    if (row < 0) {
      row = chain.addRow(strikeMilli)
      this.#seriesCount++
    }
    const allRow = this.#all.findRow(strikeMilli)
    entry.chain = number
    entry.row = row
    entry.allRow = allRow < 0 ? this.#all.addRow(strikeMilli) : allRow
    return true
  }

  #admitMicro(micro: number): boolean {
    const gross = this.#grossMicro + Math.abs(micro)
    if (!Number.isSafeInteger(gross)) {
      this.#counters.outOfRange++
      return false
    }
    this.#grossMicro = gross
    return true
  }

  /** @returns the premium of a trade in cents, 0 when the sum would no longer be exact */
  #admitPremium(price: number, size: number): number {
    const cents = Math.round(price * PREMIUM_UNITS_PER_DOLLAR) * size
    if (!Number.isSafeInteger(this.#premiumCents + cents)) {
      this.#counters.outOfRange++
      return 0
    }
    this.#premiumCents += cents
    return cents
  }

  #addToSession(entry: OptionFlowEntry, premiumCents: number, deltaMicro: number): void {
    addSession(this.#all, entry.allRow, entry, premiumCents, deltaMicro)
    const chain = this.#chains[entry.chain]
    if (chain !== undefined) addSession(chain, entry.row, entry, premiumCents, deltaMicro)
  }

  #addToWindow(window: number, entry: Readonly<OptionFlowEntry>, sign: 1 | -1): void {
    addWindow(this.#all, entry.allRow, window, entry, sign)
    const chain = this.#chains[entry.chain]
    if (chain !== undefined) addWindow(chain, entry.row, window, entry, sign)
  }
}

/**
 * What a trade gives dealers, who take its other side, in millionths of a share.
 *
 * @returns null when the greek is unknown, 0 when the direction is
 */
function dealerMicro(aggressor: Aggressor, size: number, greek: number | null): number | null {
  if (greek === null || !Number.isFinite(greek)) return null
  if (aggressor !== Aggressor.Buy && aggressor !== Aggressor.Sell) return 0
  return Math.round(-aggressor * size * greek * SHARES_PER_CONTRACT * MICRO) + 0
}
