import type { DecodeResult } from './errors.ts'
import { ContractError } from './errors.ts'
import { parseExactJson } from './exact-json.ts'
import type { LevelSignals } from './level-signals.ts'
import {
  levelSignalsReadSchema,
  levelSignalsSchema,
  pathOfNonFinite,
} from './level-signals-schema.ts'
import { levelSignalsText, NonFiniteSignal } from './level-signals-text.ts'
import { levelSignalsFromWire, levelSignalsToWire } from './level-signals-wire.ts'
import { checkerOf } from './message-codec.ts'

const checkRead = checkerOf(levelSignalsReadSchema)
const checkPublish = checkerOf(levelSignalsSchema)

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
 * @throws ContractError naming the field that is NaN or infinite
 */
export function encodeLevelSignals(value: LevelSignals): string {
  try {
    return levelSignalsText(value)
  } catch (error) {
    if (!(error instanceof NonFiniteSignal)) throw error
    const path = pathOfNonFinite(levelSignalsToWire(value))
    const message = 'expected a finite number, was NaN or infinite'
    throw new ContractError({ code: 'SCHEMA', message, path })
  }
}

/**
 * Writes the same bytes as `encodeLevelSignals`, after checking the payload against
 * `levelSignalsSchema`; it takes three to five times as long.
 *
 * @throws ContractError naming the first field that is not what the schema says
 */
export function encodeLevelSignalsChecked(value: LevelSignals): string {
  const checked = checkPublish(levelSignalsToWire(value))
  if (!checked.ok) throw new ContractError(checked.reject)
  return JSON.stringify(checked.value)
}
