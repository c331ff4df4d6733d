import { MAX_PAYLOAD_BYTES, parseExactJson } from '@levels/contracts'
import { ContractEvents, type MessagePlace } from './contract-events.ts'
import { FeedError } from './errors.ts'
import type { Compression, EventSource, SourceContext, SourceInfo } from './event-source.ts'
import { fileBytes } from './file-bytes.ts'
import { LineBuffer } from './line-buffer.ts'
import { messageBehindSubject, SUBJECT_HEAD_BYTES_MAX, subjectOf } from './message-subject.ts'
import { SourceBegin } from './source-begin.ts'
import type { SymbolGate } from './symbol-gate.ts'

/** Lines looked at for the time of the first event. */
const PEEKED_LINES_MAX = 10_000
/** The limit is on the message, and its subject comes on top. */
const LINE_BYTES_MAX = MAX_PAYLOAD_BYTES + SUBJECT_HEAD_BYTES_MAX
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
  const lines = new LineBuffer(LINE_BYTES_MAX)
  const begin = new SourceBegin(gate)
  try {
    for await (const chunk of fileBytes(path, compression)) {
      lines.push(chunk)
      if (isFound(begin, lines, gate) || lines.line >= PEEKED_LINES_MAX) break
    }
    lines.end()
    if (begin.firstEventNs === null) isFound(begin, lines, gate)
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
    firstEventNs: begin.firstEventNs,
    firstRecvNs: begin.firstRecvNs,
  }
}

/** Looks at lines until the beginning is found, as far as there is input. */
function isFound(begin: SourceBegin, lines: LineBuffer, { pair }: SymbolGate): boolean {
  const utf8 = new TextDecoder()
  for (let line = lines.next(); line !== null; line = lines.next()) {
    if (lines.line > PEEKED_LINES_MAX) break
    const long = longMessage(line)
    const subject = long?.subject ?? subjectOf(utf8.decode(line), pair)
    if (subject !== null && begin.look(subject, long?.payload ?? line)) return true
  }
  return false
}

/** The message of a line that is longer than one may be, but for its subject; else null. */
function longMessage(line: Uint8Array): ReturnType<typeof messageBehindSubject> {
  if (line.length <= MAX_PAYLOAD_BYTES) return null
  const message = messageBehindSubject(line)
  return message === null || message.payload.length > MAX_PAYLOAD_BYTES ? null : message
}

/**
 * Events of a file of NDJSON: one message of the bus a line, plain, gzip or zstd. A line that is
 * no valid message costs one refused message. A last line that no line feed ends and that is no
 * JSON means that the file was cut off, which is a fault.
 */
export class NdjsonSource implements EventSource {
  readonly info: SourceInfo
  readonly #gate: SymbolGate
  readonly #lines = new LineBuffer(LINE_BYTES_MAX)
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
    if (isTooLong || line.length > MAX_PAYLOAD_BYTES) return this.#takeLong(line, place, events)
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

  #takeLong(line: Uint8Array, place: MessagePlace, events: ContractEvents): void {
    const message = longMessage(line)
    if (message === null) {
      const reason = `expected at most ${MAX_PAYLOAD_BYTES} bytes a message, was more`
      return events.refuse('TOO_LARGE', reason, place)
    }
    const isCutOff = !this.#lines.isTerminated && !parseExactJson(message.payload).ok
    if (isCutOff) throw this.#cutOff(place.byteOffset)
    events.take(message.payload, place, message.subject)
  }

  #cutOff(byteOffset: number): FeedError {
    const reason = 'expected a whole line, was the end of the file'
    return new FeedError({ code: 'CORRUPT_INPUT', file: this.info.path, byteOffset, reason })
  }
}
