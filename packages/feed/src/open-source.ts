import { open, stat } from 'node:fs/promises'
import { InstrumentNames } from '@levels/dbn'
import { ES_SPY, type InstrumentPair } from '@levels/kernel'
import { type DbnFile, DbnSource, infoOf, peekDbn, readDefinitions } from './dbn-source.ts'
import { FeedError } from './errors.ts'
import type { Compression, EventSource, FileFormat, SourceInfo } from './event-source.ts'
import { fileBytes } from './file-bytes.ts'
import { unreadable } from './file-chunks.ts'
import { NdjsonSource, peekNdjson } from './ndjson-source.ts'
import { ParquetSource, peekParquet } from './parquet-source.ts'
import { SymbolGate } from './symbol-gate.ts'
import { hasFuturesTrades } from './trade-sources.ts'

/** What a file is, by its first bytes. */
export interface FileKind {
  readonly format: FileFormat
  readonly compression: Compression
  readonly sizeBytes: number
}

export interface OpenOptions {
  readonly pair?: InstrumentPair
  /** The future whose events are taken; null or left out: the only one there is. */
  readonly symbol?: string | null
  /** In place of the two: a gate of the caller's, which then knows the future that was found. */
  readonly gate?: SymbolGate
  /** Whether trades inside depth files are events; `auto`: unless there is a file of trades. */
  readonly depthTrades?: boolean | 'auto'
}

const HEAD_BYTES = 4096

/**
 * Says what a file is by its first bytes, whatever its name: DBN, Parquet or NDJSON, as it is or
 * compressed with zstd or gzip (Parquet compresses inside).
 *
 * @throws FeedError when it cannot be read, is none of these, or is damaged there
 */
export async function detectFile(path: string): Promise<FileKind> {
  const { head, sizeBytes } = await headOf(path)
  const compression = compressionOf(head)
  const inner = compression === 'none' ? head : await firstBytes(path, compression)
  const format = formatOf(inner)
  if (format !== null && !(format === 'parquet' && compression !== 'none')) {
    return { format, compression, sizeBytes }
  }
  const was = inner.length === 0 ? 'an empty file' : `bytes ${hex(inner.subarray(0, 4))}`
  const inside = compression === 'none' ? '' : ` inside ${compression}`
  const reason = `expected DBN, NDJSON or Parquet${inside}, was ${was}`
  throw new FeedError({ code: 'UNKNOWN_FORMAT', file: path, byteOffset: 0, reason })
}

/**
 * Opens files as sources of one run: looks into each, and chooses one future for all of them.
 * Definition files give no events; they name the instruments of the others of their dataset.
 *
 * @throws FeedError naming the first file that cannot be used
 */
export async function openSources(
  paths: readonly string[],
  options: OpenOptions = {},
): Promise<EventSource[]> {
  const gate = options.gate ?? new SymbolGate(options.pair ?? ES_SPY, options.symbol ?? null)
  const files: (DbnFile | SourceInfo)[] = []
  for (const path of paths) files.push(await peek(path, gate))
  const definitions = new Map<string, InstrumentNames>()
  for (const file of files) {
    if (!isDbnFile(file)) continue
    const { dataset, schema } = file.metadata
    const names = definitions.get(dataset) ?? new InstrumentNames()
    definitions.set(dataset, names)
    if (schema === 'definition') await readDefinitions(file.path, names)
  }
  const namesOf = ({ metadata }: DbnFile): InstrumentNames =>
    definitions.get(metadata.dataset) ?? new InstrumentNames()
  const infos = files.map((file) => (isDbnFile(file) ? infoOf(file, namesOf(file)) : file))
  const { depthTrades = 'auto' } = options
  const includeTrades =
    depthTrades === 'auto' ? !infos.some((info) => hasFuturesTrades(info, gate.pair)) : depthTrades
  return files.map((file) => {
    if (isDbnFile(file)) return new DbnSource(file, namesOf(file), gate, includeTrades)
    return file.format === 'parquet' ? new ParquetSource(file, gate) : new NdjsonSource(file, gate)
  })
}

/** Opens one file as a source. @throws FeedError when it cannot be used */
export async function openSource(path: string, options: OpenOptions = {}): Promise<EventSource> {
  const [source] = await openSources([path], options)
  if (source === undefined) throw unreadable(path, 0, 'no source')
  return source
}

async function peek(path: string, gate: SymbolGate): Promise<DbnFile | SourceInfo> {
  const { format, compression, sizeBytes } = await detectFile(path)
  if (format === 'dbn') return peekDbn(path, sizeBytes, compression)
  if (format === 'parquet') return peekParquet(path, gate)
  return peekNdjson(path, sizeBytes, compression, gate)
}

function isDbnFile(file: DbnFile | SourceInfo): file is DbnFile {
  return 'metadata' in file
}

async function headOf(path: string): Promise<{ head: Uint8Array; sizeBytes: number }> {
  try {
    const { size: sizeBytes } = await stat(path)
    const handle = await open(path, 'r')
    try {
      const { buffer, bytesRead } = await handle.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0)
      return { head: buffer.subarray(0, bytesRead), sizeBytes }
    } finally {
      await handle.close()
    }
  } catch (cause) {
    throw unreadable(path, 0, cause)
  }
}

async function firstBytes(path: string, compression: Compression): Promise<Uint8Array> {
  for await (const bytes of fileBytes(path, compression)) {
    if (bytes.length > 0) return new Uint8Array(bytes.subarray(0, HEAD_BYTES))
  }
  return new Uint8Array(0)
}

function compressionOf(head: Uint8Array): Compression {
  const [a = 0, b = 0, c = 0, d = 0] = head
  if (a === 0x1f && b === 0x8b) return 'gzip'
  const isFrame = a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd
  const isSkippable = (a & 0xf0) === 0x50 && b === 0x2a && c === 0x4d && d === 0x18
  return isFrame || isSkippable ? 'zstd' : 'none'
}

function formatOf(head: Uint8Array): FileFormat | null {
  const text = Buffer.from(head.buffer, head.byteOffset, head.length).toString('latin1')
  if (text.startsWith('DBN')) return 'dbn'
  if (text.startsWith('PAR1')) return 'parquet'
  return text.trimStart().startsWith('{') ? 'ndjson' : null
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
}
