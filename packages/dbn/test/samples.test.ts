import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { type DbnSchema, supportedSchemas } from '../src/codes.ts'
import { readDefinition } from '../src/definitions.ts'
import { EventScale } from '../src/event-scale.ts'
import { decodeRecord, type FieldValues } from '../src/records.ts'
import { DbnWriter } from '../src/writer.ts'
import { sharedData } from './shared-data.ts'
import { readAll, recordBytesOf } from './support.ts'

const folder = sharedData('dbn-samples')
const names = folder === null ? [] : readdirSync(folder).sort()

function bytesOf(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(folder ?? '', name)))
}

function schemaOf(name: string): DbnSchema {
  return name.split('.')[1] as DbnSchema
}

/** The version a fragment is of, which only its name and its record length tell. */
function fragmentVersion(name: string): 1 | 2 | 3 {
  if (name === 'test_data.definition.dbn.frag.zst') return 2
  return Number(/\.v(\d)\./.exec(name)?.[1]) as 1 | 2 | 3
}

/** Records that each schema's samples hold. */
const counts: Readonly<Record<string, number>> = {
  'bbo-1m': 4,
  'bbo-1s': 4,
  status: 4,
  'ohlcv-1d': 0,
}

const levelCounts: Readonly<Record<string, number>> = { 'mbp-10': 10, tbbo: 1, 'cmbp-1': 1 }

const first = { publisherId: 1, instrumentId: 5482 }
const pair = (bidPx: bigint, askPx: bigint, ...rest: number[]): FieldValues => {
  const [bidSz = 0, askSz = 0, bidCt = 0, askCt = 0] = rest
  return { bidPx, askPx, bidSz, askSz, bidCt, askCt }
}

const tradeFields = {
  price: 3_720_250_000_000n,
  size: 5,
  action: 'T',
  side: 'A',
  flags: 129,
  depth: 0,
  tsRecv: 1_609_160_400_099_150_057n,
  tsInDelta: 19_251,
  sequence: 1_170_380,
}

/** The first record of each market schema, as the vendor documents it. */
const expected: Readonly<Partial<Record<DbnSchema, unknown>>> = {
  mbo: {
    ...first,
    rtype: 0xa0,
    tsEvent: 1_609_160_400_000_429_831n,
    tsOut: null,
    fields: {
      orderId: 647_784_973_705n,
      price: 3_722_750_000_000n,
      size: 1,
      flags: 128,
      channelId: 0,
      action: 'C',
      side: 'A',
      tsRecv: 1_609_160_400_000_704_060n,
      tsInDelta: 22_993,
      sequence: 1_170_352,
    },
  },
  trades: {
    ...first,
    rtype: 0,
    tsEvent: 1_609_160_400_098_821_953n,
    tsOut: null,
    fields: tradeFields,
  },
  tbbo: {
    ...first,
    rtype: 1,
    tsEvent: 1_609_160_400_098_821_953n,
    tsOut: null,
    fields: {
      ...tradeFields,
      levels: [pair(3_720_250_000_000n, 3_720_500_000_000n, 26, 7, 16, 6)],
    },
  },
  'mbp-10': {
    ...first,
    rtype: 10,
    tsEvent: 1_609_160_400_000_429_831n,
    tsOut: null,
    fields: {
      price: 3_722_750_000_000n,
      size: 1,
      action: 'C',
      side: 'A',
      flags: 128,
      depth: 9,
      tsRecv: 1_609_160_400_000_704_060n,
      tsInDelta: 22_993,
      sequence: 1_170_352,
      levels: expect.arrayContaining([
        pair(3_720_250_000_000n, 3_720_500_000_000n, 24, 10, 15, 8),
        pair(3_718_000_000_000n, 3_722_750_000_000n, 67, 44, 39, 26),
      ]) as unknown,
    },
  },
  'cmbp-1': {
    ...first,
    rtype: 0xb1,
    tsEvent: 1_609_160_400_006_001_487n,
    tsOut: null,
    fields: {
      price: 3_720_500_000_000n,
      size: 1,
      action: 'A',
      side: 'A',
      flags: 128,
      tsRecv: 1_609_160_400_006_136_329n,
      tsInDelta: 17_214,
      levels: [
        {
          bidPx: 3_720_250_000_000n,
          askPx: 3_720_500_000_000n,
          bidSz: 24,
          askSz: 11,
          bidPb: 1,
          askPb: 1,
        },
      ],
    },
  },
}

describe.skipIf(folder === null)('every sample of the vendor', () => {
  const whole = names.filter((name) => !name.includes('.frag'))
  const fragments = names.filter((name) => name.includes('.frag'))
  const ours = whole.filter((name) => supportedSchemas.includes(schemaOf(name)))
  const foreign = whole.filter((name) => !supportedSchemas.includes(schemaOf(name)))

  it('is enumerated', () => {
    expect(names.length).toBeGreaterThan(0)
    expect(ours.length + foreign.length + fragments.length).toBe(names.length)
  })

  it.each(ours)('%s decodes to what the format says', async (name) => {
    const { metadata, records, fault } = await readAll([bytesOf(name)], decodeRecord)
    expect(fault).toBeNull()
    expect(metadata?.schema).toBe(schemaOf(name))
    expect(metadata?.version).toBe(Number(/\.v(\d)\./.exec(name)?.[1] ?? 2))
    expect(records).toHaveLength(2)
    const wanted = expected[schemaOf(name)]
    if (wanted !== undefined) expect(records[0]).toEqual(wanted)
    expect(records[0]?.fields['levels'] ?? []).toHaveLength(levelCounts[schemaOf(name)] ?? 0)
  })

  it.each(ours.filter((name) => schemaOf(name) === 'definition'))(
    '%s defines the instrument that the other versions define',
    async (name) => {
      const { records } = await readAll([bytesOf(name)], readDefinition)
      expect(records[0]).toMatchObject({
        instrumentId: 6819,
        publisherId: 2,
        rawSymbol: 'MSFT',
        instrumentClass: 'K',
        exchange: 'XNAS',
        tsRecvNs: 1_633_331_241_618_029_519n,
        minPriceIncrementNanos: null,
        expirationNs: null,
        strikePriceNanos: null,
      })
    },
  )

  it.each(supportedSchemas)('of %s holds the same records in every version', async (schema) => {
    const versions = ours.filter((name) => schemaOf(name) === schema && schema !== 'definition')
    const decoded = await Promise.all(
      versions.map((name) => readAll([bytesOf(name)], decodeRecord)),
    )
    for (const { records } of decoded) expect(records).toEqual(decoded[0]?.records)
  })

  it.each(ours)('%s is the same bytes when written again', async (name) => {
    const file = bytesOf(name)
    const plain = name.endsWith('.zst') ? inflateAll(file) : file
    const { metadata, records } = await readAll([file], decodeRecord)
    const chunks: Uint8Array[] = []
    if (metadata === null) throw new Error('expected metadata')
    const writer = new DbnWriter({
      metadata,
      scale: new EventScale({ epochNs: 0n, tickNanos: 1 }),
      sink: (chunk) => chunks.push(chunk),
    })
    for (const record of records) writer.writeRecord(record)
    writer.finish()
    expect(Buffer.concat(chunks).toString('hex')).toBe(Buffer.from(plain).toString('hex'))
  })

  it.each(foreign)(
    '%s is refused by the name of its schema, and can be looked into',
    async (name) => {
      const refused = await readAll([bytesOf(name)], recordBytesOf)
      expect(refused.fault?.code).toBe('UNSUPPORTED_SCHEMA')
      expect(refused.fault?.reason).toContain(`was ${schemaOf(name)}`)
      const seen = await readAll([bytesOf(name)], recordBytesOf, { anySchema: true })
      expect(seen.fault).toBeNull()
      expect(seen.metadata?.schema).toBe(schemaOf(name))
      expect(seen.records).toHaveLength(counts[schemaOf(name)] ?? 2)
    },
  )

  it.each(fragments)('%s needs to be told what it is, and then decodes', async (name) => {
    const untold = await readAll([bytesOf(name)], recordBytesOf)
    expect(untold.fault?.code).toBe('MISSING_METADATA')
    const fragment = { version: fragmentVersion(name), schema: schemaOf(name) } as const
    const { records, fault } = await readAll([bytesOf(name)], readDefinition, { fragment })
    expect(fault).toBeNull()
    expect(records).toHaveLength(name.startsWith('multi-frame') ? 8 : 2)
    const [{ rawSymbol, instrumentClass, underlying, strikePriceNanos } = {}] = records
    if (rawSymbol === 'MSFT') return
    expect([rawSymbol, instrumentClass]).toEqual(['GEM3 P9812', 'P'])
    expect([underlying, strikePriceNanos]).toEqual(['GEM3', 9_812_500_000_000n])
  })
})

/** These small files have one frame, which every runtime reads. */
function inflateAll(file: Uint8Array): Uint8Array {
  return new Uint8Array(zstdDecompressSync(file))
}
