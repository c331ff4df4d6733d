import { PROTOCOL_LIMITS } from './messages.ts'
import { CloseCode } from './messages.ts'
import type { ErrorCode, ErrorMessage } from './messages.ts'
import { decodeClientMessage } from './client-message.ts'
import type { ClientOutlet, ClientView, Slots } from './client-view.ts'
import { Slot, SLOTS } from './client-view.ts'
import { frameOf } from './frame.ts'
import { MessageRate } from './message-rate.ts'
import type { Metrics } from './metrics.ts'
import { Unanswered } from './unanswered.ts'

/** What is used of a WebSocket of the server's side. */
export interface ServerSocket {
  readonly readyState: number
  send(
    data: Uint8Array,
    options: { readonly binary: boolean; readonly fin: boolean },
    done: (error?: Error | null) => void,
  ): void
  ping(payload: Uint8Array): void
  close(code: number, reason: string): void
  terminate(): void
  on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): unknown
  on(event: 'pong', listener: (payload: Buffer) => void): unknown
  on(event: 'close', listener: () => void): unknown
}

export interface ClientOptions {
  readonly socket: ServerSocket
  readonly metrics: Metrics
  /** Null: no token is needed, or it was in the request. */
  readonly isTokenRight: ((token: string) => boolean) | null
  /** Called once the client may see something; makes its view. */
  readonly onAdmitted: (client: Client) => ClientView
  /** It has been told that it is closed, and may take its time to answer. */
  readonly onClosing: (client: Client) => void
  readonly onClosed: (client: Client) => void
  readonly beat: () => Uint8Array
}

const OPEN = 1
const TEXT = { binary: false, fin: true } as const
const TEXT_PART = { binary: false, fin: false } as const
const nothing = (): void => undefined

/** Longer messages go in parts, a ping behind each: a slow client shows with every part that it is there. */
const PART_BYTES = 1 << 16

/** What is answered for: all that is more than a few bytes. */
const ANSWERED = Slot.Link | Slot.Status | Slot.Snap | Slot.History | Slot.Events | Slot.Answer
/** So large that whatever followed would be old when it is read. */
const LARGE = Slot.History | Slot.Answer

/** Messages that are none of the protocol, until the connection is closed. */
const BAD_MESSAGES_MAX = 5
/** Messages beyond the rate, until the connection is closed. */
const EXCESS_MESSAGES_MAX = 500

/**
 * One connection. Nothing is queued: while the way to the client is full, newer things only leave a
 * mark, and what they have come to by then is sent when there is room.
 */
export class Client implements ClientOutlet {
  readonly #options: ClientOptions
  readonly #socket: ServerSocket
  readonly #rate = new MessageRate()
  #view: ClientView | null = null
  #waiting: Slots = 0
  /** Messages that have not left for the system's own buffer. */
  #inFlight = 0
  readonly #unanswered = new Unanswered()
  /** When the newest snap was offered, ms; NaN: it has been sent. */
  #offeredMs = NaN
  #error: ErrorMessage | null = null
  #badMessages = 0
  #isAlive = true
  #isClosed = false

  constructor(options: ClientOptions) {
    const { socket } = options
    this.#options = options
    this.#socket = socket
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary))
    socket.on('pong', (payload) => {
      this.#isAlive = true
      this.#unanswered.answer(payload)
      this.#flush()
    })
    socket.on('close', () => {
      this.#leave()
      options.onClosed(this)
    })
    if (options.isTokenRight === null) this.#admit()
    else socket.send(frameOf({ type: 'challenge' }), TEXT, nothing)
  }

  /** Whether it may see something: no token is needed, or it was right. */
  get isAdmitted(): boolean {
    return this.#view !== null
  }

  offer(slots: Slots): void {
    if (this.#view === null || this.#isClosed) return
    if ((this.#waiting & slots & Slot.Snap) !== 0) this.#options.metrics.superseded.inc()
    this.#waiting |= slots
    if ((slots & Slot.Snap) !== 0) this.#offeredMs = performance.now()
    this.#flush()
  }

  refuse(code: ErrorCode, message: string): void {
    this.#error = { type: 'error', code, message }
    this.offer(Slot.Error)
  }

  /** Asks for a sign of life; ends the connection when there was none since the last time. */
  checkAlive(): void {
    if (!this.#isAlive) return this.#socket.terminate()
    this.#isAlive = false
    if (this.#socket.readyState === OPEN) this.#socket.ping(this.#unanswered.payload)
  }

  /** Sends nothing more, and asks the other side to end it; `onClosed` tells when it has. */
  close(code: number, reason: string): void {
    if (this.#isClosed) return
    this.#socket.close(code, reason)
    this.#leave()
    this.#options.onClosing(this)
  }

  /** Without waiting for the other side. */
  terminate(): void {
    this.#socket.terminate()
  }

  #admit(): void {
    this.#view = this.#options.onAdmitted(this)
    this.offer(this.#view.initialSlots)
  }

  /** Sends what waits, if there is room on the way. */
  #flush(): void {
    const slots = this.#waiting
    const view = this.#view
    if (slots === 0 || view === null || this.#inFlight > 0 || this.#unanswered.isFull) return
    this.#waiting = 0
    for (const slot of SLOTS) {
      if ((slots & slot) === 0) continue
      const frame = this.#render(view, slot)
      if (frame !== null) this.#send(frame)
    }
    // Nothing in flight: there was nothing to say, or the connection is ending.
    if ((slots & ANSWERED) === 0 || this.#inFlight === 0) return
    this.#unanswered.add((slots & LARGE) !== 0)
    this.#socket.ping(this.#unanswered.payload)
  }

  #render(view: ClientView, slot: Slot): Uint8Array | null {
    if (slot === Slot.Beat) return this.#options.beat()
    if (slot !== Slot.Error) return view.render(slot)
    return this.#error === null ? null : frameOf(this.#error)
  }

  #send(frame: Uint8Array): void {
    if (this.#socket.readyState !== OPEN) return
    const { metrics } = this.#options
    this.#inFlight++
    metrics.framesSent.inc()
    metrics.bytesSent.inc(frame.length)
    let rest = frame
    for (; rest.length > PART_BYTES; rest = rest.subarray(PART_BYTES)) {
      this.#socket.send(rest.subarray(0, PART_BYTES), TEXT_PART, nothing)
      this.#socket.ping(this.#unanswered.payload)
    }
    this.#socket.send(rest, TEXT, this.#onSent)
  }

  /** The frame has left for the system's own buffer, or the connection has failed. */
  readonly #onSent = (): void => {
    this.#inFlight--
    if (this.#inFlight > 0) return
    if ((this.#waiting & Slot.Snap) === 0 && !Number.isNaN(this.#offeredMs)) {
      this.#options.metrics.delivery.observe((performance.now() - this.#offeredMs) / 1000)
      this.#offeredMs = NaN
    }
    this.#flush()
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (this.#isClosed) return
    if (!this.#rate.take()) return this.#refuseExcess()
    const result = isBinary
      ? ({ ok: false, reason: 'expected text, was binary' } as const)
      : decodeClientMessage(data.toString())
    if (!result.ok) return this.#refuseBad(result.reason)
    const { message } = result
    if (this.#view === null) {
      if (message.type !== 'auth') return this.#refuseToken('expected auth first')
      if (this.#options.isTokenRight?.(message.token) === true) return this.#admit()
      return this.#refuseToken('expected the token of this gateway, was another')
    }
    if (message.type === 'history' && !this.#rate.take(HISTORY_COST)) return this.#refuseExcess()
    if (message.type !== 'auth') this.#view.handle(message)
  }

  #refuseBad(reason: string): void {
    this.#badMessages++
    this.#options.metrics.badMessages.inc()
    if (this.#view === null) return this.#refuseToken('expected auth first')
    this.refuse('BAD_MESSAGE', reason)
    if (this.#badMessages >= BAD_MESSAGES_MAX) this.close(CloseCode.BadMessages, 'bad messages')
  }

  #refuseExcess(): void {
    this.#options.metrics.excessMessages.inc()
    this.refuse('TOO_MANY', 'expected fewer messages a second')
    if (this.#rate.refused >= EXCESS_MESSAGES_MAX) this.close(CloseCode.BadMessages, 'too many')
  }

  #refuseToken(message: string): void {
    this.#options.metrics.refusals.inc({ reason: 'token' })
    const error = { type: 'error', code: 'UNAUTHORIZED', message } as const
    this.#socket.send(frameOf(error), TEXT, nothing)
    this.close(CloseCode.Unauthorized, 'token')
  }

  #leave(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#waiting = 0
    this.#view?.close()
  }
}

/** What a request for history counts as, in messages: it takes as much work as many. */
const HISTORY_COST = 9

/** Largest message a client may send, for the WebSocket server. */
export const CLIENT_PAYLOAD_MAX = PROTOCOL_LIMITS.clientMessageBytesMax
