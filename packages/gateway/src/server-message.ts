import {
  CONFIDENCES,
  decodeLevelSignals,
  decodeServiceStatus,
  DIRECTIONS,
  LEVEL_KINDS,
  SIGNALS,
} from '@levels/contracts'
import {
  faultOf,
  isBoolean,
  isCount,
  isInteger,
  isNumber,
  isObject,
  isText,
  listOf,
  oneOf,
  orNull,
  shown,
} from './check.ts'
import type { Check, JsonObject, Shape } from './check.ts'
import { ERROR_CODES } from './messages.ts'
import type { HistoryMessage, LevelHistory, ServerMessage } from './messages.ts'

/** A message read, or why it is none. */
export type ServerMessageResult =
  | { readonly ok: true; readonly message: ServerMessage }
  /** `reason`: "expected X, was Y". `isUnknown`: a type of a later protocol, to be passed over. */
  | { readonly ok: false; readonly reason: string; readonly isUnknown: boolean }

const RUN_STATES = ['complete', 'faulted', 'interrupted'] as const

const object =
  (shape: Shape): Check =>
  (value) =>
    isObject(value) && faultOf(value, shape) === null

const numbers = listOf(isNumber)
const prices = listOf(orNull(isNumber))

const run = object({
  runId: ['a text', isText],
  state: ['a state', oneOf(RUN_STATES)],
  reason: ['a text or null', orNull(isText)],
  snapCount: ['a count', isCount],
  firstTs: ['a time or null', orNull(isInteger)],
  lastTs: ['a time or null', orNull(isInteger)],
  digest: ['a text', isText],
})

const instrument = object({
  equity: ['a text', isText],
  future: ['a text or null', orNull(isText)],
})

const busRefusals = object({
  count: ['a count', isCount],
  lastTs: ['a time', isInteger],
  code: ['a text', isText],
  reason: ['a text', isText],
})

const levelHistory = object({
  id: ['a text', isText],
  kind: ['a kind', oneOf(LEVEL_KINDS)],
  at: ['counts', listOf(isCount)],
  price: ['numbers', numbers],
  score: ['numbers', numbers],
  signal: ['counts', listOf((value) => isCount(value) && (value as number) < SIGNALS.length)],
})

const signalEvent = object({
  seq: ['a count', isCount],
  ts: ['a time', isInteger],
  levelId: ['a text', isText],
  kind: ['a kind', oneOf(LEVEL_KINDS)],
  direction: ['a direction', oneOf(DIRECTIONS)],
  price: ['a number', isNumber],
  spot: ['a number', isNumber],
  signal: ['a signal', oneOf(SIGNALS)],
  previous: ['a signal', oneOf(SIGNALS)],
  confidence: ['a confidence', oneOf(CONFIDENCES)],
  score: ['a number', isNumber],
})

/** First line of each type of message. */
const SHAPES: Readonly<Record<ServerMessage['type'], Shape>> = {
  challenge: {},
  hello: {
    protocol: ['a count', isCount],
    mode: ['live or replay', oneOf(['live', 'replay'])],
    gatewayId: ['a text', isText],
    instrument: ['an instrument', instrument],
    snapIntervalMs: ['a number > 0', (value) => isNumber(value) && (value as number) > 0],
    nowTs: ['a time', isInteger],
    run: ['a run or null', orNull(run)],
  },
  snap: {
    seq: ['a count', isCount],
    runId: ['a text or null', orNull(isText)],
    receivedTs: ['a time or null', orNull(isInteger)],
    seekId: ['a count or null', orNull(isCount)],
    isNarrowed: ['true or false', isBoolean],
  },
  status: { receivedTs: ['a time', isInteger] },
  link: {
    isConnected: ['true or false', isBoolean],
    reason: ['a text or null', orNull(isText)],
    isCatchingUp: ['true or false', isBoolean],
    refusedSnaps: ['refusals or null', orNull(busRefusals)],
    refusedStatuses: ['refusals or null', orNull(busRefusals)],
  },
  history: {
    id: ['a count or null', orNull(isCount)],
    runId: ['a text or null', orNull(isText)],
    bucketMs: ['a number > 0', (value) => isNumber(value) && (value as number) > 0],
    ts: ['times', listOf(isInteger)],
    spot: ['prices', prices],
    spotLow: ['prices', prices],
    spotHigh: ['prices', prices],
    levels: ['levels', listOf(levelHistory)],
    droppedSnaps: ['a count', isCount],
  },
  events: {
    isReset: ['true or false', isBoolean],
    droppedCount: ['a count', isCount],
    events: ['events', listOf(signalEvent)],
  },
  player: {
    isPlaying: ['true or false', isBoolean],
    speed: ['a number', isNumber],
    ts: ['a time or null', orNull(isInteger)],
    seekId: ['a count or null', orNull(isCount)],
    isAtEnd: ['true or false', isBoolean],
  },
  beat: { nowTs: ['a time', isInteger] },
  error: { code: ['a code', oneOf(ERROR_CODES)], message: ['a text', isText] },
}

/** Reads a message of the gateway, all of it checked; never throws for a bad one. */
export function decodeServerMessage(text: string): ServerMessageResult {
  const lineEnd = text.indexOf('\n')
  const header = headerOf(lineEnd < 0 ? text : text.slice(0, lineEnd))
  if (typeof header === 'string') return refuse(header)
  const { type } = header
  if (!isServerMessageType(type)) {
    return refuse(`type: expected a known one, was ${shown(type)}`, typeof type === 'string')
  }
  const fault = faultOf(header, SHAPES[type])
  if (fault !== null) return refuse(`${type}: ${fault}`)
  const payload = lineEnd < 0 ? null : text.slice(lineEnd + 1)
  if (type === 'snap' || type === 'status') return withPayload(header, type, payload)
  if (payload !== null) return refuse(`${type}: expected one line, was more`)
  if (type === 'history' && !areColumnsEqual(header as unknown as HistoryMessage)) {
    return refuse('history: expected columns of equal length')
  }
  return { ok: true, message: header as unknown as ServerMessage }
}

function withPayload(
  header: JsonObject,
  type: 'snap' | 'status',
  payload: string | null,
): ServerMessageResult {
  if (payload === null) return refuse(`${type}: expected a second line, was none`)
  const result = type === 'snap' ? decodeLevelSignals(payload) : decodeServiceStatus(payload)
  if (!result.ok) {
    return refuse(`${type}: ${result.reject.path ?? '$'}: ${result.reject.message}`)
  }
  const member = type === 'snap' ? { signals: result.value } : { status: result.value }
  return { ok: true, message: { ...header, ...member } as unknown as ServerMessage }
}

function headerOf(line: string): JsonObject | string {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return 'expected JSON, was something else'
  }
  return isObject(value) ? value : `expected an object, was ${shown(value)}`
}

function isServerMessageType(type: unknown): type is ServerMessage['type'] {
  return typeof type === 'string' && Object.hasOwn(SHAPES, type)
}

function areColumnsEqual(history: HistoryMessage): boolean {
  const { ts, spot, spotLow, spotHigh, levels } = history
  const areSpotsEqual = [spot, spotLow, spotHigh].every(({ length }) => length === ts.length)
  return areSpotsEqual && levels.every((level) => isLevelSound(level, ts.length))
}

function isLevelSound({ at, price, score, signal }: LevelHistory, count: number): boolean {
  if (![price, score, signal].every(({ length }) => length === at.length)) return false
  return at.every((index, i) => index < count && (i === 0 || index > (at[i - 1] ?? index)))
}

function refuse(reason: string, isUnknown = false): ServerMessageResult {
  return { ok: false, reason, isUnknown }
}
