import { hash } from 'node:crypto'
import { SessionClock } from '@levels/calendar'
import type { Bus } from '@levels/bus'
import {
  encodeMarketEvent,
  HEADERS,
  MARKET_STREAM,
  MARKET_SUBJECTS,
  type Source,
} from '@levels/contracts'
import {
  contractFromEvent,
  type EventSource,
  openSources,
  type PublishedAs,
  replay,
  replayEpoch,
  type ReplayResult,
  SymbolGate,
} from '@levels/feed'
import { ES_SPY, fromRelNs, type MarketEvent, relNsToUnixMs } from '@levels/kernel'
import { UsageError } from './errors.ts'
import type { RunProgress } from './progress-line.ts'
import { type StoredCounts, StoredOutbox } from './stored-outbox.ts'

/** Messages that may wait before more of the files is read. */
const QUEUED_MAX = 4_096

/** Files that were looked at: they are there, can be read, and what they hold can be published. */
export interface PublishInput {
  readonly sources: readonly EventSource[]
  readonly gate: SymbolGate
}

/**
 * Looks at files; nothing of them stays open.
 *
 * @param symbol the future to publish; null: the only one there is
 * @throws FeedError when a file cannot be used at all
 */
export async function openInput(
  files: readonly string[],
  symbol: string | null,
): Promise<PublishInput> {
  const gate = new SymbolGate(ES_SPY, symbol)
  return { sources: await openSources(files, { gate }), gate }
}

/** A message that was published. */
export interface PublishedMark {
  readonly id: string
  /** Its event time, Unix ns. */
  readonly tsNs: bigint
}

export interface PublishOptions {
  readonly bus: Bus
  readonly input: PublishInput
  /** Event time of the first and last event, Unix ns; null: all. */
  readonly fromNs: bigint | null
  readonly toNs: bigint | null
  /** Event time over wall time; 0: as fast as the server takes it. */
  readonly speed: number
  /** Who the messages say published them. */
  readonly source: Source
  /** The message after which to go on; null: from the first on. */
  readonly after: PublishedMark | null
  readonly signal: AbortSignal
  readonly onProgress: (progress: RunProgress) => void
}

export interface PublishOutcome extends StoredCounts {
  readonly result: ReplayResult
  /** Events up to `after`, and that one. */
  readonly skipped: number
}

/**
 * Publishes the events of files on their subjects, in the one order, and waits until the stream has
 * stored them all, or what was under way when it was stopped.
 *
 * @throws BusError when the stream does not take them
 * @throws UsageError when the files do not hold `after`: nothing was published then
 */
export async function publishFiles(options: PublishOptions): Promise<PublishOutcome> {
  const { bus, fromNs, after, signal } = options
  const { sources, gate } = options.input
  const epochNs = replayEpoch(sources)
  const outbox = new StoredOutbox(bus)
  const publisher = new Publisher(options, { epochNs, gate, outbox })
  const result = await replay({
    sources: sources.map((source) => new HeldSource(source, outbox)),
    epochNs,
    hours: new SessionClock(epochNs),
    consumer: publisher,
    // What is skipped is not waited for; what comes after it in the same instant goes at once.
    paceFromNs: after === null ? fromNs : after.tsNs + 1n,
    toNs: options.toNs,
    speed: options.speed,
    signal,
    onProgress: ({ share, tsRelNs, eventCount }) => {
      const eventTs = tsRelNs === null ? null : relNsToUnixMs(tsRelNs, epochNs)
      options.onProgress({ share, eventTs, eventCount })
    },
  })
  await outbox.room(0)
  if (result.outcome === 'end' || result.outcome === 'to') publisher.refuseUnmet()
  return { ...outbox.counts, result, skipped: publisher.skipped }
}

/** Makes messages of events. */
class Publisher {
  readonly #outbox: StoredOutbox
  readonly #gate: SymbolGate
  readonly #as: PublishedAs
  readonly #fromRelNs: number
  /** How often each content occurred at the present instant: equal events are not one event. */
  readonly #occurrences = new Map<string, number>()
  #instantRelNs = NaN
  /** Null once it was met. */
  #after: PublishedMark | null
  readonly #afterRelNs: number
  #skipped = 0

  constructor(
    options: PublishOptions,
    run: { readonly epochNs: bigint; readonly gate: SymbolGate; readonly outbox: StoredOutbox },
  ) {
    const { fromNs, after, source } = options
    const { epochNs, gate } = run
    this.#outbox = run.outbox
    this.#gate = gate
    this.#after = after
    this.#afterRelNs = after === null ? -Infinity : Number(after.tsNs - epochNs)
    this.#fromRelNs = fromNs === null ? -Infinity : Number(fromNs - epochNs)
    this.#as = { epochNs, pair: gate.pair, futuresSymbol: gate.pair.futures, source }
  }

  /** Events up to the one to go on after, and that one. */
  get skipped(): number {
    return this.#skipped
  }

  /** @throws UsageError when the message to go on after was not met */
  refuseUnmet(): void {
    if (this.#after === null) return
    throw new UsageError(
      `--resume: expected the last message of ${MARKET_STREAM.name} to be of these files, was another`,
    )
  }

  onBoundary(): void {
    // Boundaries are for whoever consumes the events.
  }

  onEvent(event: MarketEvent): void {
    if (event.tsRelNs < this.#fromRelNs) return
    if (event.tsRelNs < this.#afterRelNs) {
      this.#skipped++
      return
    }
    if (event.tsRelNs > this.#afterRelNs) this.refuseUnmet()
    const futuresSymbol = this.#gate.futuresSymbol ?? this.#as.futuresSymbol
    const message = contractFromEvent(event, { ...this.#as, futuresSymbol })
    const payload = encodeMarketEvent(message, { tickSize: this.#as.pair.tick })
    const id = this.#idOf(event.tsRelNs, message.subject, payload)
    if (this.#after !== null) {
      if (id === this.#after.id) this.#after = null
      this.#skipped++
      return
    }
    const headers = { [HEADERS.schema]: `${message.subject}.v1`, [HEADERS.messageId]: id }
    this.#outbox.push({ subject: message.subject, data: Buffer.from(payload), headers })
  }

  /** The same for the same event, however often and from wherever it is published. */
  #idOf(tsRelNs: number, subject: string, payload: string): string {
    if (tsRelNs !== this.#instantRelNs) {
      this.#instantRelNs = tsRelNs
      this.#occurrences.clear()
    }
    const content = hash('sha256', `${subject} ${payload}`).slice(0, 24)
    const before = this.#occurrences.get(content) ?? 0
    this.#occurrences.set(content, before + 1)
    return `${fromRelNs(tsRelNs, this.#as.epochNs)}-${content}-${before}`
  }
}

/** Reads on only when what was read before is on its way: so memory stays bounded. */
class HeldSource implements EventSource {
  readonly #source: EventSource
  readonly #outbox: StoredOutbox

  constructor(source: EventSource, outbox: StoredOutbox) {
    this.#source = source
    this.#outbox = outbox
  }

  get info(): EventSource['info'] {
    return this.#source.info
  }

  get byteOffset(): number {
    return this.#source.byteOffset
  }

  get line(): number | null {
    return this.#source.line
  }

  get bytesRead(): number {
    return this.#source.bytesRead
  }

  start(context: Parameters<EventSource['start']>[0]): void {
    this.#source.start(context)
  }

  async load(): Promise<boolean> {
    await this.#outbox.room(QUEUED_MAX)
    return this.#source.load()
  }

  decode(recordsMax: number): boolean {
    return this.#source.decode(recordsMax)
  }

  close(): Promise<void> {
    return this.#source.close()
  }
}

/** What an id begins with: the event time. */
const MESSAGE_ID = /^([0-9]{1,19})-[0-9a-f]{24}-[0-9]+$/

/**
 * The last market message that a stream holds: where an earlier publication ended. Null when it
 * holds none.
 *
 * @throws UsageError when that message was published by something else, as its id tells
 */
export async function lastPublished(bus: Bus, stream: string): Promise<PublishedMark | null> {
  let lastSeq = 0
  let id: string | null = null
  for (const subject of MARKET_SUBJECTS) {
    const message = await bus.lastMessage(stream, subject)
    if (message === null || message.streamSeq <= lastSeq) continue
    lastSeq = message.streamSeq
    id = message.header(HEADERS.messageId)
  }
  if (lastSeq === 0) return null
  const digits = MESSAGE_ID.exec(id ?? '')?.[1]
  if (id !== null && digits !== undefined) return { id, tsNs: BigInt(digits) }
  const was = id === null ? 'one without id' : `one with the id ${id}`
  throw new UsageError(
    `--resume: expected a message of replayer publish at the end of ${stream}, was ${was}`,
  )
}
