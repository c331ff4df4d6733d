import { constants, zstdCompressSync } from 'node:zlib'
import { Aggressor, EventKind, MarketEvent, NO_TICK } from '@levels/kernel'
import { Action, type DbnVersion, RecordFlag, RecordSide, RType } from '../src/codes.ts'
import { definitionRecord } from '../src/definitions.ts'
import { EventScale } from '../src/event-scale.ts'
import { MboRecord } from '../src/mbo-record.ts'
import type { DbnMetadataInit } from '../src/metadata.ts'
import { makeRecord } from '../src/records.ts'
import { DbnWriter, RecordTags } from '../src/writer.ts'

/** 2024-03-05 00:00 UTC. */
export const epochNs = 1_709_596_800_000_000_000n
/** ES: a tick of 0.25. */
export const scale = new EventScale({ epochNs, tickNanos: 250_000_000 })

/** Seeded random numbers in [0, 1): mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

export function metadataOf(
  schema: DbnMetadataInit['schema'],
  version: DbnVersion = 3,
): DbnMetadataInit {
  return {
    version,
    dataset: 'GLBX.MDP3',
    schema,
    startNs: epochNs,
    endNs: epochNs + 86_400_000_000_000n,
    symbols: ['ESH4'],
    mappings: [
      {
        rawSymbol: 'ESH4',
        intervals: [{ startYmd: 20240305, endYmd: 20240306, symbol: '17077' }],
      },
    ],
  }
}

/** Writes a file with one of the writers of `DbnWriter` and returns its bytes. */
export function fileOf(
  metadata: DbnMetadataInit,
  write: (writer: DbnWriter) => void,
  chunkBytes = 4096,
): Uint8Array {
  const chunks: Uint8Array[] = []
  const writer = new DbnWriter({ metadata, scale, sink: (chunk) => chunks.push(chunk), chunkBytes })
  write(writer)
  writer.finish()
  return new Uint8Array(Buffer.concat(chunks))
}

/** Depth with some levels missing at the far end. */
export function randomDepth(random: () => number): MarketEvent {
  const event = new MarketEvent()
  event.kind = EventKind.Depth
  event.tsRelNs = Math.floor(random() * 8.64e13)
  event.tsRecvRelNs = event.tsRelNs + Math.floor(random() * 1e6)
  event.priceTicks = 19_000 + Math.floor(random() * 100)
  event.size = 1 + Math.floor(random() * 50)
  event.bidCount = Math.floor(random() * 11)
  event.askCount = Math.floor(random() * 11)
  let bid = 19_000 - Math.floor(random() * 10)
  let ask = 19_001 + Math.floor(random() * 10)
  for (let i = 0; i < 10; i++) {
    const [hasBid, hasAsk] = [i < event.bidCount, i < event.askCount]
    event.book[i] = hasBid ? bid : NO_TICK
    event.book[10 + i] = hasBid ? 1 + Math.floor(random() * 500) : 0
    event.book[20 + i] = hasAsk ? ask : NO_TICK
    event.book[30 + i] = hasAsk ? 1 + Math.floor(random() * 500) : 0
    bid -= 1 + Math.floor(random() * 3)
    ask += 1 + Math.floor(random() * 3)
  }
  return event
}

export function randomTags(random: () => number): RecordTags {
  const tags = new RecordTags()
  tags.instrumentId = 17_077
  tags.action =
    [Action.Add, Action.Cancel, Action.Modify, Action.Trade][Math.floor(random() * 4)] ?? 0
  tags.side = random() < 0.5 ? RecordSide.Bid : RecordSide.Ask
  tags.flags = random() < 0.8 ? RecordFlag.Last : 0
  tags.depth = Math.floor(random() * 10)
  tags.tsInDeltaNs = Math.floor(random() * 40_000) - 10_000
  tags.sequence = Math.floor(random() * 2 ** 32)
  tags.orders.forEach((_, i) => (tags.orders[i] = Math.floor(random() * 50)))
  return tags
}

export function depthFile(seed: number, count: number, version: DbnVersion = 3): Uint8Array {
  const random = seededRandom(seed)
  return fileOf(metadataOf('mbp-10', version), (writer) => {
    for (let i = 0; i < count; i++) writer.writeMbp10(randomDepth(random), randomTags(random))
  })
}

export function tradeFile(seed: number, count: number, version: DbnVersion = 3): Uint8Array {
  const random = seededRandom(seed)
  return fileOf(metadataOf('trades', version), (writer) => {
    for (let i = 0; i < count; i++) {
      const event = randomDepth(random)
      event.aggressor = random() < 0.5 ? Aggressor.Buy : Aggressor.Sell
      writer.writeTrade(event, randomTags(random))
    }
  })
}

/** Orders that come, change and go, as a venue would tell them. */
export function randomMbo(random: () => number, orderCount: number): MboRecord {
  const record = new MboRecord()
  record.tsRelNs = Math.floor(random() * 8.64e13)
  record.tsRecvRelNs = record.tsRelNs + 1000
  record.orderIdHigh = 150
  record.orderIdLow = Math.floor(random() * orderCount)
  record.priceTicks = 19_000 + Math.floor(random() * 40) - 20
  record.size = 1 + Math.floor(random() * 10)
  record.flags = random() < 0.7 ? RecordFlag.Last : 0
  const actions = [Action.Add, Action.Add, Action.Cancel, Action.Modify, Action.Trade, Action.Fill]
  record.action = actions[Math.floor(random() * actions.length)] ?? Action.None
  record.side = record.orderIdLow % 2 === 0 ? RecordSide.Bid : RecordSide.Ask
  record.sequence = Math.floor(random() * 1e6)
  record.publisherId = 1
  record.instrumentId = 17_077
  return record
}

export function mboFile(seed: number, count: number, version: DbnVersion = 3): Uint8Array {
  const random = seededRandom(seed)
  return fileOf(metadataOf('mbo', version), (writer) => {
    for (let i = 0; i < count; i++) writer.writeMbo(randomMbo(random, 20))
  })
}

export function definitionFile(seed: number, count: number, version: DbnVersion = 3): Uint8Array {
  const random = seededRandom(seed)
  return fileOf(metadataOf('definition', version), (writer) => {
    for (let i = 0; i < count; i++) {
      const instrumentId = 1 + Math.floor(random() * 1e6)
      writer.writeRecord(
        definitionRecord(
          {
            instrumentId,
            publisherId: 1,
            tsRecvNs: epochNs + BigInt(i),
            rawSymbol: `ES${instrumentId}`,
            instrumentClass: 'F',
            asset: 'ES',
            underlying: '',
            exchange: 'XCME',
            currency: 'USD',
            securityType: 'FUT',
            minPriceIncrementNanos: 250_000_000n,
            strikePriceNanos: null,
            expirationNs: epochNs + 10_000_000_000_000n,
            activationNs: null,
            contractMultiplier: null,
          },
          version,
        ),
      )
    }
  })
}

/** A live capture: no schema of its own, mappings and messages between the records. */
export function liveFile(seed: number, count: number, version: DbnVersion = 3): Uint8Array {
  const random = seededRandom(seed)
  const mapping = { stypeInSymbol: 'ES.FUT', stypeOutSymbol: 'ESH4' }
  const header = { publisherId: 0, instrumentId: 17_077, tsEvent: epochNs }
  return fileOf({ ...metadataOf(null, version), stypeIn: null }, (writer) => {
    writer.writeRecord(makeRecord({ ...header, rtype: RType.SymbolMapping }, version, mapping))
    writer.writeRecord(
      makeRecord({ ...header, rtype: RType.System }, version, { msg: 'Heartbeat' }),
    )
    for (let i = 0; i < count; i++) {
      if (random() < 0.5) writer.writeMbp10(randomDepth(random), randomTags(random))
      else writer.writeTrade(randomDepth(random), randomTags(random))
    }
    writer.writeRecord(
      makeRecord({ ...header, rtype: RType.Error }, version, { err: 'Slow reader' }),
    )
  })
}

/** Options on SPY with their quotes. */
export function optionFile(seed: number, count: number, version: DbnVersion = 3): Uint8Array {
  const random = seededRandom(seed)
  return fileOf({ ...metadataOf('tcbbo', version), dataset: 'OPRA.PILLAR' }, (writer) => {
    for (let i = 0; i < count; i++) {
      const event = randomDepth(random)
      event.price = Math.round(random() * 1000 + 1) / 100
      event.optBid = random() < 0.2 ? NaN : event.price - 0.01
      event.optAsk = random() < 0.2 ? NaN : event.price + 0.02
      event.bidSz = 10
      event.askSz = 20
      event.aggressor = random() < 0.3 ? Aggressor.Unknown : Aggressor.Buy
      writer.writeOptionTrade(event, randomTags(random))
    }
  })
}

/** A zstd frame made by hand of uncompressed blocks, which is where its blocks begin and end. */
export function rawZstdFrame(blocks: readonly Uint8Array[]): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58)]
  blocks.forEach((block, i) => {
    const header = (block.length << 3) | (i === blocks.length - 1 ? 1 : 0)
    parts.push(Uint8Array.of(header & 0xff, (header >> 8) & 0xff, header >> 16), block)
  })
  return new Uint8Array(Buffer.concat(parts))
}

export function skippableFrame(bytes: number): Uint8Array {
  const frame = Buffer.alloc(8 + bytes, 0x55)
  frame.writeUInt32LE(0x184d2a53, 0)
  frame.writeUInt32LE(bytes, 4)
  return new Uint8Array(frame)
}

/** One frame of the runtime's compressor, with a checksum at its end. */
export function checkedZstdFrame(bytes: Uint8Array): Uint8Array {
  const params = { [constants.ZSTD_c_checksumFlag]: 1 }
  return new Uint8Array(zstdCompressSync(bytes, { params }))
}

/** Cuts bytes into pieces of the given length. */
export function piecesOf(bytes: Uint8Array, length: number): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += length) pieces.push(bytes.subarray(at, at + length))
  return pieces
}
