import { twoDigits } from './format.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
const parts = new Intl.DateTimeFormat('en-US', {
  timeZone: 'America/New_York',
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
})

/**
 * New York's clock. The offset from UTC changes on the hour only, so it is asked once an hour of
 * data and kept: asking `Intl` for each tick of an axis would cost more than drawing it.
 */
const offsets = new Map<number, number>()
const OFFSETS_MAX = 1024

/** Offset of New York from UTC at a moment, ms; −4 or −5 hours. */
function offsetMs(unixMs: number): number {
  const hour = Math.floor(unixMs / HOUR_MS)
  const known = offsets.get(hour)
  if (known !== undefined) return known
  const field = new Map(parts.formatToParts(hour * HOUR_MS).map(({ type, value }) => [type, value]))
  const number = (name: Intl.DateTimeFormatPartTypes): number => Number(field.get(name))
  const local = Date.UTC(number('year'), number('month') - 1, number('day'), number('hour'))
  const offset = local - hour * HOUR_MS
  if (offsets.size >= OFFSETS_MAX) offsets.clear()
  offsets.set(hour, offset)
  return offset
}

/** `14:03:07`, in New York. */
export function timeText(unixMs: number): string {
  const ofDay = msOfDay(unixMs)
  const minutes = Math.floor(ofDay / 60_000)
  const seconds = Math.floor(ofDay / 1000) % 60
  return `${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}:${twoDigits(seconds)}`
}

/** `14:03`, in New York. */
export function minuteText(unixMs: number): string {
  return timeText(unixMs).slice(0, 5)
}

/** `2026-03-10`, in New York. */
export function dateText(unixMs: number): string {
  return new Date(unixMs + offsetMs(unixMs)).toISOString().slice(0, 10)
}

/** Milliseconds since midnight in New York. */
function msOfDay(unixMs: number): number {
  return (unixMs + offsetMs(unixMs)) % DAY_MS
}
