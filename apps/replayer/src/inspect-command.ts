import { createReadStream } from 'node:fs'
import { SessionClock } from '@levels/calendar'
import { DbnError, DbnReader, DbnStep, InstrumentNames, RType, rtypeName } from '@levels/dbn'
import { readDefinition, readSymbolMapping, type DbnMetadata } from '@levels/dbn'
import { detectFile, FeedError, openSource, replay, replayEpoch, type FileKind } from '@levels/feed'
import { fromRelNs } from '@levels/kernel'
import { ExitCode } from './exit-code.ts'
import type { Terminal } from './run-command.ts'

/** Instruments named before the rest is only counted. */
const INSTRUMENTS_SHOWN = 20

/** `replayer inspect FILE`: what a file holds, without making signals of it. */
export async function inspectCommand(path: string, terminal: Terminal): Promise<ExitCode> {
  const kind = await detectFile(path)
  const facts: Facts = []
  facts.push(['file', path], ['size', `${kind.sizeBytes.toLocaleString('en-US')} bytes`])
  facts.push([
    'format',
    kind.compression === 'none' ? kind.format : `${kind.format}, ${kind.compression}`,
  ])
  const fault =
    kind.format === 'dbn' ? await inspectDbn(path, facts) : await inspectEvents(path, kind, facts)
  const width = Math.max(...facts.map(([name]) => name.length))
  for (const [name, value] of facts) terminal.out.write(`${name.padEnd(width)}  ${value}\n`)
  if (fault === null) return ExitCode.Done
  terminal.err.write(`${fault}\n`)
  return ExitCode.BadInput
}

type Facts = [name: string, value: string][]

/** Reads a DBN file of any schema. @returns what is wrong with it, null when nothing */
async function inspectDbn(path: string, facts: Facts): Promise<string | null> {
  const reader = new DbnReader(createReadStream(path, { highWaterMark: 1 << 20 }), {
    anySchema: true,
  })
  const tally = new RecordTally()
  let fault: string | null = null
  try {
    await readAll(reader, tally)
  } catch (error) {
    if (!(error instanceof DbnError)) throw error
    const place =
      error.sourceOffset === null ? '' : ` (byte ${error.sourceOffset} of the zstd file)`
    fault = `${path}: byte ${error.byteOffset}${place}: ${error.message}`
  } finally {
    await reader.close()
  }
  const { metadata } = reader.decoder
  if (metadata !== null) facts.push(...metadataFacts(metadata))
  facts.push(...tally.facts())
  return fault
}

async function readAll(reader: DbnReader, tally: RecordTally): Promise<void> {
  const { decoder } = reader
  for (let more = true; more;) {
    more = await reader.fill()
    for (let step = decoder.next(); ; step = decoder.next()) {
      if (step === DbnStep.NeedInput || step === DbnStep.End) break
      if (step === DbnStep.Metadata && decoder.metadata !== null) {
        tally.names.addMetadata(decoder.metadata)
      }
      if (step === DbnStep.Record) tally.add(decoder.record)
    }
  }
}

/** Counts of a file's records, by kind and by instrument, and the time they cover. */
class RecordTally {
  readonly names = new InstrumentNames()
  readonly #kinds = new Map<number, number>()
  readonly #instruments = new Map<number, number>()
  #firstNs: bigint | null = null
  #lastNs: bigint | null = null

  add(record: DbnReader['decoder']['record']): void {
    const { rtype } = record
    this.#kinds.set(rtype, (this.#kinds.get(rtype) ?? 0) + 1)
    if (rtype === RType.InstrumentDef) this.names.addDefinition(readDefinition(record))
    if (rtype === RType.SymbolMapping) this.names.addMapping(readSymbolMapping(record))
    const { instrumentId, tsRecvNs } = record
    this.#instruments.set(instrumentId, (this.#instruments.get(instrumentId) ?? 0) + 1)
    if (tsRecvNs === 0n) return
    if (this.#firstNs === null || tsRecvNs < this.#firstNs) this.#firstNs = tsRecvNs
    if (this.#lastNs === null || tsRecvNs > this.#lastNs) this.#lastNs = tsRecvNs
  }

  facts(): Facts {
    const total = [...this.#kinds.values()].reduce((sum, count) => sum + count, 0)
    const kinds = [...this.#kinds].map(([rtype, count]) => `${rtypeName(rtype)} ${grouped(count)}`)
    const facts: Facts = [['records', [grouped(total), ...kinds].join(', ')]]
    const instruments = [...this.#instruments].sort((a, b) => b[1] - a[1] || a[0] - b[0])
    for (const [id, count] of instruments.slice(0, INSTRUMENTS_SHOWN)) {
      const name = this.names.nameOf(id) ?? 'unnamed'
      facts.push(['instrument', `${name} (id ${id}), ${grouped(count)} records`])
    }
    const more = instruments.length - INSTRUMENTS_SHOWN
    if (more > 0) facts.push(['', `… and ${grouped(more)} more instruments`])
    if (this.#firstNs !== null && this.#lastNs !== null) {
      facts.push(['captured', `${isoNs(this.#firstNs)} – ${isoNs(this.#lastNs)}`])
    }
    return facts
  }
}

function metadataFacts(metadata: DbnMetadata): Facts {
  return [
    ['version', String(metadata.version)],
    ['dataset', metadata.dataset],
    ['schema', metadata.schema ?? 'mixed'],
    ['symbols', metadata.symbols.slice(0, INSTRUMENTS_SHOWN).join(', ') || 'none named'],
    [
      'asked for',
      `${isoNs(metadata.startNs)} – ${metadata.endNs === null ? 'open' : isoNs(metadata.endNs)}`,
    ],
  ]
}

/** Reads NDJSON or Parquet of bus events. */
async function inspectEvents(path: string, kind: FileKind, facts: Facts): Promise<string | null> {
  const source = await openSource(path)
  const epochNs = replayEpoch([source])
  const nothing = (): void => undefined
  const result = await replay({
    sources: [source],
    consumer: { onEvent: nothing, onBoundary: nothing },
    hours: new SessionClock(epochNs),
    epochNs,
  })
  if (kind.format === 'parquet') facts.push(['holds', source.info.schema ?? 'mixed events'])
  const counts = Object.entries(result.events).filter(([, count]) => count > 0)
  facts.push([
    'events',
    counts.map(([name, count]) => `${name} ${grouped(count)}`).join(', ') || 'none',
  ])
  const rejects = Object.entries(result.rejects).filter(([, count]) => count > 0)
  if (rejects.length > 0) {
    facts.push(['refused', rejects.map(([code, count]) => `${code} ${grouped(count)}`).join(', ')])
  }
  if (result.firstRelNs !== null && result.lastRelNs !== null) {
    const [first, last] = [result.firstRelNs, result.lastRelNs].map((ns) => fromRelNs(ns, epochNs))
    facts.push(['event time', `${isoNs(first ?? 0n)} – ${isoNs(last ?? 0n)}`])
  }
  const [fault] = result.faults
  return fault === undefined ? null : new FeedError(fault).message
}

function grouped(count: number): string {
  return count.toLocaleString('en-US')
}

function isoNs(tsNs: bigint): string {
  const seconds = new Date(Number(tsNs / 1_000_000n)).toISOString().slice(0, 19)
  return `${seconds}.${String(tsNs % 1_000_000_000n).padStart(9, '0')}Z`
}
