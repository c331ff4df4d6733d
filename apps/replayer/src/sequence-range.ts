import { UsageError } from './errors.ts'

/**
 * Refuses a part of a stream that ends before it begins.
 *
 * @param fromSeq its first sequence as it was asked for, null where it was not; `toSeq` its last
 * @throws UsageError
 */
export function refuseReversed(fromSeq: number | null, toSeq: number | null): void {
  if (fromSeq === null || toSeq === null || fromSeq <= toSeq) return
  throw new UsageError(`--to-seq: expected --from-seq ${fromSeq} or later, was ${toSeq}`)
}
