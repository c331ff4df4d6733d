import { cpus } from 'node:os'
import { createZstdDecompress, zstdCompressSync } from 'node:zlib'
import { MarketEvent } from '@levels/kernel'
import { DbnReader, DbnStep, ReadCode, readMbp10Into } from '../src/index.ts'
import { marketFile, printMachine, scale } from './market.ts'

const RECORDS = 200_000
const RUNS = 25
const CHUNK_BYTES = 1024 * 1024

/** Not all of a stream's options are in the type of a decompressor's. */
const streamOptions = { chunkSize: CHUNK_BYTES, highWaterMark: CHUNK_BYTES }

function* chunksOf(file: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < file.length; at += CHUNK_BYTES) yield file.subarray(at, at + CHUNK_BYTES)
}

/** The runtime's stream at its best: chunks of 1 MiB in and out, the output only counted. */
function decompress(file: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) => {
    const stream = createZstdDecompress(streamOptions)
    let count = 0
    stream.on('data', (chunk: Uint8Array) => (count += chunk.length))
    stream.on('end', () => resolve(count))
    stream.on('error', reject)
    for (const chunk of chunksOf(file)) stream.write(chunk)
    stream.end()
  })
}

/** Decompresses and decodes every record into a depth event. */
async function decode(file: Uint8Array, event: MarketEvent): Promise<number> {
  const reader = new DbnReader(() => chunksOf(file))
  const { decoder } = reader
  const { record } = decoder
  while (await reader.fill()) {
    for (let step = decoder.next(); step !== DbnStep.NeedInput; step = decoder.next()) {
      if (step !== DbnStep.Record) continue
      if (readMbp10Into(record, scale, event) !== ReadCode.Ok) throw new Error('expected a book')
    }
  }
  return decoder.byteOffset
}

printMachine(cpus())
const plain = marketFile(1, RECORDS)
const file = new Uint8Array(zstdCompressSync(plain))
const event = new MarketEvent()
const least = [Infinity, Infinity]
// Interleaved, so that whatever else the machine does meets both alike.
for (let run = 0; run < RUNS; run++) {
  for (const [i, work] of [() => decompress(file), () => decode(file, event)].entries()) {
    const start = performance.now()
    if ((await work()) !== plain.length) throw new Error('expected the whole file')
    least[i] = Math.min(least[i] ?? Infinity, performance.now() - start)
  }
}
const [alone = 0, decoded = 0] = least
const rate = (ms: number): string => (plain.length / ms / 1000).toFixed(0).padStart(5)
console.log(
  `${(plain.length / 1e6).toFixed(1)} MB of mbp-10 in ${(file.length / 1e6).toFixed(1)} MB`,
)
console.log(`decompress alone       ${rate(alone)} MB/s`)
console.log(
  `decompress and decode  ${rate(decoded)} MB/s  ${(alone / decoded).toFixed(2)} of alone`,
)
console.log(`                       ${(RECORDS / decoded / 1000).toFixed(2)} M records/s`)
