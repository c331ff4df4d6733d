import { DbnError } from './errors.ts'

/** A part of a zstd file that the decompressor is fed with as a whole. */
export type ZstdPieceKind = 'skippable' | 'frame' | 'block' | 'last-block' | 'checksum'

export interface ZstdPiece {
  readonly kind: ZstdPieceKind
  /** Borrowed from the source's chunk where it lies in one. */
  readonly bytes: Uint8Array
  /** Offset in the compressed file. */
  readonly offset: number
  /** True for the last block of a frame that ends with a checksum. */
  readonly isChecksumNext: boolean
}

/** No block holds more, compressed or not (RFC 8878, 3.1.1.2.4). */
export const ZSTD_BLOCK_BYTES_MAX = 128 * 1024
/**
 * Largest window a frame may ask for: what zstd's own tools allow unless told otherwise. It
 * bounds the decompressor's memory.
 */
export const ZSTD_WINDOW_LOG_MAX = 27

const MAGIC = 0xfd2fb528
const SKIPPABLE_MAGIC = 0x184d2a50
const SKIPPABLE_MASK = 0xfffffff0
const BLOCK_HEADER_BYTES = 3
const CHECKSUM_BYTES = 4
const BLOCK_RLE = 1
const BLOCK_RESERVED = 3
const DICTIONARY_ID_BYTES = [0, 1, 2, 4] as const
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const

/** True when a file that begins with these bytes (four at least) is compressed with zstd. */
export function isZstd(head: Uint8Array): boolean {
  if (head.length < 4) return false
  const magic = new DataView(head.buffer, head.byteOffset, 4).getUint32(0, true)
  return magic === MAGIC || (magic & SKIPPABLE_MASK) >>> 0 === SKIPPABLE_MAGIC
}

/**
 * Cuts a zstd file into its frame headers, blocks and checksums, by the lengths that the headers
 * give (RFC 8878, 3.1.1). So frames are found exactly whatever the runtime's decompressor makes
 * of several, a cut is known as such and at which block, and no block promises more than 128 KiB.
 * Memory: one block.
 */
export class ZstdBlockScanner {
  #chunk: Uint8Array = new Uint8Array(0)
  #at = 0
  /** Offset of the chunk in the file. */
  #chunkOffset = 0
  #carry: Uint8Array = new Uint8Array(BLOCK_HEADER_BYTES + ZSTD_BLOCK_BYTES_MAX)
  #carryLength = 0
  #skip = 0
  #state: 'frame' | 'block' | 'checksum' = 'frame'
  #hasChecksum = false
  #windowBytes = 0

  /** Hands over more of the file, once `next()` gave null. */
  push(chunk: Uint8Array): void {
    this.#chunkOffset += this.#chunk.length
    this.#chunk = chunk
    this.#at = 0
  }

  /** Offset in the file of the next byte that belongs to no piece yet. */
  get offset(): number {
    return this.#chunkOffset + this.#at - this.#carryLength
  }

  /**
   * @returns the next piece, null when more input is needed
   * @throws DbnError when the lengths contradict the format
   */
  next(): ZstdPiece | null {
    if (!this.#skipOver()) return null
    switch (this.#state) {
      case 'block':
        return this.#nextBlock()
      case 'checksum': {
        const piece = this.#take('checksum', CHECKSUM_BYTES)
        if (piece !== null) this.#state = 'frame'
        return piece
      }
      case 'frame':
        return this.#nextFrame()
    }
  }

  /** Once all is pushed. @returns the fault when the file ends inside a frame */
  end(): DbnError | null {
    if (this.#state === 'frame' && this.#carryLength === 0 && this.#skip === 0) return null
    const what = { frame: 'a frame', block: 'a block', checksum: 'a checksum' }[this.#state]
    return new DbnError('TRUNCATED_ZSTD', `expected the rest of ${what}, was the end of the file`, {
      byteOffset: 0,
      sourceOffset: this.offset,
    })
  }

  /** Passes over a skippable frame, which may be longer than any chunk. */
  #skipOver(): boolean {
    const count = Math.min(this.#skip, this.#chunk.length - this.#at)
    this.#at += count
    this.#skip -= count
    return this.#skip === 0
  }

  #nextFrame(): ZstdPiece | null {
    if (!this.#has(4)) return null
    const magic = this.#number(0, 4)
    if ((magic & SKIPPABLE_MASK) >>> 0 === SKIPPABLE_MAGIC) return this.#nextSkippable()
    if (magic !== MAGIC) {
      throw this.#corrupt(`expected the magic of a zstd frame, was 0x${magic.toString(16)}`)
    }
    if (!this.#has(5)) return null
    const descriptor = this.#byte(4)
    const isSingleSegment = (descriptor & 0x20) !== 0
    if ((descriptor & 0x08) !== 0) throw this.#corrupt('expected a reserved bit unset, was set')
    const dictionaryBytes = DICTIONARY_ID_BYTES[(descriptor & 3) as 0 | 1 | 2 | 3]
    const sizeFlag = (descriptor >> 6) as 0 | 1 | 2 | 3
    const sizeBytes = sizeFlag === 0 && isSingleSegment ? 1 : CONTENT_SIZE_BYTES[sizeFlag]
    const sizeAt = 5 + (isSingleSegment ? 0 : 1) + dictionaryBytes
    if (!this.#has(sizeAt + sizeBytes)) return null
    if (dictionaryBytes > 0 && this.#number(sizeAt - dictionaryBytes, dictionaryBytes) !== 0) {
      throw this.#corrupt('expected a frame that needs no dictionary, was one that does')
    }
    this.#windowBytes = isSingleSegment ? this.#contentSize(sizeAt, sizeBytes) : this.#window()
    if (this.#windowBytes > 2 ** ZSTD_WINDOW_LOG_MAX) {
      throw this.#corrupt(
        `expected a window of at most ${2 ** ZSTD_WINDOW_LOG_MAX} bytes, was ${this.#windowBytes}`,
      )
    }
    this.#hasChecksum = (descriptor & 4) !== 0
    this.#state = 'block'
    return this.#take('frame', sizeAt + sizeBytes)
  }

  #window(): number {
    const byte = this.#byte(5)
    const base = 2 ** (10 + (byte >> 3))
    return base + (base / 8) * (byte & 7)
  }

  #contentSize(at: number, bytes: number): number {
    return this.#number(at, bytes) + (bytes === 2 ? 256 : 0)
  }

  #nextBlock(): ZstdPiece | null {
    if (!this.#has(BLOCK_HEADER_BYTES)) return null
    const header = this.#number(0, BLOCK_HEADER_BYTES)
    const isLast = (header & 1) === 1
    const kind = (header >> 1) & 3
    const size = header >> 3
    if (kind === BLOCK_RESERVED)
      throw this.#corrupt('expected a known block type, was a reserved one')
    const most = Math.min(ZSTD_BLOCK_BYTES_MAX, Math.max(this.#windowBytes, 1))
    if (size > most) throw this.#corrupt(`expected a block of at most ${most} bytes, was ${size}`)
    const length = BLOCK_HEADER_BYTES + (kind === BLOCK_RLE ? 1 : size)
    const piece = this.#take(isLast ? 'last-block' : 'block', length)
    if (piece !== null && isLast) this.#state = this.#hasChecksum ? 'checksum' : 'frame'
    return piece
  }

  #nextSkippable(): ZstdPiece | null {
    if (!this.#has(8)) return null
    this.#skip = this.#number(4, 4)
    return this.#take('skippable', 8)
  }

  /** True when `count` bytes of the next piece are there; else keeps what there is. */
  #has(count: number): boolean {
    if (this.#carryLength + this.#chunk.length - this.#at >= count) return true
    this.#keep(this.#chunk.length - this.#at)
    return false
  }

  #keep(count: number): void {
    this.#carry.set(this.#chunk.subarray(this.#at, this.#at + count), this.#carryLength)
    this.#carryLength += count
    this.#at += count
  }

  /** A byte of the next piece. */
  #byte(at: number): number {
    const carried = this.#carryLength
    return (at < carried ? this.#carry[at] : this.#chunk[this.#at + at - carried]) ?? 0
  }

  #number(at: number, bytes: number): number {
    let value = 0
    for (let i = bytes - 1; i >= 0; i--) value = value * 256 + this.#byte(at + i)
    return value
  }

  #take(kind: ZstdPieceKind, length: number): ZstdPiece | null {
    if (!this.#has(length)) return null
    const offset = this.offset
    const isChecksumNext = kind === 'last-block' && this.#hasChecksum
    if (this.#carryLength === 0) {
      const bytes = this.#chunk.subarray(this.#at, this.#at + length)
      this.#at += length
      return { kind, bytes, offset, isChecksumNext }
    }
    this.#keep(length - this.#carryLength)
    // A copy: the carry is filled anew while the piece is still being decompressed.
    const bytes = this.#carry.slice(0, length)
    this.#carryLength = 0
    return { kind, bytes, offset, isChecksumNext }
  }

  #corrupt(reason: string): DbnError {
    return new DbnError('CORRUPT_ZSTD', reason, { byteOffset: 0, sourceOffset: this.offset })
  }
}
