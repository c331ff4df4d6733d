import { StateReader, StateWriter } from '@levels/kernel'

/** A piece of the market state that can be saved. */
export interface Saved {
  encode(writer: StateWriter): void
  decode(reader: StateReader): void
}

/** The bytes a piece saves: two states are equal when these are. */
export function savedBytes(piece: Saved): Uint8Array {
  const writer = new StateWriter('TEST', 1)
  piece.encode(writer)
  return writer.finish()
}

/** Brings a fresh piece to the state of another by saving and restoring. */
export function restoreInto<T extends Saved>(fresh: T, from: Saved): T {
  const reader = new StateReader(savedBytes(from), 'TEST', 1)
  fresh.decode(reader)
  reader.end()
  return fresh
}
