import {
  encodeLevelSignalsChecked,
  encodeLevelSignalsInUtf8,
  type LevelSignals,
} from '@levels/contracts'

const utf8 = new TextEncoder()

/** A payload of `levels.signals`, as it is published. */
export interface SignalPayload {
  /** Unix ms. */
  readonly boundaryMs: number
  /** JSON, UTF-8. */
  readonly data: Uint8Array
  /**
   * Place of the last message taken, where the boundary was passed in a lull, by the wall clock;
   * null where an event passed it.
   */
  readonly lullSeq: number | null
}

/**
 * The bytes of a payload: a copy, for the encoder's own are borrowed, and a payload waits until it is
 * stored.
 *
 * @param isChecked whether it is checked against its schema, which takes several times as long
 * @throws ContractError naming the field that is not what the schema says
 */
export function bytesOf(signals: LevelSignals, isChecked: boolean): Uint8Array {
  return isChecked
    ? utf8.encode(encodeLevelSignalsChecked(signals))
    : encodeLevelSignalsInUtf8(signals).slice()
}
