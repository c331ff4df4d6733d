import { type FileHandle, open } from 'node:fs/promises'
import { FeedError } from './errors.ts'

/** What the commonest refusals of the operating system mean. */
const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'one that does not exist',
  ENOTDIR: 'one that does not exist',
  EISDIR: 'a folder',
  EACCES: 'one that may not be read (permission denied)',
  EPERM: 'one that may not be read (permission denied)',
}

/** Bytes read at a time. */
export const CHUNK_BYTES = 1 << 21

/**
 * The bytes of a file, chunk by chunk, one read ahead of its consumer. Two buffers take turns: a
 * chunk is valid until the next one is asked for.
 *
 * @param onRead told the number of bytes of each chunk as it is handed out
 * @throws FeedError UNREADABLE when the file cannot be opened or read
 */
export async function* fileChunks(
  path: string,
  onRead?: (bytes: number) => void,
): AsyncGenerator<Uint8Array, void, void> {
  let offset = 0
  let handle: FileHandle | null = null
  let ahead: Promise<number> | null = null
  try {
    handle = await open(path, 'r')
    let current = new Uint8Array(CHUNK_BYTES)
    let next = new Uint8Array(CHUNK_BYTES)
    let count = await readInto(handle, current)
    while (count > 0) {
      ahead = readInto(handle, next)
      ahead.catch(() => undefined) // seen below, unless the consumer stops first
      onRead?.(count)
      yield current.subarray(0, count)
      offset += count
      count = await ahead
      ;[current, next] = [next, current]
    }
  } catch (cause) {
    throw unreadable(path, offset, cause)
  } finally {
    await ahead?.catch(() => undefined)
    await handle?.close()
  }
}

async function readInto(handle: FileHandle, buffer: Uint8Array): Promise<number> {
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, null)
  return bytesRead
}

/** The fault of a file that the operating system does not let us read. */
export function unreadable(file: string, byteOffset: number, cause: unknown): FeedError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const why = cause instanceof Error ? cause.message : String(cause)
  const reason = `expected a readable file, was ${WHY[code] ?? `refused: ${why}`}`
  return new FeedError({ code: 'UNREADABLE', file, byteOffset, reason }, { cause })
}
