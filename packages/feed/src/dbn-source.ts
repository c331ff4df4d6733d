import {
  DbnError,
  type DbnMetadata,
  DbnReader,
  DbnStep,
  type InstrumentNames,
  readDefinition,
  type RecordCursor,
  RType,
} from '@levels/dbn'
import { DbnEvents } from './dbn-events.ts'
import { faultOf } from './dbn-faults.ts'
import { DbnInstruments, ownSymbols, symbolsOf } from './dbn-instruments.ts'
import { FeedError } from './errors.ts'
import type { Compression, EventSource, OrderBookCounts } from './event-source.ts'
import type { SourceContext, SourceInfo } from './event-source.ts'
import { isSoundStamp } from './event-time.ts'
import { fileChunks } from './file-chunks.ts'
import { isOutrightFuture, type SymbolGate, SymbolVerdict } from './symbol-gate.ts'

/** A DBN file that was looked into. */
export interface DbnFile {
  readonly path: string
  readonly sizeBytes: number
  readonly compression: Compression
  readonly metadata: DbnMetadata
  readonly firstEventNs: bigint | null
  readonly firstRecvNs: bigint | null
}

/** Records looked at for the times of the first event. */
const PEEKED_RECORDS_MAX = 10_000

/**
 * Reads a DBN file's metadata and the times of its first record that has sound ones.
 *
 * @throws FeedError when it cannot be read, is damaged there, or is of a foreign schema
 */
export async function peekDbn(
  path: string,
  sizeBytes: number,
  compression: Compression,
): Promise<DbnFile> {
  const reader = new DbnReader(fileChunks(path))
  let firstEventNs: bigint | null = null
  let firstRecvNs: bigint | null = null
  try {
    let count = 0
    await eachRecord(reader, ({ tsEventNs, tsRecvNs }) => {
      if (!isSoundStamp({ tsEventNs, tsRecvNs })) return ++count < PEEKED_RECORDS_MAX
      firstEventNs = tsEventNs
      firstRecvNs = tsRecvNs
      return false
    })
  } catch (error) {
    // A fault behind the metadata is met again, and reported, when the file is replayed.
    const isForeign = error instanceof DbnError && error.code === 'UNSUPPORTED_SCHEMA'
    if (reader.decoder.metadata === null || isForeign) throw faultOf(path, error)
  } finally {
    await reader.close()
  }
  const { metadata } = reader.decoder
  if (metadata === null) throw new FeedError(emptyFault(path))
  return { path, sizeBytes, compression, metadata, firstEventNs, firstRecvNs }
}

/**
 * Reads every definition of a file of schema `definition`.
 *
 * @throws FeedError when it is damaged
 */
export async function readDefinitions(path: string, names: InstrumentNames): Promise<void> {
  const reader = new DbnReader(fileChunks(path))
  try {
    await eachRecord(reader, (record) => {
      if (record.rtype === RType.InstrumentDef) names.addDefinition(readDefinition(record))
      return true
    })
  } catch (error) {
    throw faultOf(path, error)
  } finally {
    await reader.close()
  }
}

/** What is known of a DBN file, and of its instruments from definitions. */
export function infoOf(file: DbnFile, definitions: InstrumentNames): SourceInfo {
  const { path, sizeBytes, compression, metadata, firstEventNs, firstRecvNs } = file
  const symbols = symbolsOf(metadata, definitions)
  const { schema } = metadata
  return { path, sizeBytes, format: 'dbn', compression, schema, symbols, firstEventNs, firstRecvNs }
}

/** Events of a DBN file, plain or zstd, of any schema we know. */
export class DbnSource implements EventSource {
  readonly info: SourceInfo
  readonly #metadata: DbnMetadata
  readonly #definitions: InstrumentNames
  readonly #gate: SymbolGate
  readonly #includeTrades: boolean
  #reader: DbnReader | null = null
  #events: DbnEvents | null = null
  #isEnded = false

  /**
   * @param definitions names from definition files of the same dataset
   * @param includeTrades whether trades inside depth data are events
   * @throws FeedError when the file names several futures and none was chosen, or not the one
   *   that was
   */
  constructor(
    file: DbnFile,
    definitions: InstrumentNames,
    gate: SymbolGate,
    includeTrades: boolean,
  ) {
    const { metadata } = file
    this.#metadata = metadata
    this.#definitions = definitions
    this.#gate = gate
    this.#includeTrades = includeTrades
    this.info = infoOf(file, definitions)
    if (metadata.schema !== 'definition') checkSymbols(file, this.info.symbols, gate)
  }

  get byteOffset(): number {
    return this.#reader?.decoder.record.byteOffset ?? 0
  }

  get line(): null {
    return null
  }

  get bytesRead(): number {
    return this.#reader?.sourceBytes ?? 0
  }

  get orderBook(): OrderBookCounts | null {
    return this.#metadata.schema === 'mbo' ? (this.#events?.orderBook ?? null) : null
  }

  start(context: SourceContext): void {
    const instruments = new DbnInstruments(this.#metadata, this.#definitions, this.#gate)
    const settings = { file: this.info.path, gate: this.#gate, includeTrades: this.#includeTrades }
    this.#events = new DbnEvents({ ...settings, instruments }, context)
  }

  async load(): Promise<boolean> {
    if (this.#isEnded) return false
    const { path } = this.info
    this.#reader ??= new DbnReader(fileChunks(path))
    try {
      this.#isEnded = !(await this.#reader.fill())
    } catch (error) {
      throw faultOf(path, error)
    }
    return true // at the end too: the decoder has still to say whether the file is whole
  }

  decode(recordsMax: number): boolean {
    if (this.#reader === null || this.#events === null) return false
    const { decoder } = this.#reader
    const { record } = decoder
    const events = this.#events
    try {
      for (let count = 0; count < recordsMax; count++) {
        const step = decoder.next()
        if (step === DbnStep.Record) events.take(record)
        else if (step !== DbnStep.Metadata) return false
      }
    } catch (error) {
      throw faultOf(this.info.path, error)
    }
    return true
  }

  async close(): Promise<void> {
    this.#isEnded = true
    await this.#reader?.close()
  }
}

/** @param visit returns false to stop */
async function eachRecord(
  reader: DbnReader,
  visit: (record: RecordCursor) => boolean,
): Promise<void> {
  const { decoder } = reader
  for (let hasMore = true; hasMore;) {
    hasMore = await reader.fill()
    for (;;) {
      const step = decoder.next()
      if (step === DbnStep.Record && !visit(decoder.record)) return
      if (step === DbnStep.NeedInput || step === DbnStep.End) break
    }
  }
}

function checkSymbols(file: DbnFile, symbols: readonly string[], gate: SymbolGate): void {
  const { pair, isChosen, futuresSymbol } = gate
  const futures = ownSymbols(file.metadata).filter((symbol) => isOutrightFuture(symbol, pair))
  const refuse = (code: 'UNKNOWN_SYMBOL' | 'SYMBOL_REQUIRED', expected: string): never => {
    const reason = `expected ${expected}, was a file of ${symbols.slice(0, 50).join(', ')}`
    throw new FeedError({ code, file: file.path, byteOffset: 0, reason })
  }
  if (isChosen) {
    const isOfRoot = symbols.some((symbol) => symbol.startsWith(pair.futures))
    if (isOfRoot && futuresSymbol !== null && !symbols.includes(futuresSymbol)) {
      refuse('UNKNOWN_SYMBOL', `the symbol ${futuresSymbol}`)
    }
    return
  }
  const [only] = futures
  if (only === undefined) return
  if (futures.length > 1) refuse('SYMBOL_REQUIRED', 'one future or a choice')
  if (gate.ofFuture(only) !== SymbolVerdict.Accept) {
    refuse('SYMBOL_REQUIRED', `${futuresSymbol ?? ''} as in the other files or a choice`)
  }
  gate.settle(only)
}

function emptyFault(file: string) {
  const reason = 'expected DBN metadata, was the end of the file'
  return { code: 'CORRUPT_INPUT', file, byteOffset: 0, reason } as const
}
