import type { RejectLog } from './reject-log.ts'
import type { ReorderBuffer } from './reorder-buffer.ts'

export type FileFormat = 'dbn' | 'ndjson' | 'parquet'
export type SourceFormat = FileFormat | 'stream'
export type Compression = 'none' | 'gzip' | 'zstd'

/** What is known of an input before it is replayed. */
export interface SourceInfo {
  /** Of a stream, its name. */
  readonly path: string
  readonly sizeBytes: number
  readonly format: SourceFormat
  /** Of the file as a whole; the pages of a Parquet file have their own. */
  readonly compression: Compression
  /** `mbp-10`, `mbo`, … of a DBN file, the subject of a Parquet file; null where lines differ. */
  readonly schema: string | null
  /** Instruments the input names up front; empty where it names none. */
  readonly symbols: readonly string[]
  /**
   * Event and capture time of its first record, Unix ns; null when it has none. Of messages the
   * event time is that of the first one of an instrument that is taken.
   */
  readonly firstEventNs: bigint | null
  readonly firstRecvNs: bigint | null
}

/** What an order book built from single orders could not make sense of, so far. */
export interface OrderBookCounts {
  /** Cancels and modifies of orders it does not hold. */
  readonly unknownOrders: number
  /** Adds of orders it already held. */
  readonly duplicateOrders: number
  /** Cancels of more lots than the order had left. */
  readonly excessCancels: number
  /** Orders refused because the book was full. */
  readonly refusedOrders: number
  /** Records that say nothing about an order. */
  readonly ignoredRecords: number
}

/** What a source works with during a run. */
export interface SourceContext {
  readonly epochNs: bigint
  /** Takes the events, under `sourceIndex`. */
  readonly buffer: ReorderBuffer
  readonly sourceIndex: number
  readonly rejects: RejectLog
}

/**
 * Market events from one input. `start` once, then `decode` until it says that it has used up
 * what is in memory, then `load`, and so on until there is nothing to load. Decoding is
 * synchronous and stops after a number of records, so that what it yields can be delivered while
 * it is in the cache.
 */
export interface EventSource {
  readonly info: SourceInfo
  start(context: SourceContext): void
  /**
   * Reads the next piece of input, about 2 MiB.
   *
   * @returns false at the end of input
   * @throws FeedError when it cannot be read
   */
  load(): Promise<boolean>
  /**
   * Pushes the events of at most `recordsMax` records into the context's buffer.
   *
   * @returns false when everything loaded is used up
   * @throws FeedError at the first record that is damaged; everything before it was pushed
   */
  decode(recordsMax: number): boolean
  /** Offset of the record in hand, in the decompressed input. */
  readonly byteOffset: number
  /**
   * Line of the record in hand, from 1; of a stream, the message's sequence; null where the format
   * has neither.
   */
  readonly line: number | null
  /** Bytes of the file read so far. */
  readonly bytesRead: number
  /** Of data that holds single orders; null or left out for any other. */
  readonly orderBook?: OrderBookCounts | null
  close(): Promise<void>
}
