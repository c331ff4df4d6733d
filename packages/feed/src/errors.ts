import { LevelsError } from '@levels/kernel'
import { spanText } from './time-text.ts'

/**
 * What can be wrong with an input as a whole:
 * - `UNREADABLE`: the file cannot be opened or read
 * - `UNKNOWN_FORMAT`: its first bytes are none of the formats that are read
 * - `UNSUPPORTED_SCHEMA`: the format is known, what it holds is none of ours
 * - `CORRUPT_INPUT`: it is damaged or cut off from `byteOffset` on
 * - `SYMBOL_REQUIRED`: it holds several instruments and none was chosen
 * - `UNKNOWN_SYMBOL`: it does not hold the instrument that was chosen
 * - `BUFFER_FULL`: more events lie within the lateness than the buffer may hold
 */
export type FeedErrorCode =
  | 'UNREADABLE'
  | 'UNKNOWN_FORMAT'
  | 'UNSUPPORTED_SCHEMA'
  | 'CORRUPT_INPUT'
  | 'SYMBOL_REQUIRED'
  | 'UNKNOWN_SYMBOL'
  | 'BUFFER_FULL'

/** Where an input went wrong and why. */
export interface FeedFault {
  readonly code: FeedErrorCode
  readonly file: string
  /** Offset in the file as it lies on disk, of the first byte that could not be used. */
  readonly byteOffset: number
  readonly reason: string
}

/** An input that cannot be read (further). What was readable before the fault stays valid. */
export class FeedError extends LevelsError implements FeedFault {
  declare readonly code: FeedErrorCode
  readonly file: string
  readonly byteOffset: number
  readonly reason: string

  constructor(fault: FeedFault, options?: ErrorOptions) {
    super(fault.code, faultText(fault), options)
    this.file = fault.file
    this.byteOffset = fault.byteOffset
    this.reason = fault.reason
  }
}

/** A fault as people read it. Of what cannot be read at all, no byte is at fault. */
export function faultText({ code, file, byteOffset, reason }: FeedFault): string {
  const isWhole = code === 'UNREADABLE' && byteOffset === 0
  return isWhole ? `${file}: ${reason}` : `${file}: byte ${byteOffset}: ${reason}`
}

/** The fault of an input with more events within the lateness than may wait. */
export function bufferFull(
  file: string,
  byteOffset: number,
  limits: { readonly capacity: number; readonly latenessNs: number },
): FeedError {
  const { capacity, latenessNs } = limits
  const reason = `expected at most ${capacity} events within ${spanText(latenessNs)}, was more`
  return new FeedError({ code: 'BUFFER_FULL', file, byteOffset, reason })
}
