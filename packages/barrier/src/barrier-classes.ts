import type { BarrierState } from '@levels/contracts/metrics'
import type { BarrierConfig } from './barrier-parameters.ts'

/** What happened to one side's displayed size in a zone over the barrier window. */
export interface BarrierFlow {
  /** ES lots, each an integer ≥ 0. */
  readonly addedLots: number
  readonly canceledLots: number
  readonly filledLots: number
}

/** Keeps the replenishment ratio finite where nothing was removed. Lots. */
const RATIO_EPSILON_LOTS = 1e-6

/** Net change of liquidity: added − canceled − filled, ES lots. */
export function deltaLiquidity(flow: BarrierFlow): number {
  return flow.addedLots - flow.canceledLots - flow.filledLots
}

/** added / (canceled + filled + 1e-6): ≥ 0, finite, very large where nothing was removed. */
export function replenishmentRatio(flow: BarrierFlow): number {
  return flow.addedLots / (flow.canceledLots + flow.filledLots + RATIO_EPSILON_LOTS)
}

/**
 * Filled over all removed: 1 when everything was eaten, 0 when everything was pulled. It is 0
 * when nothing was removed; no class depends on that, since each that asks for the share also
 * asks for at least `fThreshLots` ≥ 1 removed.
 */
export function fillShare(flow: BarrierFlow): number {
  const removed = flow.canceledLots + flow.filledLots
  return removed > 0 ? flow.filledLots / removed : 0
}

/**
 * Names what liquidity does at a level. The first rule that matches wins:
 *
 * 1. `VACUUM`: ratio < rVac, delta < −F, share < φ: pulled, and not put back.
 * 2. `CONSUMED`: delta < −F, share ≥ φ: eaten faster than it is put back.
 * 3. `WALL`: ratio > rWall, delta > F: put back faster than it is removed.
 * 4. `ABSORPTION`: filled ≥ F, share ≥ φ, delta ≥ −F: eaten, and put back.
 * 5. `WEAK`: less is displayed than is usual.
 * 6. `NEUTRAL`.
 *
 * with F = `fThreshLots` and φ = `fillShare`.
 *
 * @param isThin the displayed size per tick is below its baseline; false where that is unknown
 */
export function classifyBarrier(
  flow: BarrierFlow,
  isThin: boolean,
  config: BarrierConfig,
): BarrierState {
  const delta = deltaLiquidity(flow)
  const ratio = replenishmentRatio(flow)
  const wasEaten = fillShare(flow) >= config.fillShare
  const drained = delta < -config.fThreshLots
  if (ratio < config.rVac && drained && !wasEaten) return 'VACUUM'
  if (drained && wasEaten) return 'CONSUMED'
  if (ratio > config.rWall && delta > config.fThreshLots) return 'WALL'
  if (flow.filledLots >= config.fThreshLots && wasEaten && !drained) return 'ABSORPTION'
  return isThin ? 'WEAK' : 'NEUTRAL'
}
