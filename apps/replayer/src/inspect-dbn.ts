import { DbnError, DbnReader, DbnStep, InstrumentNames, RType, rtypeName } from '@levels/dbn'
import { readDefinition, readSymbolMapping, type DbnMetadata, type RecordCursor } from '@levels/dbn'
import { fileChunks, isoOfNs } from '@levels/feed'
import type { Inspection } from './inspect-command.ts'
import { counted } from './run-report.ts'

/** Instruments and symbols named before the rest is only counted. */
const NAMED_MAX = 20
/** What the format says where there is no time. */
const UNDEFINED_NS = 2n ** 64n - 1n

/** Reads a DBN file of any schema, to its end or its fault. */
export async function inspectDbn(path: string): Promise<Inspection> {
  const reader = new DbnReader(fileChunks(path), { anySchema: true })
  const tally = new RecordTally()
  let fault: string | null = null
  try {
    await readAll(reader, tally)
  } catch (error) {
    if (!(error instanceof DbnError)) throw error
    fault = faultText(path, error)
  } finally {
    await reader.close()
  }
  const { metadata } = reader.decoder
  return { facts: [...(metadata === null ? [] : metadataFacts(metadata)), ...tally.facts()], fault }
}

function faultText(path: string, { byteOffset, sourceOffset, reason }: DbnError): string {
  if (sourceOffset === null) return `${path}: byte ${byteOffset}: ${reason}`
  return `${path}: byte ${sourceOffset}: ${reason} (byte ${byteOffset} of the decompressed input)`
}

async function readAll(reader: DbnReader, tally: RecordTally): Promise<void> {
  const { decoder } = reader
  for (let hasMore = true; hasMore;) {
    hasMore = await reader.fill()
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

  add(record: RecordCursor): void {
    const { rtype, instrumentId, tsRecvNs } = record
    this.#kinds.set(rtype, (this.#kinds.get(rtype) ?? 0) + 1)
    this.#instruments.set(instrumentId, (this.#instruments.get(instrumentId) ?? 0) + 1)
    if (rtype === RType.InstrumentDef) this.names.addDefinition(readDefinition(record))
    if (rtype === RType.SymbolMapping) this.names.addMapping(readSymbolMapping(record))
    if (tsRecvNs === 0n || tsRecvNs === UNDEFINED_NS) return
    if (this.#firstNs === null || tsRecvNs < this.#firstNs) this.#firstNs = tsRecvNs
    if (this.#lastNs === null || tsRecvNs > this.#lastNs) this.#lastNs = tsRecvNs
  }

  facts(): [string, string][] {
    const total = [...this.#kinds.values()].reduce((sum, count) => sum + count, 0)
    const kinds = [...this.#kinds].map(
      ([rtype, count]) => `${rtypeName(rtype)} ${count.toLocaleString('en-US')}`,
    )
    const facts: [string, string][] = [
      ['records', [total.toLocaleString('en-US'), ...(kinds.length > 1 ? kinds : [])].join(', ')],
    ]
    const instruments = [...this.#instruments].sort((a, b) => b[1] - a[1] || a[0] - b[0])
    for (const [id, count] of instruments.slice(0, NAMED_MAX)) {
      const name = this.names.nameOf(id) ?? 'unnamed'
      facts.push(['instrument', `${name} (id ${id}), ${counted(count, 'record')}`])
    }
    const more = instruments.length - NAMED_MAX
    if (more > 0) facts.push(['', `… and ${counted(more, 'more instrument')}`])
    if (this.#firstNs !== null && this.#lastNs !== null) {
      facts.push(['captured', `${isoOfNs(this.#firstNs)} – ${isoOfNs(this.#lastNs)}`])
    }
    return facts
  }
}

function metadataFacts(metadata: DbnMetadata): [string, string][] {
  const { version, dataset, schema, symbols, startNs, endNs } = metadata
  const named = symbols.slice(0, NAMED_MAX).join(', ') || 'none named'
  const more = symbols.length - NAMED_MAX
  return [
    ['version', String(version)],
    ['dataset', dataset],
    ['schema', schema ?? 'mixed'],
    ['symbols', more > 0 ? `${named} and ${more} more` : named],
    ['requested', `${isoOfNs(startNs)} – ${endNs === null ? 'open' : isoOfNs(endNs)}`],
  ]
}
