import {
  faultOf,
  isCount,
  isInteger,
  isNumber,
  isObject,
  isText,
  listOf,
  orNull,
  shown,
} from './check.ts'
import type { Check, JsonObject, Shape } from './check.ts'
import { PROTOCOL_LIMITS } from './messages.ts'
import type { ClientMessage } from './messages.ts'

/** A client's message, or why it is none. */
export type ClientMessageResult =
  | { readonly ok: true; readonly message: ClientMessage }
  /** "expected X, was Y" */
  | { readonly ok: false; readonly reason: string }

const { levelIdsMax, levelIdLengthMax, historyPointsMin, historyPointsMax, speedMin, speedMax } =
  PROTOCOL_LIMITS

const isLevelId: Check = (value) =>
  typeof value === 'string' && value.length > 0 && value.length <= levelIdLengthMax
const isLevelIds: Check = (value) =>
  listOf(isLevelId)(value) && (value as string[]).length <= levelIdsMax
const isWithin =
  (min: number, max: number): Check =>
  (value) =>
    isNumber(value) && (value as number) >= min && (value as number) <= max

const ids = `at most ${levelIdsMax} ids of up to ${levelIdLengthMax} characters, or null`
const levelIds = [ids, orNull(isLevelIds)] as const
const speedRange = `${speedMin} to ${speedMax}`
const isSpeed = isWithin(speedMin, speedMax)
const timeOrNull = ['Unix ms or null', orNull(isInteger)] as const
const id = ['an integer ≥ 0', isCount] as const

const SHAPES: Readonly<Record<ClientMessage['type'], Shape>> = {
  auth: { token: ['a text', isText] },
  subscribe: { levelIds },
  history: {
    id,
    fromTs: timeOrNull,
    toTs: timeOrNull,
    pointsMax: [
      `an integer from ${historyPointsMin} to ${historyPointsMax}`,
      (value) => isInteger(value) && isWithin(historyPointsMin, historyPointsMax)(value),
    ],
    levelIds,
  },
  play: { speed: [`${speedRange}, or nothing`, (value) => value === undefined || isSpeed(value)] },
  pause: {},
  speed: { speed: [speedRange, isSpeed] },
  seek: { id, ts: ['Unix ms', isInteger] },
  step: { snaps: ['an integer', isInteger] },
}

/**
 * Reads what a client sent; never throws for a bad one. Unknown fields are left out, so that a later
 * client can talk to an earlier gateway.
 */
export function decodeClientMessage(text: string): ClientMessageResult {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { ok: false, reason: 'expected JSON, was something else' }
  }
  if (!isObject(value)) return { ok: false, reason: `expected an object, was ${shown(value)}` }
  const { type } = value
  if (!isClientMessageType(type)) {
    return { ok: false, reason: `type: expected a known one, was ${shown(type)}` }
  }
  const fault = faultOf(value, SHAPES[type])
  if (fault !== null) return { ok: false, reason: `${type}: ${fault}` }
  return { ok: true, message: knownFields(value, type) }
}

function isClientMessageType(type: unknown): type is ClientMessage['type'] {
  return typeof type === 'string' && Object.hasOwn(SHAPES, type)
}

function knownFields(value: JsonObject, type: ClientMessage['type']): ClientMessage {
  const fields = Object.keys(SHAPES[type]).filter((field) => Object.hasOwn(value, field))
  const entries = fields.map((field) => [field, value[field]])
  return { type, ...Object.fromEntries(entries) } as ClientMessage
}
