import { DbnError, type DbnErrorCode } from '@levels/dbn'
import { FeedError, type FeedErrorCode } from './errors.ts'

const FEED_CODES: Readonly<Partial<Record<DbnErrorCode, FeedErrorCode>>> = {
  NOT_DBN: 'UNKNOWN_FORMAT',
  MISSING_METADATA: 'UNKNOWN_FORMAT',
  UNSUPPORTED_VERSION: 'UNSUPPORTED_SCHEMA',
  UNSUPPORTED_SCHEMA: 'UNSUPPORTED_SCHEMA',
}

/** A decoder's error as the fault of a file; any other error as it is. */
export function faultOf(file: string, cause: unknown): unknown {
  if (!(cause instanceof DbnError)) return cause
  const { sourceOffset, byteOffset } = cause
  const reason =
    sourceOffset === null
      ? cause.reason
      : `${cause.reason} (byte ${byteOffset} of the decompressed input)`
  const code = FEED_CODES[cause.code] ?? 'CORRUPT_INPUT'
  return new FeedError({ code, file, byteOffset: sourceOffset ?? byteOffset, reason }, { cause })
}
