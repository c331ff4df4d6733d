import type { EventKind, EventStamp, StateReader, StateWriter } from '@levels/kernel'
import { ApplyResult } from './apply-result.ts'
import type { Now } from './now.ts'
import { RecentKeys } from './recent-keys.ts'

/** Decides which events are applied, and counts those that are not. */
export class Admission {
  readonly #recentKeys = new RecentKeys()
  #lateCount = 0
  #duplicateCount = 0

  /** Events refused because something newer had been applied. */
  get lateCount(): number {
    return this.#lateCount
  }

  /** Events refused because the same one had been applied. */
  get duplicateCount(): number {
    return this.#duplicateCount
  }

  /** Events applied without a check for duplicates, see `RecentKeys`. */
  get uncheckedCount(): number {
    return this.#recentKeys.uncheckedCount
  }

  /**
   * @param symbol a number that tells the instruments of one kind apart
   * @param now what time had been reached before the event
   */
  admit(event: EventStamp, kind: EventKind, symbol: number, now: Now): ApplyResult {
    if (event.tsRelNs < now.tsRelNs) {
      this.#lateCount++
      return ApplyResult.Late
    }
    if (!this.#recentKeys.admit(event, kind, symbol)) {
      this.#duplicateCount++
      return ApplyResult.Duplicate
    }
    return ApplyResult.Applied
  }

  encode(writer: StateWriter): void {
    writer.number(this.#lateCount).number(this.#duplicateCount)
    this.#recentKeys.encode(writer)
  }

  decode(reader: StateReader): void {
    this.#lateCount = reader.number()
    this.#duplicateCount = reader.number()
    this.#recentKeys.decode(reader)
  }
}
