import {
  CloseCode,
  decodeServerMessage,
  type ClientMessage,
  type ServerMessage,
} from '@levels/gateway/protocol'
import { keepText, kept } from '../storage.ts'
import { backOffMs } from './back-off.ts'

/** How the page stands with its gateway. */
export type ConnectionState =
  | { readonly kind: 'connecting'; readonly attempt: number }
  | { readonly kind: 'open' }
  /** Waits, then tries again by itself. */
  | {
      readonly kind: 'waiting'
      readonly attempt: number
      /** When it tries again, `performance.now()`. */
      readonly retryAtMs: number
      readonly reason: string
    }
  /** The gateway asks for a token; `isRefused`: the one that was given is wrong. */
  | { readonly kind: 'token-needed'; readonly isRefused: boolean }

export interface ConnectionListener {
  onState(state: ConnectionState): void
  onMessage(message: ServerMessage): void
  /** A message that is none of the protocol; the connection stays. */
  onRefused(reason: string): void
}

/** Nothing heard for this long, where a beat comes every five seconds: the connection is dead, ms. */
const SILENCE_MS_MAX = 12_000
const TOKEN_KEY = 'levels.token'

const closeReasons: ReadonlyMap<number, string> = new Map([
  [1001, 'gateway is stopping'],
  [1006, 'connection lost'],
  [1012, 'gateway is restarting'],
  [CloseCode.BadMessages, 'gateway refused our messages'],
  [CloseCode.Full, 'gateway is full'],
])

/** One WebSocket that comes back by itself, after ever longer pauses, and says how it is. */
export class Connection {
  readonly #url: string
  readonly #listener: ConnectionListener
  #socket: WebSocket | null = null
  #attempt = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #silenceTimer: ReturnType<typeof setTimeout> | undefined
  #token = kept('tab', TOKEN_KEY)
  #isTokenSent = false
  #state: ConnectionState = { kind: 'connecting', attempt: 1 }

  constructor(url: string, listener: ConnectionListener) {
    this.#url = url
    this.#listener = listener
    // What says that the network is back spares the rest of the waiting time.
    addEventListener('online', () => this.#retryNow())
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.#retryNow()
    })
  }

  get state(): ConnectionState {
    return this.#state
  }

  /** Opens the connection, now. */
  open(): void {
    clearTimeout(this.#timer)
    this.#attempt++
    this.#enter({ kind: 'connecting', attempt: this.#attempt })
    const socket = new WebSocket(this.#url)
    this.#socket = socket
    this.#isTokenSent = false
    socket.onmessage = ({ data }) => {
      if (socket === this.#socket) this.#take(data)
    }
    socket.onclose = ({ code, reason }) => {
      if (socket === this.#socket) this.#closed(code, reason)
    }
    this.#listenForSilence()
  }

  /** Sends a command; one that cannot be sent now is dropped, since its moment passes. */
  send(message: ClientMessage): void {
    if (this.#state.kind === 'open') this.#socket?.send(JSON.stringify(message))
  }

  /** Connects with a token, and remembers it as long as the tab lives. */
  useToken(token: string): void {
    this.#token = token
    keepText('tab', TOKEN_KEY, token)
    this.#drop()
    this.#attempt = 0
    this.open()
  }

  #take(data: unknown): void {
    this.#listenForSilence()
    const result = decodeServerMessage(typeof data === 'string' ? data : '')
    if (!result.ok) {
      // A type of a later protocol is passed over, as the protocol says.
      if (!result.isUnknown) this.#listener.onRefused(result.reason)
      return
    }
    const { message } = result
    if (message.type === 'challenge') return this.#answerChallenge()
    if (message.type === 'hello') {
      this.#attempt = 0
      this.#enter({ kind: 'open' })
    }
    this.#listener.onMessage(message)
  }

  #answerChallenge(): void {
    if (this.#token === null) {
      this.#drop()
      return this.#enter({ kind: 'token-needed', isRefused: false })
    }
    this.#isTokenSent = true
    this.#socket?.send(JSON.stringify({ type: 'auth', token: this.#token } satisfies ClientMessage))
  }

  #closed(code: number, reason: string): void {
    this.#drop()
    if (code === CloseCode.Unauthorized) {
      keepText('tab', TOKEN_KEY, null)
      this.#token = null
      return this.#enter({ kind: 'token-needed', isRefused: this.#isTokenSent })
    }
    const said = closeReasons.get(code) ?? (reason === '' ? `closed (${code})` : reason)
    this.#wait(said)
  }

  #wait(reason: string): void {
    const attempt = Math.max(1, this.#attempt)
    const delay = backOffMs(attempt, Math.random())
    this.#enter({ kind: 'waiting', attempt, retryAtMs: performance.now() + delay, reason })
    this.#timer = setTimeout(() => this.open(), delay)
  }

  #retryNow(): void {
    if (this.#state.kind === 'waiting') this.open()
  }

  #listenForSilence(): void {
    clearTimeout(this.#silenceTimer)
    this.#silenceTimer = setTimeout(() => {
      this.#drop()
      this.#wait(`nothing heard for ${SILENCE_MS_MAX / 1000} s`)
    }, SILENCE_MS_MAX)
  }

  /** Lets go of the socket: nothing more is taken from it. */
  #drop(): void {
    clearTimeout(this.#silenceTimer)
    const socket = this.#socket
    this.#socket = null
    socket?.close()
  }

  #enter(state: ConnectionState): void {
    this.#state = state
    this.#listener.onState(state)
  }
}
