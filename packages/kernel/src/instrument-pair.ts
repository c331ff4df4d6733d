/** A future whose depth is watched and the equity in whose prices levels are expressed. */
export interface InstrumentPair {
  readonly futures: string
  readonly equity: string
  /** The future's price grid, in index points. */
  readonly tick: number
  /** US dollars per index point and lot. */
  readonly pointValue: number
  /** Futures price over equity price, before anything was measured. */
  readonly defaultRatio: number
  /** Distance between the equity's listed option strikes, in US dollars. */
  readonly strikeStep: number
}

export const ES_SPY: InstrumentPair = {
  futures: 'ES',
  equity: 'SPY',
  tick: 0.25,
  pointValue: 50,
  defaultRatio: 10,
  strikeStep: 1,
}
