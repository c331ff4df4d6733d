import { inflate } from '@levels/dbn'
import { faultOf } from './dbn-faults.ts'
import { FeedError } from './errors.ts'
import type { Compression } from './event-source.ts'
import { fileChunks } from './file-chunks.ts'
import { gunzip } from './gunzip.ts'

/**
 * The decompressed bytes of a file. A chunk is valid until the next one is asked for.
 *
 * @param onRead told the number of bytes read of the file, as they are used
 * @throws FeedError when the file cannot be read, or is cut or damaged, after everything before
 *   that was given; the offset is that of the damaged block (zstd) or of the end of what was read
 *   (gzip)
 */
export async function* fileBytes(
  path: string,
  compression: Compression,
  onRead?: (bytes: number) => void,
): AsyncGenerator<Uint8Array, void, void> {
  let bytesRead = 0
  const chunks = fileChunks(path, (bytes) => {
    bytesRead += bytes
    onRead?.(bytes)
  })
  if (compression === 'none') {
    yield* chunks
  } else if (compression === 'zstd') {
    try {
      for await (const { bytes } of inflate(chunks)) yield bytes
    } catch (error) {
      throw faultOf(path, error)
    }
  } else {
    try {
      yield* gunzip(chunks)
    } catch (cause) {
      if (cause instanceof FeedError) throw cause
      const why = cause instanceof Error ? cause.message : String(cause)
      const reason = `expected intact gzip data, was cut or damaged (${why})`
      const fault = { code: 'CORRUPT_INPUT', file: path, byteOffset: bytesRead, reason } as const
      throw new FeedError(fault, { cause })
    }
  }
}
