import { DbnStep } from '../src/decoder.ts'
import type { DbnDecoderOptions } from '../src/decoder.ts'
import { DbnError } from '../src/errors.ts'
import type { DbnMetadata } from '../src/metadata.ts'
import { DbnReader } from '../src/reader.ts'
import type { RecordCursor } from '../src/record-cursor.ts'
import type { ByteSource } from '../src/zstd.ts'

/** Everything a source gave before its end or its fault. */
export interface Decoded<T> {
  readonly metadata: DbnMetadata | null
  readonly records: T[]
  readonly fault: DbnError | null
}

/** Reads a source to its end or fault, taking something from every record. */
export async function readAll<T>(
  source: ByteSource,
  take: (record: RecordCursor) => T,
  options: DbnDecoderOptions = {},
): Promise<Decoded<T>> {
  const reader = new DbnReader(source, options)
  const { decoder } = reader
  const records: T[] = []
  let fault: DbnError | null = null
  try {
    for (let more = true; more;) {
      more = await reader.fill()
      for (let step = decoder.next(); step !== DbnStep.NeedInput; step = decoder.next()) {
        if (step === DbnStep.End) break
        if (step === DbnStep.Record) records.push(take(decoder.record))
      }
    }
  } catch (error) {
    if (!(error instanceof DbnError)) throw error
    fault = error
  }
  return { metadata: decoder.metadata, records, fault }
}

/** A record's bytes, copied. */
export function recordBytesOf(record: RecordCursor): Uint8Array {
  const { view, at, length } = record
  return new Uint8Array(view.buffer, view.byteOffset + at, length).slice()
}

/** Cuts bytes into chunks of a given size, all handed over in one buffer that is overwritten. */
export function* reusedChunks(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  const buffer = new Uint8Array(size)
  for (let at = 0; at < bytes.length; at += size) {
    const piece = bytes.subarray(at, at + size)
    buffer.set(piece)
    yield buffer.subarray(0, piece.length)
    buffer.fill(0xee)
  }
}
