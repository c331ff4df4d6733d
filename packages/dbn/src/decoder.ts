import { RangeViolationError } from '@levels/kernel'
import {
  type DbnSchema,
  type DbnVersion,
  RType,
  rtypeName,
  rtypeOfSchema,
  supportedSchemas,
} from './codes.ts'
import { DbnError, type DbnErrorCode } from './errors.ts'
import { HEADER_BYTES, MAX_RECORD_BYTES, recordBytes } from './layouts.ts'
import { type DbnMetadata, decodeMetadata, metadataLength, PRELUDE_BYTES } from './metadata.ts'
import { RecordCursor } from './record-cursor.ts'

/** What `DbnDecoder.next` did. */
export const DbnStep = {
  /** Everything pushed was decoded: push more, or end. */
  NeedInput: 0,
  /** `metadata` is there. */
  Metadata: 1,
  /** `record` stands on the next record. */
  Record: 2,
  /** The input is complete. */
  End: 3,
} as const
export type DbnStep = (typeof DbnStep)[keyof typeof DbnStep]

export interface DbnDecoderOptions {
  /**
   * Accept every schema, for looking into files: records of schemas that are not supported show
   * their header only. Default false: such a file is refused by name.
   */
  readonly anySchema?: boolean
  /** For files without metadata: what it would have said. */
  readonly fragment?: {
    readonly version: DbnVersion
    readonly schema: DbnSchema | null
    readonly tsOut?: boolean
  }
}

const State = { Metadata: 0, Records: 1, Failed: 2 } as const
const TS_OUT_BYTES = 8
/** Records that may stand between those of any schema. */
const serviceRtypes: readonly number[] = [RType.SymbolMapping, RType.System, RType.Error]

/**
 * Decodes a DBN stream pushed in chunks of any size.
 *
 * `next()` moves `record` from one record to the next within the chunk; nothing is copied but a
 * record that lies across two chunks, and nothing is allocated for a record. Every length is
 * checked against the record's type before it is believed, so damage is met where it is.
 */
export class DbnDecoder {
  /** Where the decoder stands. The same object always. */
  readonly record = new RecordCursor()

  readonly #anySchema: boolean
  #state: (typeof State)[keyof typeof State] = State.Metadata
  #ended = false
  #fault: DbnError | null = null
  #metadata: DbnMetadata | null = null
  #recordCount = 0
  /** Bytes of each admitted record type without `ts_out`; 0: not admitted. */
  readonly #lengths = new Uint16Array(256)
  #tsOutBytes = 0
  #schema: DbnSchema | null = null

  #chunk: Uint8Array = new Uint8Array(0)
  #view: DataView = this.record.view
  /** Offset of the chunk in the stream, and of the next undecoded byte in the chunk. */
  #chunkOffset = 0
  #at = 0
  #sourceOffset: number | null = null
  /** The beginning of a record or of the metadata whose rest is yet to come. */
  #carry: Uint8Array = new Uint8Array(MAX_RECORD_BYTES)
  #carryView: DataView = new DataView(this.#carry.buffer)
  #carryLength = 0

  constructor({ anySchema = false, fragment }: DbnDecoderOptions = {}) {
    this.#anySchema = anySchema
    if (fragment !== undefined) {
      this.#begin(fragment.version, fragment.schema, fragment.tsOut ?? false)
    }
  }

  /** Null before `DbnStep.Metadata`, and always for a fragment. */
  get metadata(): DbnMetadata | null {
    return this.#metadata
  }

  /** Records delivered so far. */
  get recordCount(): number {
    return this.#recordCount
  }

  /** Offset of the next undecoded byte in the uncompressed stream. */
  get byteOffset(): number {
    return this.#chunkOffset + this.#at - this.#carryLength
  }

  /**
   * Hands over more of the stream, once the last chunk is used up.
   *
   * @param chunk borrowed until `next()` gives `NeedInput`
   * @param sourceOffset where in the compressed file the chunk comes from, for messages
   * @throws RangeViolationError when the last chunk is not used up, or after `end()`
   */
  push(chunk: Uint8Array, sourceOffset: number | null = null): void {
    if (this.#at < this.#chunk.length || this.#ended) {
      throw new RangeViolationError(
        'expected push() after next() gave NeedInput and before end(), was out of turn',
      )
    }
    this.#chunkOffset += this.#chunk.length
    this.#chunk = chunk
    this.#view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    this.#at = 0
    this.#sourceOffset = sourceOffset
  }

  /** Says that nothing more comes. What was pushed is still decoded. */
  end(): void {
    this.#ended = true
  }

  /**
   * Moves on by one step.
   *
   * @throws DbnError at the fault, once everything before it was delivered; and again ever after
   */
  next(): DbnStep {
    if (this.#state === State.Records && this.#carryLength === 0) {
      const at = this.#at
      const left = this.#chunk.length - at
      if (left >= HEADER_BYTES) {
        const view = this.#view
        const length = view.getUint8(at) << 2
        const rtype = view.getUint8(at + 1)
        const expected = this.#lengths[rtype] ?? 0
        if (
          expected !== 0 &&
          length <= left &&
          (length === expected || length === expected + this.#tsOutBytes)
        ) {
          this.#at = at + length
          this.#stand(view, at, length, rtype, this.#chunkOffset)
          return DbnStep.Record
        }
      }
    }
    return this.#nextSlowly()
  }

  #stand(view: DataView, at: number, length: number, rtype: number, viewOffset: number): void {
    const record = this.record
    // Not stored anew for every record: the collector would be told each time.
    if (record.view !== view) record.view = view
    record.at = at
    record.length = length
    record.rtype = rtype
    record.viewOffset = viewOffset
    this.#recordCount++
  }

  /** The edges of chunks, the metadata, the end, and faults. */
  #nextSlowly(): DbnStep {
    if (this.#fault !== null) throw this.#fault
    if (this.#state === State.Metadata) return this.#nextMetadata()
    if (!this.#fill(2)) return this.#pause('a record')
    const view = this.#carryView
    const length = view.getUint8(0) << 2
    const rtype = view.getUint8(1)
    this.#checkHeader(length, rtype)
    if (!this.#fill(length)) return this.#pause(`a ${rtypeName(rtype)} record of ${length} bytes`)
    const offset = this.byteOffset
    this.#carryLength = 0
    this.#stand(view, 0, length, rtype, offset)
    return DbnStep.Record
  }

  /** Brings the carry to `length` bytes. @returns false when the chunk is used up before */
  #fill(length: number): boolean {
    const count = Math.min(length - this.#carryLength, this.#chunk.length - this.#at)
    if (count > 0) {
      this.#growCarry(this.#carryLength + count)
      this.#carry.set(this.#chunk.subarray(this.#at, this.#at + count), this.#carryLength)
      this.#carryLength += count
      this.#at += count
    }
    return this.#carryLength >= length
  }

  /** Grows with what has come, never with what a header promises. */
  #growCarry(length: number): void {
    if (length <= this.#carry.length) return
    const grown = new Uint8Array(Math.max(length, this.#carry.length * 2))
    grown.set(this.#carry.subarray(0, this.#carryLength))
    this.#carry = grown
    this.#carryView = new DataView(grown.buffer)
  }

  /** The chunk is used up. */
  #pause(expected: string): DbnStep {
    if (!this.#ended) return DbnStep.NeedInput
    if (this.#carryLength === 0 && this.#state === State.Records) return DbnStep.End
    throw this.#fail(
      'TRUNCATED',
      `expected ${expected}, was the end after ${this.#carryLength} bytes`,
    )
  }

  #fail(code: DbnErrorCode, reason: string, byteOffset = this.byteOffset): DbnError {
    const fault = new DbnError(code, reason, { byteOffset, sourceOffset: this.#sourceOffset })
    this.#state = State.Failed
    this.#fault = fault
    return fault
  }

  #checkHeader(length: number, rtype: number): void {
    const expected = this.#lengths[rtype] ?? 0
    if (expected === 0) {
      if (
        this.#anySchema &&
        recordBytes(rtype, this.record.version) === 0 &&
        length >= HEADER_BYTES
      ) {
        return
      }
      const known = this.#schema === null ? 'a known record type' : `a record of ${this.#schema}`
      throw this.#fail('CORRUPT_RECORD', `expected ${known}, was type ${rtypeName(rtype)}`)
    }
    if (length !== expected && length !== expected + this.#tsOutBytes) {
      throw this.#fail(
        'CORRUPT_RECORD',
        `expected ${expected + this.#tsOutBytes} bytes for a ${rtypeName(rtype)} record, was ${length}`,
      )
    }
  }

  #nextMetadata(): DbnStep {
    const complete = this.#fill(PRELUDE_BYTES)
    this.#checkMagic()
    if (!complete) return this.#pause('the metadata')
    const version = this.#carry[3] ?? 0
    if (version !== 1 && version !== 2 && version !== 3) {
      throw this.#fail('UNSUPPORTED_VERSION', `expected DBN version 1, 2 or 3, was ${version}`, 3)
    }
    try {
      const length = PRELUDE_BYTES + metadataLength(this.#carryView)
      if (!this.#fill(length)) return this.#pause(`${length} bytes of metadata`)
      this.#metadata = decodeMetadata(this.#carry.subarray(0, length), version)
    } catch (error) {
      if (error instanceof DbnError) throw this.#fail(error.code, error.reason, error.byteOffset)
      throw error
    }
    const { schema, tsOut } = this.#metadata
    if (schema !== null && !this.#anySchema && !supportedSchemas.includes(schema)) {
      throw this.#fail(
        'UNSUPPORTED_SCHEMA',
        `expected one of the schemas ${supportedSchemas.join(', ')}, was ${schema}`,
        PRELUDE_BYTES + 16,
      )
    }
    this.#carryLength = 0
    this.#carry = new Uint8Array(MAX_RECORD_BYTES)
    this.#carryView = new DataView(this.#carry.buffer)
    this.#begin(version, schema, tsOut)
    return DbnStep.Metadata
  }

  #checkMagic(): void {
    const head = this.#carry.subarray(0, this.#carryLength)
    const [first = 0x44, second = 0x42, third = 0x4e] = head
    if (head.length === 0 && this.#ended) {
      throw this.#fail('NOT_DBN', 'expected a DBN file, was empty', 0)
    }
    if (first === 0x44 && second === 0x42 && third === 0x4e) return
    if (looksLikeRecord(first << 2, second)) {
      throw this.#fail(
        'MISSING_METADATA',
        `expected a file that begins with its metadata, was a fragment that begins with a ` +
          `${rtypeName(second)} record: its version and schema must be given`,
        0,
      )
    }
    throw this.#fail('NOT_DBN', `expected a file that begins with "DBN", was ${hex(head)}`, 0)
  }

  #begin(version: DbnVersion, schema: DbnSchema | null, tsOut: boolean): void {
    this.#state = State.Records
    this.#schema = schema
    this.record.version = version
    this.#tsOutBytes = tsOut ? TS_OUT_BYTES : 0
    const only =
      schema === null || this.#anySchema ? null : [rtypeOfSchema(schema), ...serviceRtypes]
    for (let rtype = 0; rtype < 256; rtype++) {
      this.#lengths[rtype] = only === null || only.includes(rtype) ? recordBytes(rtype, version) : 0
    }
  }
}

function looksLikeRecord(length: number, rtype: number): boolean {
  return (
    length > 0 &&
    (length === recordBytes(rtype, 1) ||
      length === recordBytes(rtype, 2) ||
      length === recordBytes(rtype, 3))
  )
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
}
