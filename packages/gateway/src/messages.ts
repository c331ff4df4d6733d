/**
 * What a client and the gateway say to each other on `/ws`. Free of Node, for browsers too.
 *
 * Every message is text: one line of JSON whose `type` says what it is. Where it carries a message
 * of the bus (`snap`, `status`), that message follows after a line feed, exactly as it was
 * published; `decodeServerMessage` gives it in the types of `@levels/contracts`.
 *
 * After connecting come, in this order: `challenge`, only where a token is needed and none was sent
 * in an `Authorization` header, to be answered by `auth`; `hello`; `link` (live) or `player`
 * (replay); `status`, if there is one; `snap`, if there is one; `history`; `events`. After that each
 * comes when there is something new. A client that reads too slowly is given the newest `snap`, not
 * those between; `events` leave nothing out. How fast it reads is seen from the WebSocket pings behind
 * what it is sent, which browsers and WebSocket libraries answer by themselves, in order.
 */
import type {
  Confidence,
  Direction,
  LevelKind,
  LevelSignals,
  ServiceStatus,
  Signal,
} from '@levels/contracts'

/** Told in `hello`. Fields may be added under the same number; whoever does not know them ignores them. */
export const PROTOCOL_VERSION = 1

/** Path of the WebSocket. */
export const WEB_SOCKET_PATH = '/ws'

/** Why the gateway closes a connection, besides the codes of RFC 6455. */
export const CloseCode = {
  /** Too many messages that are none of this protocol, or too many altogether. */
  BadMessages: 4400,
  /** No token within five seconds, or a wrong one: do not try again with the same. */
  Unauthorized: 4401,
  /** As many clients as may be are connected, or wait to show a token: try again later. */
  Full: 4503,
} as const
export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode]

/** What the gateway accepts, beyond which a message is refused with an `error`, and what it says. */
export const PROTOCOL_LIMITS = {
  /**
   * UTF-8 bytes of a client's message. A longer one closes the connection (1009). As many ids as may
   * be fit even where each character is an escape of six bytes: 64 × (64 × 6 + 3) and the rest.
   */
  clientMessageBytesMax: 32_768,
  /** Ids in one subscription or history request. */
  levelIdsMax: 64,
  levelIdLengthMax: 64,
  historyPointsMin: 10,
  historyPointsMax: 5000,
  /** Times real time. */
  speedMin: 0.1,
  speedMax: 1000,
  /** UTF-16 units of the reason of a refusal that the gateway tells of; what is longer is cut. */
  refusalLengthMax: 240,
} as const

// ── From the gateway ─────────────────────────────────────────────────────────────────────────────

/** A token is needed: answer with `auth` within five seconds. Nothing else comes before. */
export interface ChallengeMessage {
  readonly type: 'challenge'
}

/** A finished run, as its manifest tells of it. */
export interface RunInfo {
  readonly runId: string
  readonly state: 'complete' | 'faulted' | 'interrupted'
  /** Why it is not complete; null when it is. */
  readonly reason: string | null
  readonly snapCount: number
  /** Event time of the first and last snap, Unix ms; null without any. */
  readonly firstTs: number | null
  readonly lastTs: number | null
  /** SHA-256 of its signals, hexadecimal. */
  readonly digest: string
}

/** First of all, once a connection. */
export interface HelloMessage {
  readonly type: 'hello'
  readonly protocol: number
  /** `live`: snaps as they are published. `replay`: this client moves through a finished run. */
  readonly mode: 'live' | 'replay'
  /** Another one after each start of the gateway: tells a restart from a dropped connection. */
  readonly gatewayId: string
  readonly instrument: {
    /** What prices are in, e.g. `SPY`. */
    readonly equity: string
    /** The future whose depth is read, e.g. `ESH6`; null: not known here. */
    readonly future: string | null
  }
  /** Between two snaps, ms of event time. */
  readonly snapIntervalMs: number
  /** The gateway's clock, Unix ms. */
  readonly nowTs: number
  /** The run that is replayed; null in live. */
  readonly run: RunInfo | null
}

/** One snap. */
export interface SnapMessage {
  readonly type: 'snap'
  /** Live: counts the snaps this gateway showed, from 1. Replay: place in the run, from 0. */
  readonly seq: number
  /** The run that published it, null when it did not say. */
  readonly runId: string | null
  /**
   * When the gateway took it from the bus, its clock, Unix ms; of one that it read back from the
   * stream, when the stream stored it. Null in replay.
   */
  readonly receivedTs: number | null
  /** `id` of the newest `seek` that this answers or comes after; null: none, or live. */
  readonly seekId: number | null
  /** Whether all levels are in it, or only those that were subscribed to. */
  readonly isNarrowed: boolean
  readonly signals: LevelSignals
}

/** How the signal service is, each second, live only. */
export interface StatusMessage {
  readonly type: 'status'
  /**
   * When the gateway took it from the bus, its clock, Unix ms; of one that it read back from the
   * stream, when the stream stored it.
   */
  readonly receivedTs: number
  readonly status: ServiceStatus
}

/** Live messages of one subject that are none of its contract, so that nothing is shown of them. */
export interface BusRefusals {
  /** Since the gateway started. What it reads back from the stream is in its metrics alone. */
  readonly count: number
  /** When the last of them came, the gateway's clock, Unix ms. */
  readonly lastTs: number
  /** Why the last was refused: a code of the contract's, e.g. `SCHEMA`. */
  readonly code: string
  /**
   * "`path`: expected X, was Y". It may quote the message, which anyone may have written: a text to
   * be shown as such, at most `PROTOCOL_LIMITS.refusalLengthMax` characters.
   */
  readonly reason: string
}

/**
 * How the gateway stands with its bus, live only: at once and on every change; of what is refused at
 * most once a second.
 */
export interface LinkMessage {
  readonly type: 'link'
  readonly isConnected: boolean
  /** Why it is not; null when it is, or when no reason is known. */
  readonly reason: string | null
  /** The session so far is still being read from the stream: another `history` will come. */
  readonly isCatchingUp: boolean
  /** On `levels.signals`; null: none was refused. */
  readonly refusedSnaps: BusRefusals | null
  /** On `levels.status`; null: none was refused. */
  readonly refusedStatuses: BusRefusals | null
}

/** What a level did over time: columns of equal length, one entry a bucket in which it was seen. */
export interface LevelHistory {
  readonly id: string
  readonly kind: LevelKind
  /** Index into the history's `ts`, ascending. */
  readonly at: readonly number[]
  /** SPY dollars, to 0.0001: the last in the bucket. Many levels move. */
  readonly price: readonly number[]
  /** Smoothed break score, 0–100, to 0.01: the last in the bucket. */
  readonly score: readonly number[]
  /** Index into `SIGNALS` of contracts: the strongest in the bucket (BREAK, REJECT, CONTESTED, NEUTRAL). */
  readonly signal: readonly number[]
}

/**
 * The session in buckets of equal duration, one entry a bucket that holds a snap. One with `id` null
 * comes unasked and takes the place of all that was known before.
 */
export interface HistoryMessage {
  readonly type: 'history'
  /** Of the request; null: unasked. */
  readonly id: number | null
  readonly runId: string | null
  /** Duration of a bucket, event time, ms; the snap interval where every snap has its own. */
  readonly bucketMs: number
  /** Last snap boundary in the bucket, Unix ms, ascending. */
  readonly ts: readonly number[]
  /** SPY dollars: the last, lowest and highest known in the bucket; null: none. */
  readonly spot: readonly (number | null)[]
  readonly spotLow: readonly (number | null)[]
  readonly spotHigh: readonly (number | null)[]
  /** In the order in which they were first seen. */
  readonly levels: readonly LevelHistory[]
  /** Snaps of the session that the gateway no longer holds, its memory being bounded. */
  readonly droppedSnaps: number
}

/**
 * A level's signal changed: it differs from that of the snap before, where a level that was not
 * there counts as NEUTRAL. Leaving the payload is no change.
 */
export interface SignalEvent {
  /** From 1, rising by one. */
  readonly seq: number
  /** Snap boundary, Unix ms. */
  readonly ts: number
  readonly levelId: string
  readonly kind: LevelKind
  readonly direction: Direction
  /** SPY dollars. */
  readonly price: number
  /** SPY dollars. */
  readonly spot: number
  readonly signal: Signal
  readonly previous: Signal
  readonly confidence: Confidence
  /** Smoothed break score, 0–100. */
  readonly score: number
}

/** Changes of signals: those so far (in replay: of the whole run), then each new one. */
export interface EventsMessage {
  readonly type: 'events'
  /** These take the place of all that was known before. */
  readonly isReset: boolean
  /** Earlier ones that the gateway no longer holds. */
  readonly droppedCount: number
  /** By `seq`. */
  readonly events: readonly SignalEvent[]
}

/** Where this client is in the run, replay only: after each command and when the end is reached. */
export interface PlayerMessage {
  readonly type: 'player'
  readonly isPlaying: boolean
  /** Times real time. */
  readonly speed: number
  /** Event time, Unix ms; null in a run without snaps. While playing, `snap` tells of progress. */
  readonly ts: number | null
  /** `id` of the newest `seek`; null: none yet. */
  readonly seekId: number | null
  readonly isAtEnd: boolean
}

/** Every five seconds: the connection is alive, whether or not there are snaps. */
export interface BeatMessage {
  readonly type: 'beat'
  /** The gateway's clock, Unix ms. */
  readonly nowTs: number
}

/**
 * What an `error` can be about:
 * - `BAD_MESSAGE`: it is none of this protocol; several of them close the connection
 * - `TOO_MANY`: more messages than may be in a second; the message was ignored
 * - `UNAUTHORIZED`: the token is wrong; the connection is closed
 * - `NOT_IN_MODE`: a command of replay in live
 * - `RUN_CHANGED`: the files of the run are no longer those that were opened
 */
export const ERROR_CODES = [
  'BAD_MESSAGE',
  'TOO_MANY',
  'UNAUTHORIZED',
  'NOT_IN_MODE',
  'RUN_CHANGED',
] as const
export type ErrorCode = (typeof ERROR_CODES)[number]

/** Something that the client sent, or asked for, did not do. */
export interface ErrorMessage {
  readonly type: 'error'
  readonly code: ErrorCode
  /** "expected X, was Y". */
  readonly message: string
}

export type ServerMessage =
  | ChallengeMessage
  | HelloMessage
  | SnapMessage
  | StatusMessage
  | LinkMessage
  | HistoryMessage
  | EventsMessage
  | PlayerMessage
  | BeatMessage
  | ErrorMessage

// ── From a client: JSON.stringify of one of these ────────────────────────────────────────────────

/** Answers `challenge`. */
export interface AuthCommand {
  readonly type: 'auth'
  readonly token: string
}

/** Narrows `snap` to these levels, as far as they are in it; null: all again. A `snap` follows. */
export interface SubscribeCommand {
  readonly type: 'subscribe'
  readonly levelIds: readonly string[] | null
}

/** Asks for `history`. The newest request is answered; one still waiting is replaced. */
export interface HistoryCommand {
  readonly type: 'history'
  /** Comes back in the answer; an integer ≥ 0. */
  readonly id: number
  /** First and last boundary wanted, Unix ms; null: from the beginning, to the end. */
  readonly fromTs: number | null
  readonly toTs: number | null
  /** Buckets at most. */
  readonly pointsMax: number
  /** Only these levels; null: all. */
  readonly levelIds: readonly string[] | null
}

/** Replay: goes on from where this client is; at the end, from the beginning. */
export interface PlayCommand {
  readonly type: 'play'
  /** Times real time; left out: as before. */
  readonly speed?: number
}

/** Replay: stays where it is. */
export interface PauseCommand {
  readonly type: 'pause'
}

/** Replay: how fast, whether playing or not. */
export interface SpeedCommand {
  readonly type: 'speed'
  /** Times real time. */
  readonly speed: number
}

/**
 * Replay: goes to the last snap not after this moment (the first one, if it is before all). Of
 * several in quick succession the newest is answered for sure, as when dragging.
 */
export interface SeekCommand {
  readonly type: 'seek'
  /** Comes back in `snap` and `player`; an integer ≥ 0. */
  readonly id: number
  /** Unix ms of event time. */
  readonly ts: number
}

/** Replay: pauses, and goes this many snaps on (negative: back). */
export interface StepCommand {
  readonly type: 'step'
  readonly snaps: number
}

export type ClientMessage =
  | AuthCommand
  | SubscribeCommand
  | HistoryCommand
  | PlayCommand
  | PauseCommand
  | SpeedCommand
  | SeekCommand
  | StepCommand
