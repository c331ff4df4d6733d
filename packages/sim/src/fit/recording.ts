import { SessionClock } from '@levels/calendar'
import { FeedError, openSources, replay, replayEpoch } from '@levels/feed'
import { RangeViolationError } from '@levels/kernel'
import { MarketStatistics } from './market-statistics.ts'
import { ProfileFit } from './profile-fit.ts'

/** Orders from which rates by queue size and distance can be told at all. */
const ORDERS_MIN = 5_000

/** What a recording says: its statistics, and what a profile is fitted to. */
export interface Recording {
  readonly statistics: MarketStatistics
  readonly fit: ProfileFit
}

/**
 * Reads a recording of futures depth (DBN `mbo` or `mbp-10`, NDJSON or Parquet of bus events) while
 * the market is open: what is said before the opening is no market.
 *
 * @throws FeedError when it cannot be read
 * @throws RangeViolationError when it holds too little
 */
export async function readRecording(
  path: string,
  onProgress?: (share: number) => void,
): Promise<Recording> {
  const sources = await openSources([path])
  const epochNs = replayEpoch(sources)
  const hours = new SessionClock(epochNs)
  const statistics = new MarketStatistics()
  const fit = new ProfileFit()
  const result = await replay({
    sources,
    epochNs,
    hours,
    consumer: {
      onEvent: (event) => {
        if (!hours.isFuturesOpen(event.tsRelNs)) return
        statistics.take(event)
        fit.take(event)
      },
      onBoundary: () => undefined,
    },
    ...(onProgress === undefined ? {} : { onProgress: ({ share }) => onProgress(share) }),
  })
  const [fault] = result.faults
  if (fault !== undefined) throw new FeedError(fault)
  if (fit.orderCount < ORDERS_MIN) {
    throw new RangeViolationError(
      `expected at least ${ORDERS_MIN} orders within ten levels to fit to, was ${fit.orderCount}`,
    )
  }
  return { statistics, fit }
}
