import { constants, createZstdDecompress, zstdDecompressSync } from 'node:zlib'
import { DbnError } from './errors.ts'
import { ZSTD_BLOCK_BYTES_MAX, ZSTD_WINDOW_LOG_MAX } from './zstd-blocks.ts'

/** Uncompressed bytes and where the block they come from begins in the compressed file. */
export interface InflatedChunk {
  readonly bytes: Uint8Array
  readonly sourceOffset: number
}

const params = { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG_MAX }
/**
 * The runtime hands out slices of a buffer this large, and asks the decompressor once more whenever
 * one is full: with room for eight blocks, that is one time in eight.
 */
const OUTPUT_BYTES = 8 * ZSTD_BLOCK_BYTES_MAX
/** Of the frame header descriptor, the byte after the magic. */
const CHECKSUM_FLAG = 4
const DESCRIPTOR_AT = 4

function corrupt(what: string, cause: unknown, sourceOffset: number): DbnError {
  const detail = cause instanceof Error ? cause.message : String(cause)
  return new DbnError(
    'CORRUPT_ZSTD',
    `expected ${what}, was damaged (${detail})`,
    { byteOffset: 0, sourceOffset },
    { cause },
  )
}

/** Blocks that lie side by side, to be written as one. */
interface Run {
  bytes: Uint8Array
  readonly offset: number
  blockCount: number
}

/**
 * One frame of several blocks on its way through the runtime's decompressor, which works on
 * another thread. What is written at once is bounded by its output, 128 KiB a block. A damaged
 * block takes along the output of the blocks written with it, and of no others.
 */
export class FrameInflater {
  readonly #stream = createZstdDecompress({ params, chunkSize: OUTPUT_BYTES })
  readonly #blocksPerWrite: number
  #run: Run | null = null
  readonly #ready: InflatedChunk[] = []
  /** Offsets of the pieces written and not yet done, oldest first. */
  readonly #inFlight: number[] = []
  #lastOffset = 0
  #fault: unknown = null
  #isEnded = false
  #wake: (() => void) | null = null

  /** @param blocksPerWrite most blocks written at once, 1 to give all before a damaged one */
  constructor(blocksPerWrite: number) {
    this.#blocksPerWrite = blocksPerWrite
    this.#stream.on('data', (bytes: Uint8Array) => {
      this.#ready.push({ bytes, sourceOffset: this.#inFlight[0] ?? this.#lastOffset })
    })
    this.#stream.on('error', (error) => {
      this.#fault = error
      this.#notify()
    })
    this.#stream.on('end', () => {
      this.#isEnded = true
      this.#notify()
    })
  }

  /** @param offset of the block in the file */
  add(bytes: Uint8Array, offset: number): void {
    const run = this.#run
    if (run !== null && run.blockCount < this.#blocksPerWrite && isNextTo(run.bytes, bytes)) {
      const { buffer, byteOffset, length } = run.bytes
      run.bytes = new Uint8Array(buffer, byteOffset, length + bytes.length)
      run.blockCount++
    } else {
      this.#flush()
      this.#run = { bytes, offset, blockCount: 1 }
    }
    if (this.#run !== null && this.#run.blockCount >= this.#blocksPerWrite) this.#flush()
  }

  #flush(): void {
    if (this.#run !== null) this.#write(this.#run.bytes, this.#run.offset)
    this.#run = null
  }

  #write(bytes: Uint8Array, offset: number): void {
    this.#lastOffset = offset
    this.#inFlight.push(offset)
    this.#stream.write(bytes, (error) => {
      // After a fault the oldest block stays: it names the place.
      if (error === null || error === undefined) this.#inFlight.shift()
      this.#notify()
    })
  }

  /** Gives all that the blocks added so far hold. @throws DbnError as `settle` */
  async *drain(): AsyncGenerator<InflatedChunk, void, undefined> {
    this.#flush()
    yield* this.settle(1)
  }

  /**
   * Gives what comes out until fewer than `limit` writes are under way.
   *
   * @throws DbnError when a block is damaged, after the output of the blocks before it
   */
  async *settle(limit: number): AsyncGenerator<InflatedChunk, void, undefined> {
    for (;;) {
      for (let chunk = this.#ready.shift(); chunk !== undefined; chunk = this.#ready.shift()) {
        yield chunk
      }
      if (this.#fault !== null) {
        throw corrupt('an intact zstd block', this.#fault, this.#inFlight[0] ?? this.#lastOffset)
      }
      if (this.#inFlight.length < limit) return
      await this.#change()
    }
  }

  /** Gives the rest of the frame. @throws DbnError when it contradicts its header or checksum */
  async *finish(): AsyncGenerator<InflatedChunk, void, undefined> {
    yield* this.drain()
    this.#stream.end()
    while (!this.#isEnded && this.#fault === null) await this.#change()
    yield* this.settle(1)
  }

  close(): void {
    this.#stream.destroy()
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  #notify(): void {
    this.#wake?.()
    this.#wake = null
  }
}

function isNextTo(before: Uint8Array, after: Uint8Array): boolean {
  return before.buffer === after.buffer && before.byteOffset + before.length === after.byteOffset
}

/** A frame of one block: small enough to be decompressed at once, without another thread. */
export interface SmallFrame {
  readonly header: Uint8Array
  readonly block: Uint8Array
  readonly blockOffset: number
}

/**
 * Decompresses a frame of one block.
 *
 * @param checksum null when it is missing: the block is given without being verified
 */
export function inflateSmall(frame: SmallFrame, checksum: Uint8Array | null): Uint8Array {
  const { header, block, blockOffset } = frame
  const bytes = Buffer.concat([header, block, checksum ?? new Uint8Array(0)])
  if (checksum === null) bytes[DESCRIPTOR_AT] = (bytes[DESCRIPTOR_AT] ?? 0) & ~CHECKSUM_FLAG
  try {
    return zstdDecompressSync(bytes, { params, maxOutputLength: ZSTD_BLOCK_BYTES_MAX })
  } catch (error) {
    throw corrupt('an intact zstd block', error, blockOffset)
  }
}
