import { describe, expect, it } from 'vitest'
import { RangeViolationError } from '@levels/kernel'
import { RType } from '../src/codes.ts'
import { DbnDecoder, DbnStep } from '../src/decoder.ts'
import { decodeRecord } from '../src/records.ts'
import { depthFile, liveFile, metadataOf, tradeFile, fileOf } from './fixtures.ts'
import { readAll, recordBytesOf } from './support.ts'

/** A `trades` file of version 1 written byte by byte, as the format's documents lay it out. */
function handMadeTrades(): Uint8Array {
  const bytes = Buffer.alloc(8 + 120 + 48)
  bytes.write('DBN\x01', 0, 'latin1')
  bytes.writeUInt32LE(120, 4)
  bytes.write('XNAS.ITCH', 8, 'latin1')
  bytes.writeUInt16LE(4, 24) // trades
  bytes.writeBigUInt64LE(1_700_000_000_000_000_000n, 26)
  bytes.writeBigUInt64LE(0xffff_ffff_ffff_ffffn, 34) // no end
  bytes.writeBigUInt64LE(1000n, 42) // limit
  bytes.writeUInt8(1, 58) // raw symbols in
  bytes.writeUInt8(0, 59) // instrument ids out
  const at = 128
  bytes.writeUInt8(48 / 4, at)
  bytes.writeUInt8(0x00, at + 1)
  bytes.writeUInt16LE(2, at + 2)
  bytes.writeUInt32LE(77, at + 4)
  bytes.writeBigUInt64LE(1_700_000_000_123_456_789n, at + 8)
  bytes.writeBigInt64LE(-1_250_000_000n, at + 16)
  bytes.writeUInt32LE(300, at + 24)
  bytes.write('TB', at + 28, 'latin1')
  bytes.writeUInt8(130, at + 30)
  bytes.writeUInt8(1, at + 31)
  bytes.writeBigUInt64LE(1_700_000_000_123_999_999n, at + 32)
  bytes.writeInt32LE(-5, at + 40)
  bytes.writeUInt32LE(4_000_000_000, at + 44)
  return new Uint8Array(bytes)
}

describe('a decoder', () => {
  it('reads metadata and records as the format lays them out', async () => {
    const { metadata, records, fault } = await readAll([handMadeTrades()], decodeRecord)
    expect(fault).toBeNull()
    expect(metadata).toEqual({
      version: 1,
      dataset: 'XNAS.ITCH',
      schema: 'trades',
      stypeIn: 'raw_symbol',
      stypeOut: 'instrument_id',
      startNs: 1_700_000_000_000_000_000n,
      endNs: null,
      limit: 1000n,
      tsOut: false,
      symbolCstrLen: 22,
      symbols: [],
      partial: [],
      notFound: [],
      mappings: [],
    })
    expect(records).toEqual([
      {
        rtype: RType.Mbp0,
        publisherId: 2,
        instrumentId: 77,
        tsEvent: 1_700_000_000_123_456_789n,
        tsOut: null,
        fields: {
          price: -1_250_000_000n,
          size: 300,
          action: 'T',
          side: 'B',
          flags: 130,
          depth: 1,
          tsRecv: 1_700_000_000_123_999_999n,
          tsInDelta: -5,
          sequence: 4_000_000_000,
        },
      },
    ])
  })

  it('stands on each record with its header, flags and place', () => {
    const decoder = new DbnDecoder()
    decoder.push(handMadeTrades())
    expect(decoder.next()).toBe(DbnStep.Metadata)
    expect(decoder.next()).toBe(DbnStep.Record)
    const { record } = decoder
    expect([record.rtype, record.publisherId, record.instrumentId]).toEqual([0, 2, 77])
    expect([record.action, record.side, record.flags]).toEqual([84, 66, 130])
    expect([record.sequence, record.byteOffset, record.length]).toEqual([4_000_000_000, 128, 48])
    expect(record.tsEventNs).toBe(1_700_000_000_123_456_789n)
    expect(record.tsRecvNs).toBe(1_700_000_000_123_999_999n)
    expect(decoder.next()).toBe(DbnStep.NeedInput)
    decoder.end()
    expect(decoder.next()).toBe(DbnStep.End)
    expect(decoder.next()).toBe(DbnStep.End)
    expect(decoder.recordCount).toBe(1)
  })

  it('reads the eight bytes more that a gateway adds when asked to', async () => {
    const plain = tradeFile(1, 2)
    const withTsOut = fileOf({ ...metadataOf('trades'), tsOut: true }, () => undefined)
    const records = [0, 48].map((at) => {
      const record = Buffer.alloc(56)
      record.set(plain.subarray(plain.length - 96 + at, plain.length - 48 + at))
      record[0] = 56 / 4
      record.writeBigUInt64LE(42n, 48)
      return record
    })
    const file = new Uint8Array(Buffer.concat([withTsOut, ...records]))
    const decoded = await readAll([file], decodeRecord)
    expect(decoded.fault).toBeNull()
    expect(decoded.records.map(({ tsOut }) => tsOut)).toEqual([42n, 42n])
  })

  it('delivers mappings and messages between the records of a live capture', async () => {
    const { metadata, records } = await readAll([liveFile(3, 10)], ({ rtype }) => rtype)
    expect(metadata?.schema).toBeNull()
    expect(records.slice(0, 2)).toEqual([RType.SymbolMapping, RType.System])
    expect(records.at(-1)).toBe(RType.Error)
    expect(records).toHaveLength(13)
  })

  it('takes no chunk before the last one is used up', () => {
    const decoder = new DbnDecoder()
    decoder.push(handMadeTrades())
    expect(() => decoder.push(new Uint8Array(1))).toThrow(RangeViolationError)
  })
})

describe('a decoder refuses', () => {
  async function faultOf(bytes: Uint8Array, options = {}): Promise<unknown[]> {
    const { fault, records } = await readAll([bytes], recordBytesOf, options)
    return [fault?.code, fault?.byteOffset, records.length]
  }

  function damaged(bytes: Uint8Array, at: number, ...values: number[]): Uint8Array {
    const copy = bytes.slice()
    copy.set(values, at)
    return copy
  }

  const file = handMadeTrades()

  it('what is not DBN, by its first bytes', async () => {
    expect(await faultOf(new TextEncoder().encode('{"ts_event_ns":1}'))).toEqual(['NOT_DBN', 0, 0])
    expect(await faultOf(new Uint8Array(0))).toEqual(['NOT_DBN', 0, 0])
  })

  it('a version it does not know', async () => {
    expect(await faultOf(damaged(file, 3, 4))).toEqual(['UNSUPPORTED_VERSION', 3, 0])
    expect(await faultOf(damaged(file, 3, 0))).toEqual(['UNSUPPORTED_VERSION', 3, 0])
  })

  it('a schema that is none of ours, by name, unless asked to look into anything', async () => {
    const ohlcv = damaged(file.subarray(0, 128), 24, 5)
    const { fault } = await readAll([ohlcv], recordBytesOf)
    expect(fault?.code).toBe('UNSUPPORTED_SCHEMA')
    expect(fault?.reason).toContain('ohlcv-1s')
    expect(await faultOf(ohlcv, { anySchema: true })).toEqual([undefined, undefined, 0])
  })

  it('a fragment whose version and schema it was not told', async () => {
    const fragment = file.subarray(128)
    const { fault } = await readAll([fragment], recordBytesOf)
    expect(fault?.code).toBe('MISSING_METADATA')
    expect(fault?.message).toContain('version and schema must be given')
    const told = { fragment: { version: 1, schema: 'trades' } } as const
    expect(await faultOf(fragment, told)).toEqual([undefined, undefined, 1])
  })

  it('metadata of absurd length, without waiting for it', async () => {
    const { fault } = await readAll([damaged(file, 4, 0xff, 0xff, 0xff, 0xff)], recordBytesOf)
    expect(fault?.code).toBe('CORRUPT_METADATA')
    expect(fault?.reason).toContain('was 4294967295')
    expect(await faultOf(damaged(file, 4, 7, 0, 0, 0))).toEqual(['CORRUPT_METADATA', 4, 0])
    expect(await faultOf(damaged(file, 4, 0, 0, 0, 8))).toEqual(['TRUNCATED', 0, 0])
  })

  it('metadata that promises more symbols than it has room for', async () => {
    expect(await faultOf(damaged(file, 112, 0xff, 0xff, 0xff, 0xff))).toEqual([
      'CORRUPT_METADATA',
      112,
      0,
    ])
  })

  it('metadata whose count of symbols is too large by one', async () => {
    // Sixteen bytes are left, and not one symbol of 22 bytes fits.
    expect(await faultOf(damaged(file, 112, 1))).toEqual(['CORRUPT_METADATA', 112, 0])
  })

  it('metadata with codes or text that the format does not know', async () => {
    expect(await faultOf(damaged(file, 24, 99))).toEqual(['CORRUPT_METADATA', 24, 0])
    expect(await faultOf(damaged(file, 58, 77))).toEqual(['CORRUPT_METADATA', 58, 0])
    expect(await faultOf(damaged(file, 9, 0xc3))).toEqual(['CORRUPT_METADATA', 9, 0])
    expect(await faultOf(damaged(file, 108, 1))).toEqual(['CORRUPT_METADATA', 108, 0])
  })

  it('a record of length 0, or of another length than its type has', async () => {
    const depth = depthFile(1, 3)
    const start = depth.length - 3 * 368
    expect(await faultOf(damaged(depth, start + 368, 0))).toEqual([
      'CORRUPT_RECORD',
      start + 368,
      1,
    ])
    expect(await faultOf(damaged(depth, start + 368, 91))).toEqual([
      'CORRUPT_RECORD',
      start + 368,
      1,
    ])
    expect(await faultOf(damaged(depth, start + 736, 93))).toEqual([
      'CORRUPT_RECORD',
      start + 736,
      2,
    ])
  })

  it('a record of a type that the schema does not have', async () => {
    const depth = depthFile(1, 2)
    const start = depth.length - 2 * 368
    expect(await faultOf(damaged(depth, start + 368, 12, 0))).toEqual([
      'CORRUPT_RECORD',
      start + 368,
      1,
    ])
    const { fault } = await readAll([damaged(depth, start, 92, 0x77)], recordBytesOf)
    expect(fault?.reason).toBe('expected a record of mbp-10, was type 0x77')
  })

  it('the same again, when asked again', () => {
    const decoder = new DbnDecoder()
    decoder.push(damaged(file, 128, 0))
    decoder.next()
    expect(() => decoder.next()).toThrow(
      'expected 48 bytes for a trades record, was 0, at byte 128',
    )
    expect(() => decoder.next()).toThrow('at byte 128')
  })
})
