import { tradingDayOn } from '@levels/calendar'
import type { TradingDay } from '@levels/calendar'
import { naiveValueArea } from './naive-value-area.ts'

export interface NaiveTrade {
  readonly tsRelNs: number
  readonly price: number
  readonly size: number
}

/** All trading days of these dates (Unix ms), in order. */
export function tradingDays(fromMs: number, toMs: number): TradingDay[] {
  const days: TradingDay[] = []
  for (let t = fromMs; t < toMs; t += 86_400_000) {
    const date = new Date(t).toISOString().slice(0, 10).replaceAll('-', '')
    const day = tradingDayOn(Number(date))
    if (day !== null) days.push(day)
  }
  return days
}

/** Everything a `SessionTracker` answers, recomputed from the list of all trades so far. */
export function naiveSessions(
  trades: readonly NaiveTrade[],
  nowRelNs: number,
  { days, epochNs }: { readonly days: readonly TradingDay[]; readonly epochNs: bigint },
) {
  const rel = (tsNs: bigint | null): number => (tsNs === null ? NaN : Number(tsNs - epochNs))
  const from = (start: number, end: number): NaiveTrade[] =>
    trades.filter((t) => t.tsRelNs >= start && t.tsRelNs < end)
  const day = days.findLast((d) => rel(d.globexOpenNs) <= nowRelNs) as TradingDay
  const open = rel(day.globexOpenNs)
  const regularOpen = rel(day.regularOpenNs)
  const anchored = from(nowRelNs >= regularOpen ? regularOpen : open, Infinity)
  const regular = from(regularOpen, rel(day.regularCloseNs))
  const last = days.findLast((d) => d.regularOpenNs !== null && d.tradingYmd < day.tradingYmd)
  const previous = last === undefined ? [] : from(rel(last.regularOpenNs), rel(last.regularCloseNs))
  const premarket = from(rel(day.premarketOpenNs), regularOpen)
  const openingRange = from(regularOpen, rel(day.openingRangeEndNs))
  const overnight = from(open, rel(day.overnightEndNs))
  const closes = closesOf(trades, nowRelNs)
  const area = naiveValueArea(anchored, 1)
  return {
    vwap: vwapOf(anchored),
    sessionHigh: high(anchored),
    sessionLow: low(anchored),
    pmHigh: high(premarket),
    pmLow: low(premarket),
    orHigh: high(openingRange),
    orLow: low(openingRange),
    onHigh: high(overnight),
    onLow: low(overnight),
    prevHigh: high(previous),
    prevLow: low(previous),
    prevClose: previous.at(-1)?.price ?? null,
    poc: area?.poc ?? null,
    vah: area?.vah ?? null,
    val: area?.val ?? null,
    sma1: average(closes, 1),
    sma5: average(closes, 5),
    hasTradesInSession: from(open, Infinity).length > 0,
    hasTradesInPremarket: premarket.length > 0,
    hasTradesInRegular: regular.length > 0,
    bars: barsOf(trades, nowRelNs, 600e9),
  }
}

function high(trades: readonly NaiveTrade[]): number | null {
  return trades.length === 0 ? null : Math.max(...trades.map((t) => t.price))
}

function low(trades: readonly NaiveTrade[]): number | null {
  return trades.length === 0 ? null : Math.min(...trades.map((t) => t.price))
}

function vwapOf(trades: readonly NaiveTrade[]): number | null {
  const notional = trades.reduce((sum, t) => sum + BigInt(t.price) * BigInt(t.size), 0n)
  const volume = trades.reduce((sum, t) => sum + BigInt(t.size), 0n)
  return volume === 0n ? null : Number(notional) / Number(volume)
}

function closesOf(trades: readonly NaiveTrade[], nowRelNs: number): number[] {
  const byBar = new Map<number, number>()
  for (const t of trades) byBar.set(Math.floor(t.tsRelNs / 120e9), t.price)
  return [...byBar].filter(([bar]) => (bar + 1) * 120e9 <= nowRelNs).map(([, close]) => close)
}

function average(closes: readonly number[], length: number): number | null {
  if (closes.length < length) return null
  return closes.slice(-length).reduce((sum, close) => sum + close, 0) / length
}

function barsOf(trades: readonly NaiveTrade[], nowRelNs: number, windowNs: number) {
  const byMinute = new Map<number, NaiveTrade[]>()
  for (const t of trades) {
    const minute = Math.floor(t.tsRelNs / 60e9)
    byMinute.set(minute, [...(byMinute.get(minute) ?? []), t])
  }
  return [...byMinute]
    .filter(([minute]) => (minute + 1) * 60e9 > nowRelNs - windowNs)
    .map(([minute, own]) => ({
      startRelNs: minute * 60e9,
      open: own[0]?.price,
      high: high(own),
      low: low(own),
      close: own.at(-1)?.price,
      volume: own.reduce((sum, t) => sum + t.size, 0),
      isComplete: (minute + 1) * 60e9 <= nowRelNs,
    }))
}
