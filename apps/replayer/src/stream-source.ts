import { type Bus, BusError, type StoredMessage, type StreamState } from '@levels/bus'
import {
  ContractEvents,
  type EventSource,
  FeedError,
  SourceBegin,
  type SourceContext,
  type SourceInfo,
  type SymbolGate,
} from '@levels/feed'
import { refuseReversed } from './sequence-range.ts'

/** A part of a stream of the bus. */
export interface StreamRange {
  readonly bus: Bus
  readonly name: string
  /** Sequence of the first and last message wanted; null: the first and last the stream holds. */
  readonly fromSeq: number | null
  readonly toSeq: number | null
}

/** Which messages of which stream: its name alone may mean another one tomorrow. */
export interface StreamExtent {
  readonly name: string
  /** When the stream was made, ISO 8601. */
  readonly createdAt: string
  readonly firstSeq: number
  readonly lastSeq: number
}

/** Messages looked at for the time of the first event. */
const PEEKED_MESSAGES_MAX = 10_000
/** What is read in one go. */
const BATCH_BYTES = 1 << 20
const BATCH_MESSAGES = 4_096

interface Waiting {
  readonly subject: string
  readonly seq: number
  /** Its place in the batch. */
  readonly from: number
  readonly to: number
}

/**
 * Events of a stream that is there already, in its order: what a file of the same messages gives.
 * Of a message, `line` is the sequence and `byteOffset` counts the payloads before it.
 */
export class StreamSource implements EventSource {
  readonly info: SourceInfo
  readonly extent: StreamExtent
  readonly #bus: Bus
  readonly #gate: SymbolGate
  #messages: AsyncIterator<StoredMessage> | null = null
  #events: ContractEvents | null = null
  #batch = new Uint8Array(BATCH_BYTES)
  #waiting: Waiting[] = []
  #next = 0
  /** Of the batch, in all payloads. */
  #batchOffset = 0
  #payloadBytes = 0
  #messageCount = 0
  #seq: number
  #byteOffset = 0

  private constructor(bus: Bus, extent: StreamExtent, info: SourceInfo, gate: SymbolGate) {
    this.#bus = bus
    this.extent = extent
    this.info = info
    this.#gate = gate
    this.#seq = extent.firstSeq
  }

  /**
   * Looks up what the stream holds, and the times of the first event there.
   *
   * @throws UsageError when the sequences wanted are the wrong way round
   * @throws FeedError when the stream is missing, holds nothing, or not all that is wanted
   */
  static async open(range: StreamRange, gate: SymbolGate): Promise<StreamSource> {
    const { bus, name } = range
    refuseReversed(range.fromSeq, range.toSeq)
    const state = await reading(name, 0, () => bus.streamState(name))
    const extent = extentOf(range, state)
    const begin = await reading(name, 0, () => beginOf(bus, extent, gate))
    const share = (extent.lastSeq - extent.firstSeq + 1) / Math.max(1, state.messageCount)
    const info: SourceInfo = {
      path: name,
      sizeBytes: Math.round(state.sizeBytes * Math.min(1, share)),
      format: 'stream',
      compression: 'none',
      schema: null,
      symbols: [],
      firstEventNs: begin.firstEventNs,
      firstRecvNs: begin.firstRecvNs,
    }
    return new StreamSource(bus, extent, info, gate)
  }

  get byteOffset(): number {
    return this.#byteOffset
  }

  get line(): number {
    return this.#seq
  }

  /** Estimated by the sequences read, as the server's figure counts more than payloads. */
  get bytesRead(): number {
    const { firstSeq, lastSeq } = this.extent
    const isDone = this.#messages !== null && this.#waiting.length === 0
    const share = isDone ? 1 : (this.#seq - firstSeq) / (lastSeq - firstSeq + 1)
    return Math.round(this.info.sizeBytes * share)
  }

  /** Of the payloads read so far. */
  get payloadBytes(): number {
    return this.#payloadBytes
  }

  get messageCount(): number {
    return this.#messageCount
  }

  start(context: SourceContext): void {
    this.#events = new ContractEvents(this.info.path, this.#gate, context)
  }

  load(): Promise<boolean> {
    const { name, firstSeq, lastSeq } = this.extent
    const range = { fromSeq: firstSeq, toSeq: lastSeq }
    this.#messages ??= this.#bus.read(name, range)[Symbol.asyncIterator]()
    return reading(name, this.#payloadBytes, () => this.#fill())
  }

  decode(recordsMax: number): boolean {
    const events = this.#events
    if (events === null) return false
    const end = Math.min(this.#waiting.length, this.#next + recordsMax)
    while (this.#next < end) {
      const message = this.#waiting[this.#next++]
      if (message === undefined) break
      const { subject, seq, from, to } = message
      this.#seq = seq
      this.#byteOffset = this.#batchOffset + from
      const place = { byteOffset: this.#byteOffset, line: seq }
      events.take(this.#batch.subarray(from, to), place, subject)
    }
    return this.#next < this.#waiting.length
  }

  async close(): Promise<void> {
    await this.#messages?.return?.()
  }

  /** Reads the next batch: messages are the bus's to reuse, so their bytes are copied. */
  async #fill(): Promise<boolean> {
    this.#waiting = []
    this.#next = 0
    this.#batchOffset = this.#payloadBytes
    let end = 0
    while (end < BATCH_BYTES && this.#waiting.length < BATCH_MESSAGES) {
      const next = await this.#messages?.next()
      if (next === undefined || next.done === true) break
      const { subject, data, streamSeq } = next.value
      const from = end
      end += data.length
      if (end > this.#batch.length) this.#batch = grown(this.#batch, end)
      this.#batch.set(data, from)
      this.#waiting.push({ subject, seq: streamSeq, from, to: end })
    }
    this.#payloadBytes += end
    this.#messageCount += this.#waiting.length
    return this.#waiting.length > 0
  }
}

function grown(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const more = new Uint8Array(Math.max(length, 2 * bytes.length))
  more.set(bytes)
  return more
}

/** @throws FeedError when the stream does not hold what is wanted of it */
function extentOf({ name, fromSeq, toSeq }: StreamRange, state: StreamState): StreamExtent {
  const held =
    state.lastSeq < state.firstSeq ? 'none' : `sequences ${state.firstSeq} to ${state.lastSeq}`
  const first = fromSeq ?? state.firstSeq
  const last = toSeq ?? state.lastSeq
  if (first < state.firstSeq || last > state.lastSeq || first > last) {
    const wanted = fromSeq === null && toSeq === null ? 'messages' : `sequences ${first} to ${last}`
    throw unreadable(name, 0, `expected ${wanted} in the stream, was ${held}`)
  }
  return { name, createdAt: state.createdAt, firstSeq: first, lastSeq: last }
}

async function beginOf(bus: Bus, extent: StreamExtent, gate: SymbolGate): Promise<SourceBegin> {
  const begin = new SourceBegin(gate)
  let count = 0
  for await (const { subject, data } of bus.read(extent.name, {
    fromSeq: extent.firstSeq,
    toSeq: extent.lastSeq,
  })) {
    if (++count > PEEKED_MESSAGES_MAX || begin.look(subject, data)) break
  }
  return begin
}

/** Says of an error of the bus that the stream cannot be read (further). */
async function reading<T>(name: string, byteOffset: number, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof BusError)) throw error
    throw unreadable(name, byteOffset, `${error.code}: ${error.message}`, error)
  }
}

function unreadable(name: string, byteOffset: number, reason: string, cause?: Error): FeedError {
  const fault = { code: 'UNREADABLE', file: `stream ${name}`, byteOffset, reason } as const
  return new FeedError(fault, cause === undefined ? {} : { cause })
}
