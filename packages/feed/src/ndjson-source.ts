import {
  decodeMarketEvent,
  isMarketSubject,
  MAX_PAYLOAD_BYTES,
  parseExactJson,
} from '@levels/contracts'
import { ContractEvents } from './contract-events.ts'
import { FeedError } from './errors.ts'
import type { Compression, EventSource, SourceContext, SourceInfo } from './event-source.ts'
import { isSoundStamp, type Stamp } from './event-time.ts'
import { fileBytes } from './file-bytes.ts'
import { LineBuffer } from './line-buffer.ts'
import { subjectOf } from './message-subject.ts'
import type { SymbolGate } from './symbol-gate.ts'

/** Lines looked at for the time of the first event. */
const PEEKED_LINES_MAX = 10_000
const REPLACEMENT = '\ufffd'

/**
 * Looks into a file of NDJSON for the times of its first event.
 *
 * @throws FeedError when it cannot be read; damage is left to be met when it is replayed
 */
export async function peekNdjson(
  path: string,
  sizeBytes: number,
  compression: Compression,
  gate: SymbolGate,
): Promise<SourceInfo> {
  const lines = new LineBuffer(MAX_PAYLOAD_BYTES)
  let stamp: Stamp | null = null
  try {
    for await (const chunk of fileBytes(path, compression)) {
      lines.push(chunk)
      stamp = firstStamp(lines, gate)
      if (stamp !== null || lines.line >= PEEKED_LINES_MAX) break
    }
    lines.end()
    stamp ??= firstStamp(lines, gate)
  } catch (error) {
    if (!(error instanceof FeedError) || error.code === 'UNREADABLE') throw error
  }
  return {
    path,
    sizeBytes,
    format: 'ndjson',
    compression,
    schema: null,
    symbols: [],
    firstEventNs: stamp?.tsEventNs ?? null,
    firstRecvNs: stamp?.tsRecvNs ?? null,
  }
}

/** Of the first line that is a valid event with sound times, as far as there is input. */
function firstStamp(lines: LineBuffer, { pair }: SymbolGate): Stamp | null {
  const decoder = new TextDecoder()
  for (let line = lines.next(); line !== null; line = lines.next()) {
    if (lines.line >= PEEKED_LINES_MAX) break
    const text = decoder.decode(line)
    const subject = subjectOf(text, pair)
    if (subject === null || !isMarketSubject(subject)) continue
    const decoded = decodeMarketEvent(subject, text, { tickSize: pair.tick })
    if (decoded.ok && isSoundStamp(decoded.value.event)) return decoded.value.event
  }
  return null
}

/**
 * Events of a file of NDJSON: one message of the bus a line, plain, gzip or zstd. A line that is
 * no valid message costs one refused message. A last line that no line feed ends and that is no
 * JSON means that the file was cut off, which is a fault.
 */
export class NdjsonSource implements EventSource {
  readonly info: SourceInfo
  readonly #gate: SymbolGate
  readonly #lines = new LineBuffer(MAX_PAYLOAD_BYTES)
  readonly #text = new TextDecoder('utf-8', { ignoreBOM: true })
  #chunks: AsyncGenerator<Uint8Array, void, void> | null = null
  #events: ContractEvents | null = null
  #isEnded = false
  #bytesRead = 0

  constructor(info: SourceInfo, gate: SymbolGate) {
    this.info = info
    this.#gate = gate
  }

  get byteOffset(): number {
    return this.#lines.offset
  }

  get line(): number {
    return this.#lines.line
  }

  get bytesRead(): number {
    return this.#bytesRead
  }

  start(context: SourceContext): void {
    this.#events = new ContractEvents(this.info.path, this.#gate, context)
  }

  async load(): Promise<boolean> {
    if (this.#isEnded) return false
    const { path, compression } = this.info
    this.#chunks ??= fileBytes(path, compression, (bytes) => (this.#bytesRead += bytes))
    const next = await this.#chunks.next()
    if (next.done === true) {
      this.#isEnded = true
      this.#lines.end()
    } else {
      this.#lines.push(next.value)
    }
    return true // at the end too: the last line may lack its line feed
  }

  decode(recordsMax: number): boolean {
    for (let count = 0; count < recordsMax; count++) {
      const line = this.#lines.next()
      if (line === null) return false
      this.#take(line)
    }
    return true
  }

  async close(): Promise<void> {
    this.#isEnded = true
    await this.#chunks?.return()
  }

  #take(line: Uint8Array): void {
    const events = this.#events
    if (events === null) return
    const { isTooLong, isTerminated } = this.#lines
    const place = { byteOffset: this.#lines.offset, line: this.#lines.line }
    if (events.takeUsual(line, place)) return
    if (isTooLong) {
      const message = `expected at most ${MAX_PAYLOAD_BYTES} bytes a line, was more`
      return events.refuse('TOO_LARGE', message, place)
    }
    const text = this.#text.decode(line)
    if (text.trim() === '') return
    if (text.includes(REPLACEMENT) || !isTerminated) {
      const parsed = parseExactJson(line)
      if (!parsed.ok && !isTerminated) throw this.#cutOff(place.byteOffset)
      if (!parsed.ok) {
        return events.refuse(parsed.reject.code, parsed.reject.message, place, parsed.reject.path)
      }
    }
    events.take(text, place)
  }

  #cutOff(byteOffset: number): FeedError {
    const reason = 'expected a whole line, was the end of the file'
    return new FeedError({ code: 'CORRUPT_INPUT', file: this.info.path, byteOffset, reason })
  }
}
