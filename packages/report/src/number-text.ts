/** Decimals of a number that nobody said how to round. */
const DIGITS_MAX = 6

/** What stands where a value is unknown. */
export const UNKNOWN = '–'

/**
 * A number as a reader wants it: thousands parted, a real minus sign, so many decimals. Own code
 * because a locale's rules change with the version of its library, and a report's bytes must not.
 *
 * @param digits decimals, 0–20; without: as many as it has, six at most
 */
export function numberText(value: number | null, digits?: number): string {
  if (value === null || !Number.isFinite(value)) return UNKNOWN
  const size = Math.abs(value)
  const rounded = digits === undefined ? shortest(size) : size.toFixed(digits)
  if (/e/.test(rounded)) return value < 0 ? `−${rounded}` : rounded // beyond 1e21
  const [whole = '', decimals] = rounded.split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  const text = decimals === undefined ? grouped : `${grouped}.${decimals}`
  return value < 0 && /[1-9]/.test(text) ? `−${text}` : text
}

function shortest(size: number): string {
  if (size !== 0 && size < 10 ** -DIGITS_MAX) return size.toExponential(2)
  const fixed = size.toFixed(DIGITS_MAX)
  return fixed.includes('.') ? fixed.replace(/\.?0+$/, '') : fixed
}

/** A share, 0–1, as per cent. */
export function shareText(share: number | null, digits = 1): string {
  return share === null ? UNKNOWN : `${numberText(share * 100, digits)}\u202f%`
}

/**
 * A time on the clock of a zone, `2026-03-10 10:07:12`.
 *
 * @param unixS Unix seconds
 * @throws RangeError when the zone is none
 */
export function timeText(unixS: number, timeZone: string): string {
  const format = formatOf(timeZone)
  const parts = new Map(
    format.formatToParts(new Date(unixS * 1_000)).map(({ type, value }) => [type, value]),
  )
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? ''
  const date = `${part('year')}-${part('month')}-${part('day')}`
  return `${date} ${part('hour')}:${part('minute')}:${part('second')}`
}

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      ...{ timeZone, calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23' },
      ...{ year: 'numeric', month: '2-digit', day: '2-digit' },
      ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
    })
    formats.set(timeZone, format)
  }
  return format
}
