import type { EventKind, EventStamp, StateReader, StateWriter } from '@levels/kernel'
import { ApplyResult } from './apply-result.ts'
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

  /**
   * @param symbol a number that tells the instruments of one kind apart
   * @param nowRelNs what time had been reached before the event
   */
  admit(event: EventStamp, kind: EventKind, symbol: number, nowRelNs: number): ApplyResult {
    const { tsRelNs, seq } = event
    if (tsRelNs < nowRelNs) {
      this.#lateCount++
      return ApplyResult.Late
    }
    if (!this.#recentKeys.admit(tsRelNs, kind, seq, symbol)) {
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
