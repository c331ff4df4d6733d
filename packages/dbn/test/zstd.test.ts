import { zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { DbnError } from '../src/errors.ts'
import { type ByteSource, inflate } from '../src/zstd.ts'
import { isZstd } from '../src/zstd-blocks.ts'
import {
  checkedZstdFrame,
  piecesOf,
  rawZstdFrame,
  seededRandom,
  skippableFrame,
} from './fixtures.ts'
import { reusedChunks } from './support.ts'

function textBytes(length: number, seed = 1): Uint8Array {
  const random = seededRandom(seed)
  return Uint8Array.from({ length }, () => Math.floor(random() * random() * 40))
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}

interface Inflated {
  readonly bytes: Uint8Array
  readonly fault: DbnError | null
}

/** Reads a file that can be opened again and one that cannot, which must come to the same. */
async function inflated(file: Uint8Array, chunkBytes = 1 << 20): Promise<Inflated> {
  const once = await inflatedFrom(reusedChunks(file, chunkBytes))
  const again = await inflatedFrom(() => reusedChunks(file, chunkBytes))
  expect(again.fault).toEqual(once.fault)
  expect(Buffer.compare(again.bytes, once.bytes)).toBe(0)
  return once
}

async function inflatedFrom(source: ByteSource): Promise<Inflated> {
  const parts: Uint8Array[] = []
  let fault: DbnError | null = null
  try {
    for await (const { bytes } of inflate(source)) parts.push(bytes)
  } catch (error) {
    if (!(error instanceof DbnError)) throw error
    fault = error
  }
  return { bytes: concat(...parts), fault }
}

describe('zstd files', () => {
  const data = textBytes(700_000)
  const many = concat(
    zstdCompressSync(data.subarray(0, 300)),
    skippableFrame(2000),
    checkedZstdFrame(data.subarray(300, 400_000)),
    checkedZstdFrame(data.subarray(400_000, 400_010)),
    zstdCompressSync(new Uint8Array(0)),
    zstdCompressSync(data.subarray(400_010)),
    skippableFrame(0),
  )

  it.each([1 << 20, 4096, 7, 1])(
    'are read past their first frame, over skippable and empty ones, in chunks of %i bytes',
    async (chunkBytes) => {
      const { bytes, fault } = await inflated(many, chunkBytes)
      expect(fault).toBeNull()
      expect(Buffer.compare(bytes, data)).toBe(0)
    },
  )

  it('are known by their first four bytes', () => {
    expect(isZstd(many)).toBe(true)
    expect(isZstd(skippableFrame(3))).toBe(true)
    expect(isZstd(Uint8Array.of(0x44, 0x42, 0x4e, 3))).toBe(false)
    expect(isZstd(many.subarray(0, 3))).toBe(false)
  })

  it('give every whole block before a cut, wherever it is, and say where it is', async () => {
    const blocks = piecesOf(data.subarray(0, 300), 100)
    const file = concat(rawZstdFrame(blocks), rawZstdFrame([data.subarray(300, 350)]))
    const frameBytes = 6 + 3 * 103
    for (let cut = 0; cut < file.length; cut++) {
      const { bytes, fault } = await inflated(file.subarray(0, cut))
      const wholeBlocks = Math.min(3, Math.max(0, Math.floor((cut - 6) / 103)))
      expect(Buffer.compare(bytes, data.subarray(0, wholeBlocks * 100))).toBe(0)
      if (cut === 0 || cut === frameBytes) expect(fault).toBeNull()
      else expect(fault?.code).toBe('TRUNCATED_ZSTD')
      if (wholeBlocks < 3 && cut > 6) expect(fault?.sourceOffset).toBe(6 + wholeBlocks * 103)
    }
  })

  it('give the whole block of a frame whose checksum is cut off', async () => {
    const file = checkedZstdFrame(data.subarray(0, 500))
    const { bytes, fault } = await inflated(file.subarray(0, -1))
    expect(bytes.length).toBe(500)
    expect(fault?.code).toBe('TRUNCATED_ZSTD')
    expect(fault?.message).toContain('checksum')
  })

  it.each([500, 400_000])(
    'report a wrong checksum after %i bytes as what it is',
    async (length) => {
      const file = checkedZstdFrame(data.subarray(0, length))
      file[file.length - 1] = (file[file.length - 1] ?? 0) ^ 1
      const { bytes, fault } = await inflated(file)
      expect(bytes.length).toBe(length)
      expect(fault?.code).toBe('CORRUPT_ZSTD')
      expect(fault?.sourceOffset).toBe(file.length - 4)
    },
  )

  it('give every block before a damaged one', async () => {
    const file = zstdCompressSync(data)
    const whole = await inflated(file)
    expect(whole.bytes.length).toBe(data.length)
    const damaged = new Uint8Array(file)
    // The third block of 128 KiB, past its header: its literals' description.
    const thirdAt = blockOffsets(damaged)[2] ?? 0
    damaged.fill(0xff, thirdAt + 3, thirdAt + 12)
    const { bytes, fault } = await inflated(damaged)
    expect(Buffer.compare(bytes, data.subarray(0, 2 * 131_072))).toBe(0)
    expect(fault?.code).toBe('CORRUPT_ZSTD')
    expect(fault?.sourceOffset).toBe(thirdAt)
  })

  it('are refused when a header asks for more memory than the limit', async () => {
    const file = rawZstdFrame([data.subarray(0, 10)])
    file[5] = 0xf8 // a window of 2^41
    const { fault } = await inflated(file)
    expect(fault?.code).toBe('CORRUPT_ZSTD')
    expect(fault?.message).toContain('window')
  })

  it('are refused when a block promises more than 128 KiB, or is of a reserved kind', async () => {
    const tooLong = rawZstdFrame([data.subarray(0, 10)])
    tooLong.set(
      [0xff, 0xff, 0xff].map((byte, i) => (i === 0 ? 0xf9 : byte)),
      6,
    )
    expect((await inflated(tooLong)).fault?.message).toContain('at most 131072 bytes')
    const reserved = rawZstdFrame([data.subarray(0, 10)])
    reserved[6] = (reserved[6] ?? 0) | 0b110
    expect((await inflated(reserved)).fault?.message).toContain('reserved')
  })

  it('are refused when something else follows a frame', async () => {
    const { bytes, fault } = await inflated(
      concat(rawZstdFrame([data.subarray(0, 10)]), data.subarray(0, 9)),
    )
    expect(bytes.length).toBe(10)
    expect(fault?.message).toContain('magic')
    expect(fault?.sourceOffset).toBe(19)
  })

  it('are refused when a frame needs a dictionary', async () => {
    const file = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x01, 0x58, 0x07, 1, 0, 0)
    expect((await inflated(file)).fault?.message).toContain('dictionary')
  })
})

function blockOffsets(file: Uint8Array): number[] {
  const descriptor = file[4] ?? 0
  const isSingle = (descriptor & 0x20) !== 0
  const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0
  const offsets: number[] = []
  for (let at = 5 + (isSingle ? 0 : 1) + sizeBytes; ;) {
    offsets.push(at)
    const header = (file[at] ?? 0) | ((file[at + 1] ?? 0) << 8) | ((file[at + 2] ?? 0) << 16)
    at += 3 + (((header >> 1) & 3) === 1 ? 1 : header >> 3)
    if ((header & 1) === 1) return offsets
  }
}
