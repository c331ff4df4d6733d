import { NS_PER_S } from '@levels/kernel'
import { exp } from '../numeric/elementary.ts'
import type { ExcitationKernel } from '../profile.ts'
import { rounded } from './rate-fit.ts'

/** How fast kernels fade, 1/s: from reactions within microseconds to the mood of minutes. */
const DECAYS_PER_S = [300_000, 20_000, 1_000, 30, 1, 0.03] as const
const ROUNDS = 60
/** Kernels that bring about less than this are left out. */
const CHILDREN_MIN = 0.002

/**
 * Fits how events bring about others: Hawkes kernels of given speeds, their weights by expectation
 * and maximisation (each event is shared among what may have caused it: no event, or an earlier one
 * by one of the kernels).
 *
 * @param timesNs of the events, rising
 */
export function fitBursts(timesNs: Float64Array): ExcitationKernel[] {
  const kernels = DECAYS_PER_S.length
  const durationS = ((timesNs.at(-1) ?? 0) - (timesNs[0] ?? 0)) / NS_PER_S
  const children = new Float64Array(kernels).fill(0.1)
  let ownPerS = (timesNs.length * 0.4) / Math.max(durationS, 1e-9)
  const pending = new Float64Array(kernels)
  const caused = new Float64Array(kernels)
  for (let round = 0; round < ROUNDS; round++) {
    pending.fill(0)
    caused.fill(0)
    let own = 0
    let last = timesNs[0] ?? 0
    for (const time of timesNs) {
      const seconds = (time - last) / NS_PER_S
      last = time
      let total = ownPerS
      for (let k = 0; k < kernels; k++) {
        const decay = DECAYS_PER_S[k] ?? 1
        pending[k] = (pending[k] ?? 0) * exp(-seconds * decay)
        total += (pending[k] ?? 0) * decay * (children[k] ?? 0)
      }
      own += ownPerS / total
      for (let k = 0; k < kernels; k++) {
        const rate = (pending[k] ?? 0) * (DECAYS_PER_S[k] ?? 1) * (children[k] ?? 0)
        caused[k] = (caused[k] ?? 0) + rate / total
        pending[k] = (pending[k] ?? 0) + 1
      }
    }
    ownPerS = own / Math.max(durationS, 1e-9)
    for (let k = 0; k < kernels; k++) children[k] = (caused[k] ?? 0) / timesNs.length
  }
  return DECAYS_PER_S.map((decayPerS, k) => ({
    children: rounded(children[k] ?? 0),
    decayPerS,
  })).filter((kernel) => kernel.children >= CHILDREN_MIN)
}
