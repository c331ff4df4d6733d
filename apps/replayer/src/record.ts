import type { Bus, BusMessage, Consumption } from '@levels/bus'
import { MARKET_STREAM, MARKET_SUBJECTS, parseExactJson } from '@levels/contracts'
import type { RecordingFile } from './recording-file.ts'

/** Bytes that may wait for the disk where the bus cannot be held back. */
const WAITING_BYTES_MAX = 64 * 2 ** 20
const FLUSH_MS = 1_000

const START_OF_HEADING = 0x01
const LINE_FEED = 0x0a
const SPACE = 0x20
const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const BLANKS = [SPACE, LINE_FEED, 0x0d, 0x09]

/** What of the bus is recorded. */
export type RecordRange =
  /** A stream from a sequence on, and everything that is added until it is stopped. */
  | { readonly kind: 'stream'; readonly fromSeq: number }
  /** What the stream holds from one sequence to another. */
  | { readonly kind: 'part'; readonly fromSeq: number; readonly toSeq: number }
  /** What is published from now on, without a stream: what is not taken fast enough is lost. */
  | { readonly kind: 'core' }

export interface RecordCounts {
  readonly messages: number
  /** Before compression. */
  readonly sizeBytes: number
  /** Sequence of the first and last message; null where there are none. */
  readonly firstSeq: number | null
  readonly lastSeq: number | null
  /** Messages that came faster than they could be written: of `core` only. */
  readonly lost: number
  /** Times that messages were lost on their way to us, because of us or of the connection. */
  readonly gaps: number
}

/** Writes messages of the bus into a file, one a line, in the order in which they come. */
export class Recorder {
  readonly #bus: Bus
  readonly #file: RecordingFile
  #messages = 0
  #sizeBytes = 0
  #firstSeq: number | null = null
  #lastSeq: number | null = null
  #lost = 0
  #gaps = 0

  constructor(bus: Bus, file: RecordingFile) {
    this.#bus = bus
    this.#file = file
  }

  get counts(): RecordCounts {
    return {
      messages: this.#messages,
      sizeBytes: this.#sizeBytes,
      firstSeq: this.#firstSeq,
      lastSeq: this.#lastSeq,
      lost: this.#lost,
      gaps: this.#gaps,
    }
  }

  /**
   * Records until it is stopped or the part is complete, and closes the file in any case.
   *
   * @param onStarted called once whatever is published from then on is recorded
   * @throws UsageError when the file cannot be written
   * @throws BusError when the stream is gone or was made anew
   */
  async run(range: RecordRange, signal: AbortSignal, onStarted: () => void): Promise<void> {
    const flushing = setInterval(() => {
      this.#file.flush()
    }, FLUSH_MS)
    try {
      if (range.kind === 'core') await this.#subscribe(signal, onStarted)
      else if (range.kind === 'stream') await this.#consume(range.fromSeq, signal, onStarted)
      else await this.#read(range, signal)
    } finally {
      clearInterval(flushing)
      await this.#file.close()
    }
  }

  async #read(range: { fromSeq: number; toSeq: number }, signal: AbortSignal): Promise<void> {
    const { fromSeq, toSeq } = range
    for await (const message of this.#bus.read(MARKET_STREAM.name, { fromSeq, toSeq })) {
      if (signal.aborted) return
      if (!this.#write(message, message.streamSeq)) await this.#file.drained()
    }
  }

  async #consume(fromSeq: number, signal: AbortSignal, onStarted: () => void): Promise<void> {
    const disk = Promise.withResolvers<never>()
    const hold = { isOn: false, consumption: null as Consumption | null }
    const release = (): void => {
      hold.isOn = false
      hold.consumption?.resume()
    }
    const consumption = await this.#bus.consume(MARKET_STREAM.name, { fromSeq }, (message) => {
      if (this.#write(message, message.streamSeq) || hold.isOn) return
      hold.isOn = true
      hold.consumption?.pause()
      this.#file.drained().then(release, disk.reject)
    })
    hold.consumption = consumption
    // The first messages may have come before there was anything to hold.
    if (hold.isOn) consumption.pause()
    onStarted()
    try {
      await Promise.race([aborted(signal), consumption.closed, disk.promise, this.#file.failed])
    } finally {
      await consumption.stop()
    }
  }

  async #subscribe(signal: AbortSignal, onStarted: () => void): Promise<void> {
    const off = this.#bus.onStatus(({ kind }) => {
      if (kind === 'slow-consumer' || kind === 'disconnected') this.#gaps++
    })
    const subscription = await this.#bus.subscribe(MARKET_SUBJECTS, (message) => {
      if (this.#file.waitingBytes > WAITING_BYTES_MAX) this.#lost++
      else this.#write(message, null)
    })
    onStarted()
    try {
      await Promise.race([aborted(signal), this.#file.failed])
    } finally {
      off()
      await subscription.stop()
    }
  }

  /** @returns false when the file wants a pause */
  #write({ subject, data }: BusMessage, seq: number | null): boolean {
    const line = lineOf(subject, data)
    this.#messages++
    this.#sizeBytes += line.length
    this.#firstSeq ??= seq
    this.#lastSeq = seq
    return this.#file.write(line)
  }
}

/** Resolves when the signal is aborted. */
function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  if (signal.aborted) resolve(undefined)
  signal.addEventListener('abort', () => {
    resolve(undefined)
  })
  return promise
}

/**
 * A message as a line of NDJSON, its end included, which a run takes or refuses as it does the
 * message: the payload's own text, its subject put first. Every line begins with a brace, for by
 * that a file of NDJSON is known. What is no object is refused in any case: it stands behind the
 * subject in a line that is no JSON, or no event, as it is. (At the very limits of size and depth
 * such a line may be refused as too large.)
 */
function lineOf(subject: string, payload: Uint8Array): Buffer {
  const head = `{"subject":${JSON.stringify(subject)}`
  const first = nextPlace(payload, 0)
  if (payload[first] !== OPEN_BRACE) {
    const isJson = parseExactJson(payload).ok
    return isJson ? joined(`${head},"payload":`, [payload], '}') : joined(`${head}},`, [payload])
  }
  const isEmpty = payload[nextPlace(payload, first + 1)] === CLOSE_BRACE
  // All but the brace stays, blanks too: a line is longer than the payload by the subject alone.
  const body = [payload.subarray(0, first), payload.subarray(first + 1)]
  return joined(isEmpty ? head : `${head},`, body)
}

function joined(head: string, body: readonly Uint8Array[], tail = ''): Buffer {
  const line = Buffer.concat([Buffer.from(head), ...body, Buffer.from(`${tail}\n`)])
  replaceLineFeeds(line.subarray(0, -1))
  return line
}

/**
 * Line feeds become what is the same to JSON: spaces between its tokens; inside a string, where
 * there may be none, another character that may not be there.
 */
function replaceLineFeeds(text: Uint8Array): void {
  if (!text.includes(LINE_FEED)) return
  let isInString = false
  for (let at = 0; at < text.length; at++) {
    const byte = text[at]
    if (byte === LINE_FEED) text[at] = isInString ? START_OF_HEADING : SPACE
    else if (byte === QUOTE) isInString = !isInString
    else if (isInString && byte === BACKSLASH && text[at + 1] !== LINE_FEED) at++
  }
}

/** The next place that is no white space. */
function nextPlace(bytes: Uint8Array, from: number): number {
  let at = from
  while (at < bytes.length && BLANKS.includes(bytes[at] ?? 0)) at++
  return at
}
