import { DbnError } from './errors.ts'
import {
  FrameInflater,
  type InflatedChunk,
  inflateSmall,
  type SmallFrame,
} from './frame-inflater.ts'
import { ZstdBlockScanner, type ZstdPiece } from './zstd-blocks.ts'

/** Bytes in chunks of any size; the buffer of a chunk may be reused for the next. */
export type ByteChunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

/**
 * Bytes as a file or a socket gives them, or a function that opens a file, as often as it is
 * called. What can be opened again is decompressed faster: see `inflate`.
 */
export type ByteSource = ByteChunks | (() => ByteChunks)

/** Writes with the decompressor before its output is waited for: one worked on, one in line. */
const WRITES_IN_FLIGHT = 2
/** With more, the decompressor's output of one write would not stay in a processor's cache. */
const BLOCKS_PER_WRITE = 8

/** Puts the pieces of a file together to frames and gives what they hold, in order. */
class FrameSequence {
  #header: Uint8Array | null = null
  #small: SmallFrame | null = null
  #inflater: FrameInflater | null = null
  readonly #blocksPerWrite: number

  constructor(blocksPerWrite: number) {
    this.#blocksPerWrite = blocksPerWrite
  }

  async *feed(piece: ZstdPiece): AsyncGenerator<InflatedChunk, void, undefined> {
    switch (piece.kind) {
      case 'skippable':
        return
      case 'frame':
        this.#header = piece.bytes.slice()
        return
      case 'checksum':
        return yield* this.#finish(piece)
      case 'block':
      case 'last-block':
        return yield* this.#feedBlock(piece)
    }
  }

  async *#feedBlock(piece: ZstdPiece): AsyncGenerator<InflatedChunk, void, undefined> {
    const { kind, bytes, offset, isChecksumNext } = piece
    const header = this.#header
    this.#header = null
    if (header === null) {
      this.#inflater?.add(bytes, offset)
    } else if (kind === 'last-block') {
      this.#small = { header, block: bytes.slice(), blockOffset: offset }
    } else {
      this.#inflater = new FrameInflater(this.#blocksPerWrite)
      this.#inflater.add(Buffer.concat([header, bytes]), offset)
    }
    if (kind === 'last-block' && !isChecksumNext) return yield* this.#finish(null)
    if (this.#inflater !== null) yield* this.#inflater.settle(WRITES_IN_FLIGHT)
  }

  async *#finish(checksum: ZstdPiece | null): AsyncGenerator<InflatedChunk, void, undefined> {
    if (this.#small !== null) {
      yield* finishSmall(this.#small, checksum)
      this.#small = null
    }
    if (this.#inflater !== null) {
      if (checksum !== null) {
        // On its own, so that a wrong one does not hold the last block back.
        yield* this.#inflater.drain()
        this.#inflater.add(checksum.bytes, checksum.offset)
      }
      yield* this.#inflater.finish()
      this.#inflater = null
    }
  }

  /** Gives all that the blocks fed so far hold, but for a small frame that lacks its checksum. */
  async *drain(): AsyncGenerator<InflatedChunk, void, undefined> {
    if (this.#inflater !== null) yield* this.#inflater.drain()
  }

  /** Gives what is left when the file breaks off. */
  async *abandon(): AsyncGenerator<InflatedChunk, void, undefined> {
    yield* this.drain()
    if (this.#small !== null) {
      yield { bytes: inflateSmall(this.#small, null), sourceOffset: this.#small.blockOffset }
    }
  }

  close(): void {
    this.#inflater?.close()
  }
}

function* finishSmall(
  frame: SmallFrame,
  checksum: ZstdPiece | null,
): Generator<InflatedChunk, void, undefined> {
  const sourceOffset = frame.blockOffset
  let bytes: Uint8Array
  try {
    bytes = inflateSmall(frame, checksum?.bytes ?? null)
  } catch (error) {
    if (checksum === null) throw error
    // Is it the block, or only its checksum? This throws when it is the block.
    yield { bytes: inflateSmall(frame, null), sourceOffset }
    throw new DbnError(
      'CORRUPT_ZSTD',
      'expected the checksum of what the frame holds, was another',
      { byteOffset: 0, sourceOffset: checksum.offset },
      { cause: error },
    )
  }
  yield { bytes, sourceOffset }
}

/**
 * Decompresses a zstd file of any number of frames.
 *
 * The runtime's decompressor says that something is damaged, but not what came before within one
 * write. So a source that cannot be read twice is written block by block. One that can be opened
 * again is written eight blocks at a time, which is faster; where that meets damage, the file is
 * read again block by block, and what was given already is passed over.
 *
 * Memory: a chunk of the source, 2 MiB, and the window of a frame (128 MiB at most).
 *
 * @throws DbnError where the file is cut or damaged, after everything before it was given
 */
export async function* inflate(source: ByteSource): AsyncGenerator<InflatedChunk, void, undefined> {
  if (typeof source !== 'function') return yield* inflateInWrites(source, 1)
  let given = 0
  try {
    for await (const chunk of inflateInWrites(source(), BLOCKS_PER_WRITE)) {
      given += chunk.bytes.length
      yield chunk
    }
  } catch (error) {
    if (!(error instanceof DbnError) || error.code !== 'CORRUPT_ZSTD') throw error
    yield* skipFirst(given, inflateInWrites(source(), 1))
  }
}

async function* skipFirst(
  count: number,
  chunks: AsyncIterable<InflatedChunk>,
): AsyncGenerator<InflatedChunk, void, undefined> {
  let left = count
  for await (const { bytes, sourceOffset } of chunks) {
    const skipped = Math.min(left, bytes.length)
    left -= skipped
    if (skipped < bytes.length) yield { bytes: bytes.subarray(skipped), sourceOffset }
  }
}

async function* inflateInWrites(
  source: ByteChunks,
  blocksPerWrite: number,
): AsyncGenerator<InflatedChunk, void, undefined> {
  const scanner = new ZstdBlockScanner()
  const frames = new FrameSequence(blocksPerWrite)
  try {
    for await (const chunk of source) {
      scanner.push(chunk)
      for (let piece = nextPiece(scanner); piece !== null; piece = nextPiece(scanner)) {
        if (piece instanceof DbnError) {
          yield* frames.abandon()
          throw piece
        }
        yield* frames.feed(piece)
      }
      // The source may overwrite its chunk now: nothing may still lie in it.
      yield* frames.drain()
    }
    yield* finishScan(scanner, frames)
  } finally {
    frames.close()
  }
}

/** A fault is handed back, not thrown: what came before it is to be given first. */
function nextPiece(scanner: ZstdBlockScanner): ZstdPiece | DbnError | null {
  try {
    return scanner.next()
  } catch (error) {
    if (error instanceof DbnError) return error
    throw error
  }
}

async function* finishScan(
  scanner: ZstdBlockScanner,
  frames: FrameSequence,
): AsyncGenerator<InflatedChunk, void, undefined> {
  const fault = scanner.end()
  if (fault === null) return
  yield* frames.abandon()
  throw fault
}
