import { newYorkOffsetNs } from '@levels/calendar'
import { NS_PER_MS } from '@levels/kernel'

/** A wall-clock time in New York of a Unix ms, `10:07:12`. */
export function newYorkTime(unixMs: number): string {
  return newYorkIso(unixMs).slice(11, 19)
}

/** The same with its date, where there are several: `03-10 10:07:12`. */
export function newYorkDayTime(unixMs: number): string {
  return newYorkIso(unixMs).slice(5, 19).replace('T', ' ')
}

/** A date in New York, `2026-03-10`. */
export function newYorkDate(unixMs: number): string {
  return newYorkIso(unixMs).slice(0, 10)
}

function newYorkIso(unixMs: number): string {
  const offsetMs = newYorkOffsetNs(BigInt(unixMs) * 1_000_000n) / NS_PER_MS
  return new Date(unixMs + offsetMs).toISOString()
}
