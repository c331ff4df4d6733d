import { REJECT_CODES, type RejectCode } from '@levels/contracts'

/** A message that was refused: where it stands, why, and that it changed nothing. */
export interface RejectedMessage {
  readonly code: RejectCode
  readonly file: string
  /** Offset of the message, in the decompressed input. */
  readonly byteOffset: number
  /** From 1; null where the format has no lines. */
  readonly line: number | null
  /** "expected X, was Y". */
  readonly message: string
  /** JSON path of the value at fault; null when the message as a whole is refused. */
  readonly path: string | null
}

export type RejectCounts = Readonly<Record<RejectCode, number>>

/** Default of how many refused messages of each code are kept in full. */
export const REJECTS_KEPT = 20

/** Counts every refused message and keeps the first of each code, so that cost stays bounded. */
export class RejectLog {
  readonly #keptMax: number
  readonly #counts: Record<RejectCode, number>
  readonly #kept: RejectedMessage[] = []

  constructor(keptMax: number = REJECTS_KEPT) {
    this.#keptMax = keptMax
    this.#counts = noRejects()
  }

  get counts(): RejectCounts {
    return this.#counts
  }

  /** The first refused messages of each code, in the order they came. */
  get kept(): readonly RejectedMessage[] {
    return this.#kept
  }

  /** @param describe called only when the message is kept */
  add(code: RejectCode, describe: () => Omit<RejectedMessage, 'code'>): void {
    if (this.#counts[code]++ < this.#keptMax) this.#kept.push({ code, ...describe() })
  }
}

/** A count of zero for every code. */
export function noRejects(): Record<RejectCode, number> {
  return Object.fromEntries(REJECT_CODES.map((code) => [code, 0])) as Record<RejectCode, number>
}
