import { UsageError } from './settings.ts'

const ISO = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})$/

/**
 * Reads a moment given on the command line: ISO 8601 with a zone and up to nine decimals
 * (`2023-12-25T23:00:00.25Z`), or Unix nanoseconds.
 *
 * @returns Unix ns, exact
 * @throws UsageError when it is neither
 */
export function parseTime(text: string, option: string): bigint {
  if (/^\d{19}$/.test(text)) return BigInt(text)
  const match = ISO.exec(text)
  if (match !== null) {
    const [, date = '', minutes = '', seconds = '00', decimals = '', zone = ''] = match
    const ms = Date.parse(`${date}T${minutes}:${seconds}${zone}`)
    if (!Number.isNaN(ms)) return BigInt(ms) * 1_000_000n + BigInt(decimals.padEnd(9, '0') || '0')
  }
  throw new UsageError(
    `${option}: expected a time such as 2023-12-25T23:00:00Z, or Unix nanoseconds, was "${text}"`,
  )
}
