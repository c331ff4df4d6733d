import {
  type DbnMetadata,
  type InstrumentDefinition,
  type InstrumentMapping,
  InstrumentNames,
  type OptionContract,
  parseOsiSymbol,
  type RecordCursor,
} from '@levels/dbn'
import { NS_PER_DAY } from '@levels/kernel'
import { isOutrightFuture, type SymbolGate, SymbolVerdict } from './symbol-gate.ts'

/** What the records of an instrument are to us. */
export const InstrumentRole = {
  Future: 0,
  Equity: 1,
  Option: 2,
  /** Another future than the chosen one. */
  PassedOver: 3,
  Unknown: 4,
  /** A second future where none was chosen. */
  Ambiguous: 5,
} as const
export type InstrumentRole = (typeof InstrumentRole)[keyof typeof InstrumentRole]

export interface Instrument {
  readonly role: InstrumentRole
  /** For people; the id where no symbol is known. */
  readonly symbol: string
  /** Of an option. */
  readonly contract: OptionContract | null
}

/**
 * Tells what each instrument id of a DBN file is, by the file's own metadata, definitions and
 * symbol mappings, and by definitions that came in a file of their own.
 */
export class DbnInstruments {
  readonly #gate: SymbolGate
  readonly #own = new InstrumentNames()
  readonly #definitions: InstrumentNames
  /** The one symbol of a file that maps none. */
  readonly #soleSymbol: string | null
  /** True when an id or a symbol means different things on different days. */
  readonly #isDated: boolean
  #mayChange: boolean
  #day = NaN
  readonly #known = new Map<number, Instrument>()

  /** @param definitions names from definition files of the same dataset */
  constructor(metadata: DbnMetadata, definitions: InstrumentNames, gate: SymbolGate) {
    this.#gate = gate
    this.#definitions = definitions
    this.#own.addMetadata(metadata)
    const [sole, ...others] = metadata.symbols
    const isSole = sole !== undefined && others.length === 0 && metadata.mappings.length === 0
    this.#soleSymbol = isSole ? sole : null
    this.#isDated = isDated(metadata)
    this.#mayChange = this.#isDated
  }

  /** Whether an id may mean something else at a later record. */
  get mayChange(): boolean {
    return this.#mayChange
  }

  addDefinition(definition: InstrumentDefinition): void {
    this.#mayChange = true
    this.#own.addDefinition(definition)
    this.#known.clear()
  }

  addMapping(mapping: InstrumentMapping): void {
    this.#mayChange = true
    this.#own.addMapping(mapping)
    this.#known.clear()
  }

  /** What the record's instrument is, on the record's day. */
  of(record: RecordCursor): Instrument {
    if (this.#isDated) this.#turnTo(record)
    const id = record.instrumentId
    const known = this.#known.get(id)
    if (known !== undefined) return known
    const instrument = this.#resolve(id)
    this.#known.set(id, instrument)
    return instrument
  }

  /** Days since 1970 from the record's event time, whose last bits do not matter here. */
  #turnTo(record: RecordCursor): void {
    const { view, at } = record
    const ns = view.getUint32(at + 12, true) * 2 ** 32 + view.getUint32(at + 8, true)
    const day = Math.floor(ns / NS_PER_DAY)
    if (day === this.#day) return
    this.#day = day
    this.#known.clear()
  }

  #namesOf(id: number): string[] {
    const ymd = this.#isDated ? ymdOfDay(this.#day) : null
    const names = [this.#own.nameOf(id, ymd), this.#definitions.nameOf(id, ymd)]
    const found = names.filter((name) => name !== null)
    return found.length === 0 && this.#soleSymbol !== null ? [this.#soleSymbol] : found
  }

  #resolve(id: number): Instrument {
    const names = this.#namesOf(id)
    const symbol = names[0] ?? `#${id}`
    const { pair, futuresSymbol, isChosen } = this.#gate
    const as = (role: InstrumentRole): Instrument => ({ role, symbol, contract: null })
    if (futuresSymbol !== null && names.includes(futuresSymbol)) return as(InstrumentRole.Future)
    for (const name of names) {
      const contract = parseOsiSymbol(name)
      if (contract === null) continue
      const isOurs = contract.underlying === pair.equity
      const role = isOurs ? InstrumentRole.Option : InstrumentRole.Unknown
      return { role, symbol: name, contract }
    }
    if (names.includes(pair.equity)) return as(InstrumentRole.Equity)
    const outright = names.find((name) => isOutrightFuture(name, pair))
    if (outright !== undefined && !isChosen) {
      const isTaken = this.#gate.ofFuture(outright) === SymbolVerdict.Accept
      if (isTaken) this.#gate.settle(outright)
      const role = isTaken ? InstrumentRole.Future : InstrumentRole.Ambiguous
      return { role, symbol: outright, contract: null }
    }
    // Spreads and options on the future share its root, and are none of our events.
    const isOfRoot = names.some((name) => name.startsWith(pair.futures))
    return as(isOfRoot ? InstrumentRole.PassedOver : InstrumentRole.Unknown)
  }
}

/** The symbols that a file's own metadata gives its instruments, sorted. */
export function ownSymbols(metadata: DbnMetadata): string[] {
  const names = new InstrumentNames()
  names.addMetadata(metadata)
  const symbols = names.symbols()
  return symbols.length > 0 ? symbols : [...metadata.symbols].sort()
}

/** The same, with what definitions of the same instruments say. */
export function symbolsOf(metadata: DbnMetadata, definitions: InstrumentNames): string[] {
  const symbols = new Set(ownSymbols(metadata))
  for (const { rawSymbol, intervals } of metadata.mappings) {
    for (const id of [rawSymbol, ...intervals.map((interval) => interval.symbol)]) {
      const defined = /^\d+$/.test(id) ? definitions.nameOf(Number(id)) : null
      if (defined !== null) symbols.add(defined)
    }
  }
  return [...symbols].sort()
}

function isDated(metadata: DbnMetadata): boolean {
  const symbolOfId = new Map<string, string>()
  for (const { rawSymbol, intervals } of metadata.mappings) {
    const ids = new Set(intervals.map((interval) => interval.symbol))
    if (ids.size > 1) return true
    for (const id of ids) {
      if ((symbolOfId.get(id) ?? rawSymbol) !== rawSymbol) return true
      symbolOfId.set(id, rawSymbol)
    }
  }
  return false
}

function ymdOfDay(day: number): number {
  const date = new Date(day * 86_400_000)
  return date.getUTCFullYear() * 10_000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate()
}
