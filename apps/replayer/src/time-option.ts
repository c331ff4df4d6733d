import { UsageError } from './errors.ts'

const ISO = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})$/
const NS_PER_MS = 1_000_000n

/**
 * Reads a moment given on the command line: ISO 8601 with a zone and up to nine decimals
 * (`2023-12-25T23:00:00.25Z`), or Unix nanoseconds.
 *
 * @param option whose value it is, for the message
 * @returns Unix ns, exact
 * @throws UsageError when it is neither
 */
export function parseTime(text: string, option: string): bigint {
  if (/^\d{19}$/.test(text)) return BigInt(text)
  const match = ISO.exec(text)
  if (match !== null) {
    const [, date = '', minutes = '', seconds = '00', decimals = '', zone = ''] = match
    const ms = Date.parse(`${date}T${minutes}:${seconds}${zone}`)
    if (!Number.isNaN(ms) && isDate(date)) {
      return BigInt(ms) * NS_PER_MS + BigInt(decimals.padEnd(9, '0'))
    }
  }
  throw new UsageError(
    `${option}: expected a time with its zone, such as 2023-12-25T23:00:00Z or ` +
      `2023-12-25T18:00:00-05:00, or Unix nanoseconds, was "${text}"`,
  )
}

/** `Date.parse` takes the 30th of February for the 1st or 2nd of March. */
function isDate(date: string): boolean {
  return new Date(`${date}T00:00:00Z`).toISOString().startsWith(date)
}
