import { EQUITY_UNITS_PER_DOLLAR, type MarketPieces } from './market-pieces.ts'
import type { SessionTracker } from './session-tracker.ts'

/** Prices of the session and the one before, SPY dollars; null where not known yet. */
export interface SessionLevels {
  readonly vwap: number | null
  readonly sessionHigh: number | null
  readonly sessionLow: number | null
  readonly premarketHigh: number | null
  readonly premarketLow: number | null
  readonly openingRangeHigh: number | null
  readonly openingRangeLow: number | null
  readonly overnightHigh: number | null
  readonly overnightLow: number | null
  readonly previousHigh: number | null
  readonly previousLow: number | null
  readonly previousClose: number | null
  readonly sma200: number | null
  readonly sma400: number | null
  readonly pointOfControl: number | null
  readonly valueAreaHigh: number | null
  readonly valueAreaLow: number | null
}

type Read = (tracker: SessionTracker) => number | null

/**
 * Session prices in SPY dollars. A price is the equity's own where its tape covers the stretch
 * it is about; else it is the future's, over the present ratio: where SPY would trade when ES is
 * there. The night is always the future's: SPY does not trade through it.
 */
export function readSessionLevels(pieces: MarketPieces): SessionLevels {
  const { equitySession, futuresSession, priceConverter } = pieces
  const ofEquity: (read: Read) => number | null = (read) => {
    const units = read(equitySession)
    return units === null ? null : units / EQUITY_UNITS_PER_DOLLAR
  }
  const ofFutures: (read: Read) => number | null = (read) => {
    const ticks = read(futuresSession)
    return ticks === null ? null : priceConverter.ticksToSpy(ticks)
  }
  const anchored = equitySession.hasTradesInRegular ? ofEquity : ofFutures
  const either = (read: Read): number | null => ofEquity(read) ?? ofFutures(read)
  return {
    vwap: anchored((t) => t.vwap),
    sessionHigh: anchored((t) => t.sessionHigh),
    sessionLow: anchored((t) => t.sessionLow),
    premarketHigh: either((t) => t.pmHigh),
    premarketLow: either((t) => t.pmLow),
    openingRangeHigh: either((t) => t.orHigh),
    openingRangeLow: either((t) => t.orLow),
    overnightHigh: ofFutures((t) => t.onHigh),
    overnightLow: ofFutures((t) => t.onLow),
    previousHigh: either((t) => t.prevHigh),
    previousLow: either((t) => t.prevLow),
    previousClose: either((t) => t.prevClose),
    sma200: either((t) => t.sma(200)),
    sma400: either((t) => t.sma(400)),
    pointOfControl: anchored((t) => t.poc),
    valueAreaHigh: anchored((t) => t.vah),
    valueAreaLow: anchored((t) => t.val),
  }
}
