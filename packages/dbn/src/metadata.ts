import { type DbnSchema, type DbnVersion, schemaOf, type SType, stypeOf } from './codes.ts'
import { DbnError } from './errors.ts'

/** What a symbol meant, from one day to another. */
export interface MappingInterval {
  /** First UTC date, `yyyymmdd`. */
  readonly startYmd: number
  /** The UTC date after the last, `yyyymmdd`. */
  readonly endYmd: number
  /** The symbol in the output symbology; an instrument id in decimal digits for most files. */
  readonly symbol: string
}

/** A requested symbol and what it was resolved to. */
export interface SymbolMapping {
  readonly rawSymbol: string
  readonly intervals: readonly MappingInterval[]
}

/** The header of a DBN file. */
export interface DbnMetadata {
  readonly version: DbnVersion
  readonly dataset: string
  /** Null: records of several schemas, as in a live capture. */
  readonly schema: DbnSchema | null
  readonly stypeIn: SType | null
  readonly stypeOut: SType
  /** Start of the request, ns since 1970. */
  readonly startNs: bigint
  /** End of the request (exclusive), null when it was open. */
  readonly endNs: bigint | null
  /** Most records asked for, null for no limit. */
  readonly limit: bigint | null
  /** True: every record carries eight more bytes, the time the gateway sent it. */
  readonly tsOut: boolean
  /** Bytes of every symbol in the file: 22 in version 1, else as the file says (71). */
  readonly symbolCstrLen: number
  readonly symbols: readonly string[]
  /** Symbols that were resolved for part of the range only. */
  readonly partial: readonly string[]
  readonly notFound: readonly string[]
  readonly mappings: readonly SymbolMapping[]
}

/** Magic, version and length. */
export const PRELUDE_BYTES = 8
/** Longest metadata that is accepted: every option of a busy market for years is far below. */
export const METADATA_BYTES_MAX = 256 * 1024 * 1024
const DATASET_BYTES = 16
const SCHEMA_AT = PRELUDE_BYTES + DATASET_BYTES
/** Fixed part, an empty schema definition and four empty lists. */
const METADATA_BYTES_MIN = 100 + 5 * 4
const RESERVED_BYTES_V1 = 47
const RESERVED_BYTES = 53
const NULL_SCHEMA = 0xffff
const NULL_STYPE = 0xff
const UNDEF_U64 = 0xffff_ffff_ffff_ffffn
/** From version 3 on, records start at a multiple of eight. */
const ALIGNMENT = 8
const SYMBOL_BYTES_V1 = 22
const SYMBOL_BYTES = 71
const SYMBOL_BYTES_MAX = 1024

/** @returns bytes of the metadata after the prelude */
export function metadataLength(prelude: DataView): number {
  const length = prelude.getUint32(4, true)
  if (length < METADATA_BYTES_MIN || length > METADATA_BYTES_MAX) {
    throw new DbnError(
      'CORRUPT_METADATA',
      `expected ${METADATA_BYTES_MIN} to ${METADATA_BYTES_MAX} bytes of metadata, was ${length}`,
      { byteOffset: 4 },
    )
  }
  return length
}

/** Walks the metadata; every read is checked against its end. */
class MetadataCursor {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  at = PRELUDE_BYTES

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get left(): number {
    return this.#bytes.length - this.at
  }

  take(bytes: number, what: string): number {
    const at = this.at
    if (bytes > this.left) {
      throw this.fault(`expected ${bytes} bytes of ${what}, was the end of the metadata`, at)
    }
    this.at = at + bytes
    return at
  }

  fault(reason: string, at: number): DbnError {
    return new DbnError('CORRUPT_METADATA', reason, { byteOffset: at })
  }

  u8(what: string): number {
    return this.#view.getUint8(this.take(1, what))
  }

  u16(what: string): number {
    return this.#view.getUint16(this.take(2, what), true)
  }

  u32(what: string): number {
    return this.#view.getUint32(this.take(4, what), true)
  }

  u64(what: string): bigint {
    return this.#view.getBigUint64(this.take(8, what), true)
  }

  text(bytes: number, what: string): string {
    const at = this.take(bytes, what)
    let end = at + bytes
    while (end > at && this.#bytes[end - 1] === 0) end--
    let text = ''
    for (let i = at; i < end; i++) {
      const code = this.#bytes[i] ?? 0
      if (code < 0x20 || code > 0x7e) {
        throw this.fault(`expected ASCII text for ${what}, was byte ${code}`, i)
      }
      text += String.fromCharCode(code)
    }
    return text
  }

  /** A count of items of at least `bytesEach` bytes, so that a damaged one allocates nothing. */
  count(bytesEach: number, what: string): number {
    const at = this.at
    const count = this.u32(what)
    if (count * bytesEach > this.left) {
      throw this.fault(
        `expected at most ${Math.floor(this.left / bytesEach)} ${what}, was ${count}`,
        at,
      )
    }
    return count
  }

  date(what: string): number {
    const at = this.at
    const ymd = this.u32(what)
    const month = Math.floor(ymd / 100) % 100
    const day = ymd % 100
    if (ymd > 99_991_231 || month < 1 || month > 12 || day < 1 || day > 31) {
      throw this.fault(`expected a date yyyymmdd for ${what}, was ${ymd}`, at)
    }
    return ymd
  }

  stype(code: number, what: string): SType {
    const stype = stypeOf(code)
    if (stype === undefined)
      throw this.fault(`expected a symbology for ${what}, was ${code}`, this.at - 1)
    return stype
  }
}

/**
 * Reads the metadata of a file.
 *
 * @param bytes prelude and metadata, complete
 * @throws DbnError when it contradicts itself
 */
export function decodeMetadata(bytes: Uint8Array, version: DbnVersion): DbnMetadata {
  const cursor = new MetadataCursor(bytes)
  const dataset = cursor.text(DATASET_BYTES, 'the dataset')
  const schema = schemaFrom(cursor)
  const startNs = cursor.u64('the start')
  const endNs = cursor.u64('the end')
  const limit = cursor.u64('the limit')
  if (version === 1) cursor.take(8, 'the record count')
  const stypeInCode = cursor.u8('the input symbology')
  const stypeIn = stypeInCode === NULL_STYPE ? null : cursor.stype(stypeInCode, 'the input')
  const stypeOut = cursor.stype(cursor.u8('the output symbology'), 'the output')
  const tsOut = cursor.u8('ts_out') !== 0
  const symbolCstrLen = version === 1 ? SYMBOL_BYTES_V1 : symbolBytes(cursor)
  cursor.take(version === 1 ? RESERVED_BYTES_V1 : RESERVED_BYTES, 'reserved space')
  const definitionAt = cursor.at
  const definitionBytes = cursor.u32('the schema definition')
  if (definitionBytes !== 0) {
    throw cursor.fault(
      `expected no schema definition, was one of ${definitionBytes} bytes`,
      definitionAt,
    )
  }
  const symbols = symbolList(cursor, symbolCstrLen, 'symbols')
  const partial = symbolList(cursor, symbolCstrLen, 'partial symbols')
  const notFound = symbolList(cursor, symbolCstrLen, 'symbols not found')
  const mappings = mappingList(cursor, symbolCstrLen)
  if (cursor.left >= ALIGNMENT) {
    throw cursor.fault(`expected the end of the metadata, was ${cursor.left} more bytes`, cursor.at)
  }
  return {
    version,
    dataset,
    schema,
    stypeIn,
    stypeOut,
    startNs,
    endNs: endNs === UNDEF_U64 || endNs === 0n ? null : endNs,
    limit: limit === 0n ? null : limit,
    tsOut,
    symbolCstrLen,
    symbols,
    partial,
    notFound,
    mappings,
  }
}

function schemaFrom(cursor: MetadataCursor): DbnSchema | null {
  const code = cursor.u16('the schema')
  if (code === NULL_SCHEMA) return null
  const schema = schemaOf(code)
  if (schema === undefined) throw cursor.fault(`expected a schema, was code ${code}`, SCHEMA_AT)
  return schema
}

function symbolBytes(cursor: MetadataCursor): number {
  const at = cursor.at
  const bytes = cursor.u16('the length of symbols')
  if (bytes < 2 || bytes > SYMBOL_BYTES_MAX) {
    throw cursor.fault(`expected symbols of 2 to ${SYMBOL_BYTES_MAX} bytes, was ${bytes}`, at)
  }
  return bytes
}

function symbolList(cursor: MetadataCursor, bytesEach: number, what: string): string[] {
  const count = cursor.count(bytesEach, what)
  const symbols: string[] = []
  for (let i = 0; i < count; i++) symbols.push(cursor.text(bytesEach, what))
  return symbols
}

function mappingList(cursor: MetadataCursor, symbolCstrLen: number): SymbolMapping[] {
  const count = cursor.count(symbolCstrLen + 4, 'symbol mappings')
  const mappings: SymbolMapping[] = []
  for (let i = 0; i < count; i++) {
    const rawSymbol = cursor.text(symbolCstrLen, 'a mapped symbol')
    const intervalCount = cursor.count(symbolCstrLen + 8, 'mapping intervals')
    const intervals: MappingInterval[] = []
    for (let k = 0; k < intervalCount; k++) {
      const startYmd = cursor.date('the start of a mapping')
      const endYmd = cursor.date('the end of a mapping')
      const symbol = cursor.text(symbolCstrLen, 'a mapped symbol')
      intervals.push({ startYmd, endYmd, symbol })
    }
    mappings.push({ rawSymbol, intervals })
  }
  return mappings
}

/** What a writer of a file has to say; what is left out gets the format's "none". */
export interface DbnMetadataInit {
  /** Default 3. */
  readonly version?: DbnVersion
  /** Up to 15 ASCII characters. */
  readonly dataset: string
  readonly schema: DbnSchema | null
  readonly startNs: bigint
  readonly endNs?: bigint | null
  readonly limit?: bigint | null
  /** Default `raw_symbol`. */
  readonly stypeIn?: SType | null
  /** Default `instrument_id`. */
  readonly stypeOut?: SType
  readonly tsOut?: boolean
  readonly symbols?: readonly string[]
  readonly partial?: readonly string[]
  readonly notFound?: readonly string[]
  readonly mappings?: readonly SymbolMapping[]
}

/** Fills in the defaults. */
export function completeMetadata(init: DbnMetadataInit): DbnMetadata {
  const version = init.version ?? 3
  return {
    version,
    dataset: init.dataset,
    schema: init.schema,
    stypeIn: init.stypeIn === undefined ? 'raw_symbol' : init.stypeIn,
    stypeOut: init.stypeOut ?? 'instrument_id',
    startNs: init.startNs,
    endNs: init.endNs ?? null,
    limit: init.limit ?? null,
    tsOut: init.tsOut ?? false,
    symbolCstrLen: version === 1 ? SYMBOL_BYTES_V1 : SYMBOL_BYTES,
    symbols: init.symbols ?? [],
    partial: init.partial ?? [],
    notFound: init.notFound ?? [],
    mappings: init.mappings ?? [],
  }
}
