import type { PlainSession } from './plain-dbn.ts'
import { keyOf } from './plain-dbn.ts'

/** A line of a trace of flows. */
interface Flow {
  readonly tsEventNs: bigint
  readonly key: string
  readonly side: string
  readonly added: number
  readonly canceled: number
  readonly filled: number
  readonly unobserved: number
}

export interface ConservationReport {
  /** Moments at which the sums were compared with the whole book. */
  readonly moments: number
  readonly flows: number
  readonly addedLots: number
  readonly canceledLots: number
  readonly filledLots: Readonly<Record<string, number>>
}

/**
 * Follows a trace of flows beside the depth it was made from: whenever the book changes, the sum of
 * the flows of every price is the size displayed there.
 *
 * @throws Error naming the first moment and price at which it is not
 */
export function checkConservation(
  traceLines: readonly string[],
  { books }: PlainSession,
): ConservationReport {
  const sums = new Map<string, number>()
  const totals = { added: 0, canceled: 0 }
  const filledLots: Record<string, number> = { BID: 0, ASK: 0 }
  let next = 0
  let moments = 0
  const flows = traceLines.map(flowOf)
  books.forEach((book, i) => {
    if (books[i + 1]?.tsEventNs === book.tsEventNs) return // the last of a moment stands
    for (; next < flows.length && flows[next]!.tsEventNs <= book.tsEventNs; next++) {
      const { key, side, added, canceled, filled, unobserved } = flows[next]!
      if (added < 0 || canceled < 0 || filled < 0) throw new Error(`negative: ${traceLines[next]}`)
      if (next > 0 && flows[next - 1]!.tsEventNs > flows[next]!.tsEventNs) {
        throw new Error(`out of order: ${traceLines[next]}`)
      }
      const sum = (sums.get(key) ?? 0) + added - canceled - filled + unobserved
      if (sum === 0) sums.delete(key)
      else sums.set(key, sum)
      totals.added += added
      totals.canceled += canceled
      filledLots[side] = (filledLots[side] ?? 0) + filled
    }
    moments++
    for (const [key, size] of book.displayed) {
      if (sums.get(key) === size) continue
      throw new Error(`at ${book.tsEventNs}, ${key}: displayed ${size}, sum ${sums.get(key) ?? 0}`)
    }
    if (sums.size !== book.displayed.size) {
      throw new Error(`at ${book.tsEventNs}: ${sums.size} sums, ${book.displayed.size} prices`)
    }
  })
  if (next < flows.length && flows.slice(next).some((flow) => flow.added !== flow.filled)) {
    throw new Error('flows after the last book that change what is displayed')
  }
  const { added: addedLots, canceled: canceledLots } = totals
  return { moments, flows: flows.length, addedLots, canceledLots, filledLots }
}

function flowOf(line: string): Flow {
  const flow = JSON.parse(line) as Record<string, number> & { side: string }
  const { side, price, added, canceled, filled, unobserved } = flow
  return {
    // Not from the parsed object: a double cannot hold it.
    tsEventNs: BigInt(/"ts_event_ns":(\d+)/.exec(line)![1]!),
    key: keyOf(side, price!),
    side,
    added: added!,
    canceled: canceled!,
    filled: filled!,
    unobserved: unobserved!,
  }
}
