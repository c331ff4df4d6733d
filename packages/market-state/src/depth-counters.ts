/** What depth counts, from the first update on. */
export interface DepthCounters {
  readonly updates: number
  /** Updates whose best bid was not below the best ask. */
  readonly crossed: number
  /** Updates that were resyncs. */
  readonly resyncs: number
  /** Traded lots that no compared price accounts for. */
  readonly unmatchedFillLots: number
  /** Absolute changes of displayed size that are not flow, lots. */
  readonly unobservedLots: number
  /** Trades that could not wait because too many did; their lots are unmatched. */
  readonly pendingDropped: number
  /** Flow entries that left the window early because it was full. */
  readonly flowDropped: number
  /** Baseline samples that left early because there were too many. */
  readonly baselineDropped: number
  /** Updates no longer held for queries by time. */
  readonly historyDropped: number
}
