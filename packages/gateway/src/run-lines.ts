import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'

const LINE_FEED = 0x0a
const CHUNK_BYTES = 1 << 20

/** A line of a file. */
export interface FileLine {
  /** Without its line feed; borrowed until the next line. */
  readonly bytes: Buffer
  readonly byteOffset: number
  /** From 1. */
  readonly number: number
}

/**
 * Gives every line of a file, in order, and lets others have their turn after each mebibyte.
 *
 * @param onLine told of each; a line longer than `lineBytesMax` ends the reading with an error
 * @returns SHA-256 of the file, hexadecimal
 * @throws Error when it cannot be read, or the last line does not end with a line feed
 */
export async function readLines(
  file: FileHandle,
  lineBytesMax: number,
  onLine: (line: FileLine) => void,
  onProgress: (byteCount: number) => void,
): Promise<string> {
  const hash = createHash('sha256')
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
  let rest: Buffer = Buffer.alloc(0)
  let byteOffset = 0
  let number = 1
  for (let position = 0; ;) {
    const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, position)
    if (bytesRead === 0) break
    position += bytesRead
    const read = chunk.subarray(0, bytesRead)
    hash.update(read)
    const bytes = rest.length === 0 ? read : Buffer.concat([rest, read])
    let from = 0
    for (let to = bytes.indexOf(LINE_FEED); to >= 0; to = bytes.indexOf(LINE_FEED, from)) {
      onLine({ bytes: bytes.subarray(from, to), byteOffset, number })
      byteOffset += to + 1 - from
      number++
      from = to + 1
    }
    rest = Buffer.from(bytes.subarray(from))
    if (rest.length > lineBytesMax) {
      throw new Error(`line ${number}: expected at most ${lineBytesMax} bytes, was more`)
    }
    onProgress(position)
  }
  if (rest.length > 0) throw new Error(`line ${number}: expected a line feed at its end, was none`)
  return hash.digest('hex')
}
