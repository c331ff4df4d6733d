import type { DecodeResult } from './errors.ts'
import { ContractError } from './errors.ts'
import { parseExactJson } from './exact-json.ts'
import { NonFiniteNumber } from './json-writer.ts'
import { levelSignalsBytes } from './level-signals-bytes.ts'
import type { LevelSignals } from './level-signals.ts'
import {
  levelSignalsReadSchema,
  levelSignalsSchema,
  pathOfNonFinite,
} from './level-signals-schema.ts'
import { levelSignalsFromWire, levelSignalsToWire } from './level-signals-wire.ts'
import { checkerOf } from './message-codec.ts'

const checkRead = checkerOf(levelSignalsReadSchema)
const checkPublish = checkerOf(levelSignalsSchema)
const utf8 = new TextDecoder()

/** Reads a payload of `levels.signals`; never throws for a bad one. Unknown fields are ignored. */
export function decodeLevelSignals(payload: string | Uint8Array): DecodeResult<LevelSignals> {
  const parsed = parseExactJson(payload)
  if (!parsed.ok) return parsed
  const checked = checkRead(parsed.value)
  return checked.ok ? { ok: true, value: levelSignalsFromWire(checked.value) } : checked
}

/**
 * Writes a payload of `levels.signals`, fast: of what the schema says, it checks only that every
 * number is finite. Equal values give equal bytes.
 *
 * @returns UTF-8; borrowed, valid until the next payload is encoded
 * @throws ContractError naming the field that is NaN or infinite
 */
export function encodeLevelSignalsInUtf8(value: LevelSignals): Uint8Array {
  try {
    return levelSignalsBytes(value)
  } catch (error) {
    if (!(error instanceof NonFiniteNumber)) throw error
    const path = pathOfNonFinite(levelSignalsToWire(value))
    const message = 'expected a finite number, was NaN or infinite'
    throw new ContractError({ code: 'SCHEMA', message, path })
  }
}

/**
 * `encodeLevelSignalsInUtf8` as a string.
 *
 * @throws ContractError naming the field that is NaN or infinite
 */
export function encodeLevelSignals(value: LevelSignals): string {
  return utf8.decode(encodeLevelSignalsInUtf8(value))
}

/**
 * Writes the same bytes as `encodeLevelSignals`, after checking the payload against
 * `levelSignalsSchema`; it takes several times as long.
 *
 * @throws ContractError naming the first field that is not what the schema says
 */
export function encodeLevelSignalsChecked(value: LevelSignals): string {
  const checked = checkPublish(levelSignalsToWire(value))
  if (!checked.ok) throw new ContractError(checked.reject)
  return JSON.stringify(checked.value)
}
