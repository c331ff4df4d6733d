/** The oracle of these tests: the time-zone data that comes with the JavaScript engine. */
const FORMAT = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'America/New_York',
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
})

/** What New York's clocks show at an instant, as `2024-03-10 18:00`. */
export function newYorkClock(tsNs: bigint): string {
  return FORMAT.format(new Date(Number(tsNs / 1_000_000n))).replace(', ', ' ')
}

/** Epoch nanoseconds of an ISO instant. */
export function ns(iso: string): bigint {
  return BigInt(Date.parse(iso)) * 1_000_000n
}

/** `yyyymmdd` of `2024-03-10`. */
export function ymd(date: string): number {
  return Number(date.replaceAll('-', ''))
}
