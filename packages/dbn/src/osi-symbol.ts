import { OptionRight } from '@levels/kernel'

/** What an option is, as its symbol says. */
export interface OptionContract {
  readonly underlying: string
  /** Expiry date, `yyyymmdd`. */
  readonly expiryYmd: number
  readonly right: OptionRight
  /** Strike in thousandths of a dollar. */
  readonly strikeMilli: number
}

const CENTURY = 20_000_000
const pattern = /^([A-Z][A-Z0-9.]{0,5}) *(\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([CP])(\d{8})$/

/**
 * Reads an OSI symbol as OPRA files write it: `SPY   251216C00687000`.
 *
 * @returns null when it is not the symbol of an option
 */
export function parseOsiSymbol(rawSymbol: string): OptionContract | null {
  const match = pattern.exec(rawSymbol)
  if (match === null) return null
  const [, underlying = '', year = '', month = '', day = '', right = '', strike = ''] = match
  const strikeMilli = Number(strike)
  if (strikeMilli === 0) return null
  return {
    underlying,
    expiryYmd: CENTURY + Number(year + month + day),
    right: right === 'C' ? OptionRight.Call : OptionRight.Put,
    strikeMilli,
  }
}

/** The OSI symbol of a contract, root padded to six characters. */
export function formatOsiSymbol(contract: OptionContract): string {
  const date = String(contract.expiryYmd).slice(2)
  const right = contract.right === OptionRight.Call ? 'C' : 'P'
  return `${contract.underlying.padEnd(6)}${date}${right}${String(contract.strikeMilli).padStart(8, '0')}`
}
