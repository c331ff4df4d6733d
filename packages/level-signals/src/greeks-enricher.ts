import { impliedGreeks } from '@levels/greeks'
import { RangeViolationError, type OptionTradeEvent } from '@levels/kernel'
import type { MarketState } from '@levels/market-state'
import type { LevelConfig } from './level-parameters.ts'

/** Minutes of a year of 365 days, the unit that option time is counted in. */
const MINUTES_PER_YEAR = 525_600

/** Per-share sensitivities of one option trade; null where nothing honest can be said. */
export interface TradeGreeks {
  readonly delta: number | null
  readonly gamma: number | null
}

const UNKNOWN: TradeGreeks = { delta: null, gamma: null }

/**
 * The publisher's delta and gamma where it sent both; else those at the volatility that the
 * trade's own price implies. Null when there is no spot yet, the option has expired, or no
 * volatility gives that price.
 */
export function greeksOf(
  trade: OptionTradeEvent,
  state: MarketState,
  config: LevelConfig,
): TradeGreeks {
  if (Number.isFinite(trade.delta) && Number.isFinite(trade.gamma)) {
    return { delta: trade.delta, gamma: trade.gamma }
  }
  const spot = state.getSpot()
  if (spot === null) return UNKNOWN
  const minutes = minutesLeft(trade, state)
  if (minutes === null) return UNKNOWN
  const greeks = impliedGreeks({
    spot,
    strike: trade.strikeMilli / 1_000,
    tteYears: minutes / MINUTES_PER_YEAR,
    rateAnnual: config.rateAnnual,
    dividendYieldAnnual: config.dividendYieldAnnual,
    right: trade.right,
    price: trade.price,
  })
  return greeks.ok ? { delta: greeks.delta, gamma: greeks.gamma } : UNKNOWN
}

/** Minutes to the trade's expiry; null where a symbol names a date that is none (30 February). */
function minutesLeft(trade: OptionTradeEvent, state: MarketState): number | null {
  try {
    return state.calendar.minutesToExpiry(trade.tsRelNs, trade.expiryYmd)
  } catch (error) {
    if (error instanceof RangeViolationError) return null
    throw error
  }
}
