import { OptionRight } from '@levels/kernel'
import type { OptionChain } from './option-chain.ts'
import type { OptionFlowEntry } from './option-flow-ring.ts'
import type { StrikeFlows } from './strike-flows.ts'

/** Greeks are summed as integer millionths, premium as integer cents. */
export const MICRO = 1_000_000
const CENTS_PER_DOLLAR = 100

/** The session's flow in one option. */
export interface OptionFlowAggregate {
  /** US dollars. */
  readonly strike: number
  readonly right: OptionRight
  readonly expiryYmd: number
  /** Contracts, and those of them whose gamma is known. */
  readonly volume: number
  readonly coveredVolume: number
  readonly premiumUsd: number
  /** Shares dealers are long by these trades. */
  readonly netDelta: number
  /** Shares per $1 dealers are long by these trades. */
  readonly netDealerGamma: number
}

/** Columns of a strike's sums: these over the session, each for calls and then for puts … */
const VOLUME = 0
const COVERED = 2
const PREMIUM = 4
const DELTA = 6
const GAMMA = 8
const SESSION_COLUMNS = 10
/** … and these for every window, gamma for calls and then for puts. */
const WINDOW_GAMMA = 0
const WINDOW_VOLUME = 2
const WINDOW_COVERED = 3
const WINDOW_COLUMNS = 4

/** Columns a strike needs for its session and so many windows. */
export function columnsFor(windowCount: number): number {
  return SESSION_COLUMNS + WINDOW_COLUMNS * windowCount
}

function windowBase(window: number): number {
  return SESSION_COLUMNS + WINDOW_COLUMNS * window
}

/** Adds a trade to the session's sums of its strike. */
export function addSession(
  chain: OptionChain,
  row: number,
  entry: Readonly<OptionFlowEntry>,
  premiumCents: number,
  deltaMicro: number,
): void {
  const { right } = entry
  chain.add(row, VOLUME + right, entry.volume)
  chain.add(row, COVERED + right, entry.coveredVolume)
  chain.add(row, PREMIUM + right, premiumCents)
  chain.add(row, DELTA + right, deltaMicro)
  chain.add(row, GAMMA + right, entry.gammaMicro)
}

/** Adds a trade to the sums of a window, or takes it back with `sign` −1. */
export function addWindow(
  chain: OptionChain,
  row: number,
  window: number,
  entry: Readonly<OptionFlowEntry>,
  sign: 1 | -1,
): void {
  const base = windowBase(window)
  chain.add(row, base + WINDOW_GAMMA + entry.right, sign * entry.gammaMicro)
  chain.add(row, base + WINDOW_VOLUME, sign * entry.volume)
  chain.add(row, base + WINDOW_COVERED, sign * entry.coveredVolume)
}

/** Appends the session's flow of the chain's strikes `from` … `to` − 1. */
export function readSession(chain: OptionChain, from: number, to: number, out: StrikeFlows): void {
  for (let i = from; i < to; i++) {
    const at = out.count++
    out.strikeMilli[at] = chain.strikeAt(i)
    out.callGammaMicro[at] = chain.sumAt(i, GAMMA + OptionRight.Call)
    out.putGammaMicro[at] = chain.sumAt(i, GAMMA + OptionRight.Put)
    out.volume[at] = chain.sumAt(i, VOLUME) + chain.sumAt(i, VOLUME + OptionRight.Put)
    out.coveredVolume[at] = chain.sumAt(i, COVERED) + chain.sumAt(i, COVERED + OptionRight.Put)
  }
}

/** Appends a window's flow of the chain's strikes `from` … `to` − 1. */
export function readWindow(
  chain: OptionChain,
  from: number,
  to: number,
  window: number,
  out: StrikeFlows,
): void {
  const base = windowBase(window)
  for (let i = from; i < to; i++) {
    const at = out.count++
    out.strikeMilli[at] = chain.strikeAt(i)
    out.callGammaMicro[at] = chain.sumAt(i, base + WINDOW_GAMMA + OptionRight.Call)
    out.putGammaMicro[at] = chain.sumAt(i, base + WINDOW_GAMMA + OptionRight.Put)
    out.volume[at] = chain.sumAt(i, base + WINDOW_VOLUME)
    out.coveredVolume[at] = chain.sumAt(i, base + WINDOW_COVERED)
  }
}

/** The session's flow in the call or the put of a strike, null without any. */
export function aggregateAt(
  chain: OptionChain,
  index: number,
  right: OptionRight,
  expiryYmd: number,
): OptionFlowAggregate | null {
  const volume = chain.sumAt(index, VOLUME + right)
  if (volume === 0) return null
  return {
    strike: chain.strikeAt(index) / 1_000,
    right,
    expiryYmd,
    volume,
    coveredVolume: chain.sumAt(index, COVERED + right),
    premiumUsd: chain.sumAt(index, PREMIUM + right) / CENTS_PER_DOLLAR,
    netDelta: chain.sumAt(index, DELTA + right) / MICRO,
    netDealerGamma: chain.sumAt(index, GAMMA + right) / MICRO,
  }
}
