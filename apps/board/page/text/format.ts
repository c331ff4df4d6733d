/** What stands where a number is not known. Never a made-up zero. */
export const UNKNOWN = '—'

const MINUS = '−'
/** Where a number's digits are parted. `Intl` does the same, at ten times the cost. */
const THOUSANDS = /\B(?=(?:\d{3})+$)/g

/** A number with a real minus sign and fixed decimals: columns stay aligned. */
function fixed(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals)
  // What rounds to zero has no sign.
  return value < 0 && Number(text) !== 0 ? MINUS + text : text
}

/** SPY dollars with cents, such as `687.42`. */
export function priceText(priceUsd: number | null): string {
  return priceUsd === null ? UNKNOWN : fixed(priceUsd, 2)
}

/** A score of 0–100 as a whole number. */
export function scoreText(score: number | null): string {
  return score === null ? UNKNOWN : fixed(score, 0)
}

/** A score with the decimal that tells 79.9 from 80. */
export function fineScoreText(score: number): string {
  return fixed(score, 1)
}

/** A count with thousands separators, such as `12,900`. */
export function countText(count: number): string {
  return fixed(count, 0).replace(THOUSANDS, ',')
}

/** A size: a count that is told in short from a million on, so that it has its room. */
export function sizeText(size: number): string {
  return Math.abs(size) < 1e6 ? countText(size) : compactText(size)
}

/** A size that is a change: `+3,100`, `−8,200`, `0`. */
export function signedSizeText(size: number): string {
  const rounded = Math.round(size)
  return rounded > 0 ? `+${sizeText(rounded)}` : sizeText(rounded + 0)
}

/** A change with fixed decimals: `+0.08`, `−0.08`, `0.00`. */
export function signedText(value: number, decimals: number): string {
  const text = fixed(value, decimals)
  return value > 0 && Number(text) !== 0 ? `+${text}` : text
}

/** A share of 0–1 as a percentage. */
export function shareText(share: number | null): string {
  return share === null ? UNKNOWN : `${fixed(share * 100, 0)} %`
}

/** A ratio of two volumes: two decimals, none from 100 on, where nothing was removed. */
export function ratioText(ratio: number): string {
  if (ratio >= 10_000) return '>9,999'
  return ratio >= 100 ? countText(ratio) : fixed(ratio, 2)
}

/** Large amounts in short: `1.25M`, `185k`, `950`. */
export function compactText(value: number): string {
  const magnitude = Math.abs(value)
  if (magnitude >= 1e15) return value < 0 ? `<${MINUS}999T` : '>999T'
  if (magnitude >= 1e12) return `${fixed(value / 1e12, 2)}T`
  if (magnitude >= 1e9) return `${fixed(value / 1e9, 2)}B`
  if (magnitude >= 1e6) return `${fixed(value / 1e6, 2)}M`
  if (magnitude >= 10_000) return `${fixed(value / 1e3, 0)}k`
  if (magnitude >= 1_000) return `${fixed(value / 1e3, 1)}k`
  return fixed(value, 0)
}

/** A change in short: `+75k`, `−185k`. */
export function signedCompactText(value: number): string {
  const text = compactText(value)
  return value > 0 && text !== '0' ? `+${text}` : text
}

/** How long something took or has lasted: `0.3 s`, `12 s`, `4 min 05 s`, `2 h 05 min`. */
export function durationText(durationMs: number): string {
  const seconds = Math.max(0, durationMs) / 1000
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 60) return `${Math.floor(seconds)} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${twoDigits(Math.floor(seconds) % 60)} s`
  return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} min`
}

/** A lag: milliseconds while short. */
export function lagText(lagMs: number | null): string {
  if (lagMs === null) return UNKNOWN
  return lagMs < 1000 ? `${fixed(lagMs, 0)} ms` : durationText(lagMs)
}

/** `7` → `07` */
export function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value)
}
