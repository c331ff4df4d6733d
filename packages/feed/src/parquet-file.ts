import { type FileHandle, open } from 'node:fs/promises'
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import {
  type AsyncBuffer,
  type ColumnData,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  type RowGroup,
} from 'hyparquet'
import { FeedError } from './errors.ts'
import { unreadable } from './file-chunks.ts'
import type { ParquetValues } from './parquet-row.ts'

/** Page codecs beyond the two (none, Snappy) that hyparquet has built in. */
const compressors: Compressors = {
  ZSTD: (input, length) => exactly(zstdDecompressSync(input, { maxOutputLength: length }), length),
  GZIP: (input, length) => exactly(gunzipSync(input, { maxOutputLength: length }), length),
  BROTLI: (input, length) =>
    exactly(brotliDecompressSync(input, { maxOutputLength: length }), length),
}

function exactly(output: Uint8Array, length: number): Uint8Array {
  if (output.length === length) return output
  throw new Error(`expected a page of ${length} bytes, was ${output.length}`)
}

/** Times come as the integers they are: a `Date` would cut nanoseconds off. */
const parsers = {
  timestampFromMilliseconds: (ms: bigint) => ms * 1_000_000n,
  timestampFromMicroseconds: (us: bigint) => us * 1_000n,
  timestampFromNanoseconds: (ns: bigint) => ns,
}

/** A run of rows of one column. */
type Piece = Pick<ColumnData, 'columnData' | 'rowStart' | 'rowEnd'>

/** The rows of one row group, decoded column by column. */
export class ParquetGroup {
  readonly #columns: ReadonlyMap<string, Piece[]>

  constructor(columns: ReadonlyMap<string, Piece[]>) {
    this.#columns = columns
  }

  /** @param row counted from the beginning of the file */
  rowAt(row: number): ParquetValues {
    const values = new Map<string, unknown>()
    for (const [name, pieces] of this.#columns) {
      const piece = pieces.find((p) => row >= p.rowStart && row < p.rowEnd)
      values.set(name, piece?.columnData[row - piece.rowStart])
    }
    return values
  }
}

/** A Parquet file, read a row group at a time. */
export class ParquetFile {
  readonly path: string
  readonly sizeBytes: number
  readonly #handle: FileHandle
  readonly #buffer: AsyncBuffer
  #metadata: FileMetaData | null = null
  #ioFault: unknown = null

  private constructor(path: string, sizeBytes: number, handle: FileHandle) {
    this.path = path
    this.sizeBytes = sizeBytes
    this.#handle = handle
    this.#buffer = { byteLength: sizeBytes, slice: (from, to) => this.#slice(from, to) }
  }

  /** @throws FeedError when the file cannot be opened, or its footer cannot be read */
  static async open(path: string): Promise<ParquetFile> {
    let handle: FileHandle
    let size: number
    try {
      handle = await open(path, 'r')
      size = (await handle.stat()).size
    } catch (cause) {
      throw unreadable(path, 0, cause)
    }
    const file = new ParquetFile(path, size, handle)
    try {
      file.#metadata = await parquetMetadataAsync(file.#buffer, { parsers })
    } catch (cause) {
      await handle.close()
      throw file.#fault(cause, Math.max(0, size - 8), 'an intact Parquet footer')
    }
    return file
  }

  get groups(): readonly RowGroup[] {
    return this.#metadata?.row_groups ?? []
  }

  /** Names of the top-level columns. */
  get columns(): string[] {
    const names = this.groups[0]?.columns.map((column) => column.meta_data?.path_in_schema[0] ?? '')
    return [...new Set(names)]
  }

  /** Offset in the file of a row group's first page. */
  offsetOf(group: number): number {
    const pages = this.groups[group]?.columns.map(({ meta_data: meta }) =>
      Number(meta?.dictionary_page_offset ?? meta?.data_page_offset ?? 0),
    )
    return pages === undefined || pages.length === 0 ? 0 : Math.min(...pages)
  }

  /**
   * Decodes rows of one group.
   *
   * @param columns the ones wanted; all when left out
   * @throws FeedError when it is damaged, or compressed in a way that is not read
   */
  async read(
    group: number,
    rowStart: number,
    rowEnd: number,
    columns?: string[],
  ): Promise<ParquetGroup> {
    const pieces = new Map<string, Piece[]>()
    try {
      await parquetRead({
        file: this.#buffer,
        ...(this.#metadata === null ? {} : { metadata: this.#metadata }),
        ...(columns === undefined ? {} : { columns }),
        rowStart,
        rowEnd,
        compressors,
        parsers,
        onChunk: ({ columnName, ...piece }) => {
          const known = pieces.get(columnName)
          if (known === undefined) pieces.set(columnName, [piece])
          else known.push(piece)
        },
      })
    } catch (cause) {
      throw this.#fault(cause, this.offsetOf(group), `an intact row group ${group}`)
    }
    return new ParquetGroup(pieces)
  }

  async close(): Promise<void> {
    await this.#handle.close()
  }

  async #slice(start: number, end = this.sizeBytes): Promise<ArrayBuffer> {
    const bytes = new Uint8Array(end - start)
    try {
      const { bytesRead } = await this.#handle.read(bytes, 0, bytes.length, start)
      if (bytesRead < bytes.length)
        throw new Error(`expected ${bytes.length} bytes, was ${bytesRead}`)
    } catch (cause) {
      this.#ioFault = cause
      throw cause
    }
    return bytes.buffer
  }

  #fault(cause: unknown, byteOffset: number, expected: string): FeedError {
    if (this.#ioFault !== null) return unreadable(this.path, byteOffset, this.#ioFault)
    const why = cause instanceof Error ? cause.message : String(cause)
    const reason = `expected ${expected}, was not (${why})`
    return new FeedError({ code: 'CORRUPT_INPUT', file: this.path, byteOffset, reason }, { cause })
  }
}
