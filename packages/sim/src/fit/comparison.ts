import { LAGS, type MarketStatistics, SIGNATURE_S } from './market-statistics.ts'

/** How far apart two statistics are, and how that was measured. */
export interface ComparedStatistic {
  readonly name: string
  /** What `real` and `simulated` are in. */
  readonly unit: string
  readonly real: number
  readonly simulated: number
  readonly distance: number
  /**
   * `KS`: largest difference of the cumulated distributions (`real` and `simulated` are means).
   * `error`: of the mean, relative. `points`: difference of shares, as a share.
   */
  readonly measure: 'KS' | 'error' | 'points'
  /** Largest distance that is good enough; null where none was set. */
  readonly goal: number | null
}

/** Whether a statistic is within its goal; null where it has none. */
export function isMet({ distance, goal }: ComparedStatistic): boolean | null {
  return goal === null ? null : distance <= goal
}

const POINTS_GOAL = 0.03
const DEPTH_GOAL = 0.15
const L1_GOAL = 0.15
const SPREADS = 3

/** Every statistic of a simulated market beside that of a real one. */
export function compare(real: MarketStatistics, made: MarketStatistics): ComparedStatistic[] {
  return [
    ...shares(real, made),
    ...spreads(real, made),
    ...depths(real, made),
    ...distributions(real, made),
    ...flows(real, made),
    ...moves(real, made),
  ]
}

function shares(real: MarketStatistics, made: MarketStatistics): ComparedStatistic[] {
  return (['adds', 'cancels', 'trades'] as const).map((kind) =>
    points(`share of ${kind}`, shareOf(real, kind), shareOf(made, kind)),
  )
}

function shareOf(statistics: MarketStatistics, kind: 'adds' | 'cancels' | 'trades'): number {
  return statistics[kind] / (statistics.adds + statistics.cancels + statistics.trades)
}

function spreads(real: MarketStatistics, made: MarketStatistics): ComparedStatistic[] {
  const ticks = Array.from({ length: SPREADS }, (_, i) => i + 1)
  return (['spreadByEvent', 'spreadByTime'] as const).flatMap((which) =>
    ticks.map((tick) => {
      const word = which === 'spreadByEvent' ? 'event' : 'time'
      const name = `spread of ${tick} tick${tick > 1 ? 's' : ''}, by ${word}`
      return points(name, real[which].share(tick), made[which].share(tick))
    }),
  )
}

function depths(real: MarketStatistics, made: MarketStatistics): ComparedStatistic[] {
  return (['lotsByEvent', 'lotsByTime'] as const).flatMap((which) =>
    real[which].map((level, i) => {
      const word = which === 'lotsByEvent' ? 'event' : 'time'
      const name = `depth at level ${i + 1}, by ${word}`
      return error(name, 'lots', level.mean, made[which][i]?.mean ?? 0, DEPTH_GOAL)
    }),
  )
}

function distributions(real: MarketStatistics, made: MarketStatistics): ComparedStatistic[] {
  const pairs = [
    ['size at the best price, by event', real.lotsByEvent[0], made.lotsByEvent[0], L1_GOAL],
    ['size at the best price, by time', real.lotsByTime[0], made.lotsByTime[0], L1_GOAL],
    ['lots of an order added', real.addLots, made.addLots, null],
    ['lots of an order canceled', real.cancelLots, made.cancelLots, null],
    ['lots of a trade', real.tradeLots, made.tradeLots, null],
  ] as const
  const sizes = pairs.flatMap(([name, mine, its, goal]): ComparedStatistic[] => {
    if (mine === undefined || its === undefined) return []
    const distance = mine.distance(its)
    const means = { real: mine.mean, simulated: its.mean }
    return [{ name, unit: 'lots', ...means, distance, measure: 'KS', goal }]
  })
  const waits: ComparedStatistic = {
    name: 'time from event to event',
    unit: 's',
    real: secondsPerEvent(real),
    simulated: secondsPerEvent(made),
    distance: real.interEvent.distance(made.interEvent),
    measure: 'KS',
    goal: null,
  }
  return [...sizes, waits]
}

function secondsPerEvent(statistics: MarketStatistics): number {
  return statistics.durationNs / 1e9 / Math.max(1, statistics.events)
}

function flows(real: MarketStatistics, made: MarketStatistics): ComparedStatistic[] {
  const perS = (statistics: MarketStatistics, count: number): number =>
    (count / statistics.durationNs) * 1e9
  return [
    error('events', '1/s', perS(real, real.events), perS(made, made.events), null),
    error('lots traded', '1/s', perS(real, real.tradedLots), perS(made, made.tradedLots), null),
    error(
      'changes of the mid',
      '1/s',
      perS(real, real.moves.count),
      perS(made, made.moves.count),
      null,
    ),
  ]
}

function moves(real: MarketStatistics, made: MarketStatistics): ComparedStatistic[] {
  const lags = Array.from({ length: LAGS }, (_, i) => i + 1)
  const mine = real.moves.signature()
  const its = made.moves.signature()
  return [
    ...lags.map((lag): ComparedStatistic => {
      const [a, b] = [real.moves.autocorrelation(lag), made.moves.autocorrelation(lag)]
      const name = `autocorrelation of price changes, lag ${lag}`
      const distance = Math.abs(a - b)
      return { name, unit: '', real: a, simulated: b, distance, measure: 'points', goal: null }
    }),
    ...SIGNATURE_S.map((seconds, i) =>
      error(`volatility sampled every ${seconds} s`, 'ticks/√s', mine[i] ?? 0, its[i] ?? 0, null),
    ),
  ]
}

function points(name: string, real: number, simulated: number): ComparedStatistic {
  const distance = Math.abs(real - simulated)
  return { name, unit: 'share', real, simulated, distance, measure: 'points', goal: POINTS_GOAL }
}

function error(
  name: string,
  unit: string,
  real: number,
  simulated: number,
  goal: number | null,
): ComparedStatistic {
  const distance = real === 0 ? Math.abs(simulated) : Math.abs(simulated / real - 1)
  return { name, unit, real, simulated, distance, measure: 'error', goal }
}
