import { LevelsError } from '@levels/kernel'

/** Why a DBN input was refused. Stable: programs may switch on it. */
export type DbnErrorCode =
  | 'NOT_DBN'
  | 'MISSING_METADATA'
  | 'UNSUPPORTED_VERSION'
  | 'UNSUPPORTED_SCHEMA'
  | 'CORRUPT_METADATA'
  | 'CORRUPT_RECORD'
  | 'TRUNCATED'
  | 'CORRUPT_ZSTD'
  | 'TRUNCATED_ZSTD'

/** Where a fault lies. */
export interface DbnFaultPlace {
  /** Offset in the uncompressed stream. Everything before it was delivered. */
  readonly byteOffset: number
  /** Offset in the compressed file: of the block at fault, or of the one that held the record. */
  readonly sourceOffset?: number | null
}

/** Input that cannot be read as DBN. Everything before the fault has been delivered. */
export class DbnError extends LevelsError {
  declare readonly code: DbnErrorCode
  /** Offset in the uncompressed stream. */
  readonly byteOffset: number
  /** Offset in the compressed file, null when the input was not compressed. */
  readonly sourceOffset: number | null
  /** What was expected and what was found, without the place. */
  readonly reason: string

  constructor(code: DbnErrorCode, reason: string, place: DbnFaultPlace, options?: ErrorOptions) {
    const sourceOffset = place.sourceOffset ?? null
    const where =
      sourceOffset === null
        ? `at byte ${place.byteOffset}`
        : `at byte ${place.byteOffset} of the uncompressed stream (byte ${sourceOffset} of the file)`
    super(code, `${reason}, ${where}`, options)
    this.reason = reason
    this.byteOffset = place.byteOffset
    this.sourceOffset = sourceOffset
  }
}
