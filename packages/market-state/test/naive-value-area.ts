import type { ValueArea } from '../src/volume-profile.ts'

/** The value area by its definition, from a list of trades and a map of volumes. */
export function naiveValueArea(
  trades: readonly { readonly price: number; readonly size: number }[],
  bucketUnits: number,
): ValueArea | null {
  const volumes = new Map<number, number>()
  let total = 0
  for (const { price, size } of trades) {
    const bucket = Math.round(price / bucketUnits)
    volumes.set(bucket, (volumes.get(bucket) ?? 0) + size)
    total += size
  }
  if (total === 0) return null
  const buckets = [...volumes.keys()]
  const low = Math.min(...buckets)
  const high = Math.max(...buckets)
  const at = (bucket: number): number => volumes.get(bucket) ?? 0
  const fromMiddle = (bucket: number): number => Math.abs(bucket - (low + high) / 2)
  const poc = buckets.sort(
    (a, b) => at(b) - at(a) || fromMiddle(a) - fromMiddle(b) || a - b,
  )[0] as number
  const inside = new Set([poc])
  const held = (): number => [...inside].reduce((sum, bucket) => sum + at(bucket), 0)
  while (held() * 10 < total * 7) {
    const top = Math.max(...inside)
    const bottom = Math.min(...inside)
    const above = [top + 1, top + 2].filter((bucket) => bucket <= high)
    const below = [bottom - 1, bottom - 2].filter((bucket) => bucket >= low)
    const volumeOf = (pair: number[]): number => pair.reduce((sum, b) => sum + at(b), 0)
    const up = above.length > 0 && (below.length === 0 || volumeOf(above) >= volumeOf(below))
    for (const bucket of up ? above : below) inside.add(bucket)
  }
  return {
    poc: poc * bucketUnits,
    vah: Math.max(...inside) * bucketUnits,
    val: Math.min(...inside) * bucketUnits,
  }
}
