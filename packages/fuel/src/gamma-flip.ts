/**
 * Where gamma changes sign: a point between two strikes (`from` = `to`), or a stretch of strikes
 * at exactly zero between opposite signs. US dollars.
 */
export interface GammaFlip {
  readonly from: number
  readonly to: number
}

/**
 * The zero crossings of gamma over strikes, linear between neighbouring strikes, ascending. Zeros
 * between equal signs are none, nor are zeros at either end.
 *
 * @param gammaByStrike strike (US dollars) → gamma, ascending
 */
export function findFlips(gammaByStrike: ReadonlyMap<number, number>): GammaFlip[] {
  const flips: GammaFlip[] = []
  let lastStrike = NaN
  let lastGamma = 0
  let zeroFrom = NaN
  let zeroTo = NaN
  for (const [strike, gamma] of gammaByStrike) {
    if (gamma === 0) {
      if (Number.isNaN(zeroFrom)) zeroFrom = strike
      zeroTo = strike
      continue
    }
    if (Math.sign(lastGamma) * Math.sign(gamma) < 0) {
      const point = lastStrike + ((strike - lastStrike) * lastGamma) / (lastGamma - gamma)
      flips.push(
        Number.isNaN(zeroFrom) ? { from: point, to: point } : { from: zeroFrom, to: zeroTo },
      )
    }
    lastStrike = strike
    lastGamma = gamma
    zeroFrom = NaN
    zeroTo = NaN
  }
  return flips
}

/**
 * The crossing nearest a price; of two equally near the lower.
 *
 * @returns US dollars, or null when there is none
 */
export function nearestFlip(flips: readonly GammaFlip[], price: number): number | null {
  let nearest: number | null = null
  for (const { from, to } of flips) {
    const point = Math.min(to, Math.max(from, price))
    if (nearest === null || Math.abs(point - price) < Math.abs(nearest - price)) nearest = point
  }
  return nearest
}
