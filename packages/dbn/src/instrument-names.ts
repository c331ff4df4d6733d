import type { InstrumentDefinition, InstrumentMapping } from './definitions.ts'
import type { DbnMetadata } from './metadata.ts'

interface Name {
  readonly startYmd: number
  /** Exclusive. */
  readonly endYmd: number
  readonly symbol: string
}

const FOREVER = 99_991_231

/**
 * What instrument ids mean, on which day. Ids of some venues are given anew every day, so a name
 * without a day may be of another instrument.
 */
export class InstrumentNames {
  readonly #names = new Map<number, Name[]>()

  /** Takes the mappings whose output symbology is instrument ids, as requests give them. */
  addMetadata(metadata: DbnMetadata): void {
    for (const { rawSymbol, intervals } of metadata.mappings) {
      for (const { startYmd, endYmd, symbol } of intervals) {
        if (metadata.stypeOut === 'instrument_id' && /^\d{1,10}$/.test(symbol)) {
          this.#add(Number(symbol), { startYmd, endYmd, symbol: rawSymbol })
        } else if (metadata.stypeIn === 'instrument_id' && /^\d{1,10}$/.test(rawSymbol)) {
          this.#add(Number(rawSymbol), { startYmd, endYmd, symbol })
        }
      }
    }
  }

  /** A definition names its instrument until another one does, and rules over the metadata. */
  addDefinition({ instrumentId, rawSymbol }: InstrumentDefinition): void {
    this.#add(instrumentId, { startYmd: 0, endYmd: FOREVER, symbol: rawSymbol })
  }

  /** The mapping of a live capture: its output symbol is the raw one. */
  addMapping({ instrumentId, stypeInSymbol, stypeOutSymbol }: InstrumentMapping): void {
    const symbol = stypeOutSymbol === '' ? stypeInSymbol : stypeOutSymbol
    this.#add(instrumentId, { startYmd: 0, endYmd: FOREVER, symbol })
  }

  /**
   * @param ymd the UTC date of the record, `yyyymmdd`; null: the latest name, whatever the day
   * @returns null when nothing named the instrument
   */
  nameOf(instrumentId: number, ymd: number | null = null): string | null {
    const names = this.#names.get(instrumentId) ?? []
    for (let i = names.length - 1; i >= 0; i--) {
      const name = names[i]
      if (name !== undefined && (ymd === null || (name.startYmd <= ymd && ymd < name.endYmd))) {
        return name.symbol
      }
    }
    return null
  }

  /** All symbols, sorted. */
  symbols(): string[] {
    const all = new Set<string>()
    for (const names of this.#names.values()) for (const { symbol } of names) all.add(symbol)
    return [...all].sort()
  }

  #add(instrumentId: number, name: Name): void {
    const names = this.#names.get(instrumentId)
    if (names === undefined) this.#names.set(instrumentId, [name])
    else if (names.at(-1)?.symbol !== name.symbol || names.at(-1)?.endYmd !== name.endYmd) {
      names.push(name)
    }
  }
}
