import { DbnDecoder, type DbnDecoderOptions } from './decoder.ts'
import { DbnError } from './errors.ts'
import type { InflatedChunk } from './frame-inflater.ts'
import { type ByteChunks, type ByteSource, inflate } from './zstd.ts'
import { isZstd } from './zstd-blocks.ts'

/** Bytes that tell what a file is. */
const HEAD_BYTES = 4

/** Counts the bytes that were read, and can look at the first ones before they are. */
class CountedSource {
  /** How far into the file reading has come. */
  bytes = 0
  readonly #source: ByteSource
  #iterator: AsyncIterator<Uint8Array> | Iterator<Uint8Array> | null = null

  constructor(source: ByteSource) {
    this.#source = source
  }

  /** The first bytes, four at least where there are as many, however the source cuts them. */
  async head(): Promise<Uint8Array> {
    let head: Uint8Array = new Uint8Array(0)
    while (head.length < HEAD_BYTES) {
      const chunk = await this.#read()
      if (chunk === null) break
      // A copy where it is short: the source may reuse its buffer.
      const isEnough = head.length === 0 && chunk.length >= HEAD_BYTES
      head = isEnough ? chunk : Buffer.concat([head, chunk])
    }
    return head
  }

  /** The whole file: its head, which was read, and the rest. */
  async *chunks(head: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
    if (head.length > 0) yield head
    for (let chunk = await this.#read(); chunk !== null; chunk = await this.#read()) yield chunk
  }

  /** The whole file again. */
  async *chunksAgain(open: () => ByteChunks): AsyncGenerator<Uint8Array, void, undefined> {
    await this.close()
    this.bytes = 0
    this.#iterator = iteratorOf(open())
    yield* this.chunks(new Uint8Array(0))
  }

  async close(): Promise<void> {
    await this.#iterator?.return?.()
  }

  async #read(): Promise<Uint8Array | null> {
    const source = this.#source
    this.#iterator ??= iteratorOf(typeof source === 'function' ? source() : source)
    const result = await this.#iterator.next()
    if (result.done === true) return null
    this.bytes += result.value.length
    return result.value
  }
}

function iteratorOf(chunks: ByteChunks): AsyncIterator<Uint8Array> | Iterator<Uint8Array> {
  return Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]()
}

/**
 * Feeds a decoder from a source of bytes, plain or compressed with zstd, a little at a time.
 *
 * Memory: one chunk of the source, and what `inflate` needs.
 */
export class DbnReader {
  /** Ask it for steps after every `fill()`, until it wants more. */
  readonly decoder: DbnDecoder
  readonly #source: CountedSource
  readonly #reopen: (() => ByteChunks) | null
  #chunks: AsyncGenerator<Uint8Array | InflatedChunk, void, undefined> | null = null
  #isZstd = false
  #pushedBytes = 0
  #sourceBytes = 0

  constructor(source: ByteSource, options: DbnDecoderOptions = {}) {
    this.decoder = new DbnDecoder(options)
    this.#source = new CountedSource(source)
    this.#reopen = typeof source === 'function' ? source : null
  }

  /**
   * Bytes of the file, as it lies on disk, that the decoder was given so far. Of a compressed file,
   * those before the block it has in hand, wherever reading ahead has got to.
   */
  get sourceBytes(): number {
    return this.#sourceBytes
  }

  /** Known after the first `fill()`. */
  get isZstd(): boolean {
    return this.#isZstd
  }

  /**
   * Hands the decoder more input, or tells it that there is no more.
   *
   * @returns false at the end: the decoder gives its last steps, then `DbnStep.End`
   * @throws DbnError where the compressed file is cut or damaged, after everything before it
   */
  async fill(): Promise<boolean> {
    const chunks = (this.#chunks ??= await this.#open())
    try {
      const { done, value } = await chunks.next()
      if (done === true) {
        this.#sourceBytes = this.#source.bytes
        this.decoder.end()
        return false
      }
      if (value instanceof Uint8Array) this.#push(value, null)
      else this.#push(value.bytes, value.sourceOffset)
      return true
    } catch (error) {
      if (!(error instanceof DbnError)) throw error
      const { code, reason, sourceOffset } = error
      const place = { byteOffset: this.#pushedBytes, sourceOffset }
      throw new DbnError(code, reason, place, { cause: error.cause })
    }
  }

  /** Stops early and lets go of the source. */
  async close(): Promise<void> {
    await this.#chunks?.return()
    await this.#source.close()
  }

  #push(bytes: Uint8Array, sourceOffset: number | null): void {
    this.#pushedBytes += bytes.length
    this.#sourceBytes = sourceOffset ?? this.#pushedBytes
    this.decoder.push(bytes, sourceOffset)
  }

  /** Tells by its first bytes what the file is. */
  async #open(): Promise<AsyncGenerator<Uint8Array | InflatedChunk, void, undefined>> {
    const source = this.#source
    const head = await source.head()
    this.#isZstd = isZstd(head)
    const chunks = source.chunks(head)
    if (!this.#isZstd) return chunks
    const open = this.#reopen
    if (open === null) return inflate(chunks)
    let isFirst = true
    return inflate(() => {
      const from = isFirst ? chunks : source.chunksAgain(open)
      isFirst = false
      return from
    })
  }
}
