import { zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  definitionFile,
  depthFile,
  liveFile,
  mboFile,
  optionFile,
  piecesOf,
  rawZstdFrame,
  tradeFile,
} from './fixtures.ts'
import { readAll, recordBytesOf, reusedChunks } from './support.ts'

const version = fc.constantFrom(1 as const, 2 as const, 3 as const)
const builder = fc.constantFrom(depthFile, tradeFile, mboFile, definitionFile, liveFile, optionFile)
const file = fc
  .tuple(builder, fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 6 }), version)
  .map(([build, seed, count, v]) => build(seed, count, v))

describe('whatever the chunks', () => {
  it('the same metadata and records come out, and together are the file', async () => {
    await fc.assert(
      fc.asyncProperty(file, fc.integer({ min: 1, max: 900 }), async (bytes, chunkBytes) => {
        const whole = await readAll([bytes], recordBytesOf)
        const cut = await readAll(reusedChunks(bytes, chunkBytes), recordBytesOf)
        expect(cut).toEqual(whole)
        expect(whole.fault).toBeNull()
        const records = Buffer.concat(whole.records)
        expect(Buffer.compare(records, bytes.subarray(bytes.length - records.length))).toBe(0)
      }),
      { numRuns: 150 },
    )
  })

  it('compressed, the same comes out as plain', async () => {
    await fc.assert(
      fc.asyncProperty(file, fc.integer({ min: 1, max: 900 }), async (bytes, chunkBytes) => {
        const whole = await readAll([bytes], recordBytesOf)
        const frames = piecesOf(bytes, 700).map((piece, i) =>
          i % 2 === 0 ? zstdCompressSync(piece) : rawZstdFrame(piecesOf(piece, 90)),
        )
        const cut = await readAll(reusedChunks(Buffer.concat(frames), chunkBytes), recordBytesOf)
        expect(cut).toEqual(whole)
      }),
      { numRuns: 60 },
    )
  })
})

describe('wherever a file is cut', () => {
  it('what was whole before the cut is delivered, and the cut is reported unless between records', async () => {
    await fc.assert(
      fc.asyncProperty(
        file,
        fc.nat(),
        fc.integer({ min: 1, max: 900 }),
        async (bytes, nat, size) => {
          const cut = nat % bytes.length
          const whole = await readAll([bytes], recordBytesOf)
          const part = await readAll(reusedChunks(bytes.subarray(0, cut), size), recordBytesOf)
          const ends = [bytes.length - Buffer.concat(whole.records).length]
          for (const record of whole.records) ends.push((ends.at(-1) ?? 0) + record.length)
          const last = ends.findLastIndex((end) => end <= cut)
          expect(part.records).toEqual(whole.records.slice(0, Math.max(0, last)))
          if (ends.includes(cut)) expect(part.fault).toBeNull()
          else if (cut === 0) expect(part.fault?.code).toBe('NOT_DBN')
          else {
            expect(part.fault?.code).toBe('TRUNCATED')
            expect(part.fault?.byteOffset).toBe(last < 0 ? 0 : ends[last])
          }
        },
      ),
      { numRuns: 300 },
    )
  })
})
