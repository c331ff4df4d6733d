import { isDeepStrictEqual } from 'node:util'
import type { AnyCodec } from './codecs.ts'
import { CODECS } from './codecs.ts'
import { MarketScanner, type MarketSubject, Subject } from '../src/index.ts'
import * as samples from './samples.ts'
import { type ScanVerdict, scanVerdict } from './scan-twin.ts'

/** What fuzzing the decoders came to. */
export interface FuzzOutcome {
  readonly runs: number
  readonly accepted: number
  /** Count per reject code. */
  readonly rejected: Record<string, number>
  /** Market messages that the scanner took, valid ones that it left, and those it was sure to be at fault. */
  readonly scanned: { readonly taken: number; readonly left: number; readonly refused: number }
}

/** A number from 0 to below `below`. */
export type Random = (below: number) => number
type Mutation = (text: string, random: Random, corpus: readonly string[]) => string

interface Sample {
  readonly name: string
  readonly value: unknown
  /** Of a market message. */
  readonly subject?: MarketSubject
}

const VALUES: readonly Sample[] = [
  { name: 'stock-trade.v1', value: samples.stockTrade, subject: Subject.StockTrades },
  { name: 'stock-quote.v1', value: samples.stockQuote, subject: Subject.StockQuotes },
  { name: 'option-trade.v1', value: samples.optionTrade, subject: Subject.OptionTrades },
  { name: 'futures-trade.v1', value: samples.futuresTrade, subject: Subject.FuturesTrades },
  { name: 'mbp10.v1', value: samples.mbp10, subject: Subject.FuturesMbp10 },
  { name: 'level-signals.v1', value: samples.levelSignals },
  { name: 'reject.v1', value: samples.reject },
  { name: 'service-status.v1', value: samples.serviceStatus },
]

/**
 * Feeds mutated messages to every decoder.
 *
 * @param seed the same seed gives the same messages
 * @param runs how many messages
 * @throws Error when a decoder throws, or accepts what does not come back the same from its encoder,
 *   or when the scanner of market messages and their decoder do not agree
 */
export function fuzzContracts(seed: number, runs: number): FuzzOutcome {
  const random = randomFrom(seed)
  const targets = VALUES.map(({ name, value, subject }) => {
    const codec = CODECS[name]
    if (codec === undefined) throw new Error(`expected a codec, was none for ${name}`)
    return { codec, text: codec.encode(value), subject }
  })
  const scanner = new MarketScanner()
  const scanned = { taken: 0, left: 0, refused: 0, 'refused, unsure': 0 }
  const corpus = targets.map(({ text }) => text)
  const rejected: Record<string, number> = {}
  let accepted = 0
  for (let run = 0; run < runs; run++) {
    const target = pick(targets, random)
    let text = target.text
    for (let n = random(3); n >= 0; n--) text = pick(MUTATIONS, random)(text, random, corpus)
    const payload = random(2) === 0 ? text : flipped(new TextEncoder().encode(text), random)
    const where = `seed ${seed}, run ${run}`
    const code = verdict(target.codec, payload, where)
    if (target.subject !== undefined) scanned[scan(scanner, target.subject, payload, where)]++
    if (code === null) accepted++
    else rejected[code] = (rejected[code] ?? 0) + 1
  }
  const { taken, left, refused } = scanned
  return { runs, accepted, rejected, scanned: { taken, left, refused } }
}

function scan(
  scanner: MarketScanner,
  subject: MarketSubject,
  payload: string | Uint8Array,
  where: string,
): ScanVerdict {
  try {
    const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload
    return scanVerdict(scanner, subject, bytes)
  } catch (cause) {
    const text = typeof payload === 'string' ? payload : new TextDecoder().decode(payload)
    throw new Error(`${where}: ${String(cause)}\n${text}`, { cause })
  }
}

/** The reject code; null when the payload was accepted and survives a round trip. */
function verdict(codec: AnyCodec, payload: string | Uint8Array, where: string): string | null {
  try {
    const result = codec.decode(payload)
    if (!result.ok) return result.reject.code
    const again = codec.decode(codec.encode(result.value))
    if (!again.ok || !isDeepStrictEqual(again.value, result.value)) {
      throw new Error('expected the same value back, was another')
    }
    return null
  } catch (cause) {
    const text = typeof payload === 'string' ? payload : new TextDecoder().decode(payload)
    throw new Error(`${where}: ${String(cause)}\n${text}`, { cause })
  }
}

/** Mulberry32, seeded: small, and the same everywhere. */
export function randomFrom(seed: number): Random {
  let state = seed | 0
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let x = Math.imul(state ^ (state >>> 15), state | 1)
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61)
    return ((x ^ (x >>> 14)) >>> 0) % below
  }
}

function pick<T>(from: readonly T[], random: Random): T {
  const chosen = from[random(from.length)]
  if (chosen === undefined) throw new Error('expected something to pick from, was nothing')
  return chosen
}

const TOKENS = [
  'null',
  'true',
  'NaN',
  'Infinity',
  '-0',
  '0',
  '-1',
  '1e999',
  '1e-400',
  '1.5',
  '1e18',
  '9007199254740993',
  '9223372036854775808',
  '18446744073709551615',
  '""',
  '"BUY"',
  '"\\ud800"',
  '"1715629300123456789"',
  '[]',
  '{}',
  '[[{}]]',
  '{"__proto__":null}',
]

const KEYS = [
  '__proto__',
  'constructor',
  'toString',
  'ts_event_ns',
  'ts\\u005frecv_ns',
  'price',
  'levels',
  'unknown',
]

/** What is put behind the last digit of a number. */
const TAILS = ['1', '5', '.1', '.25', '00000000000', 'e2', 'e-3', ' ']

/** A value: number, text or word behind a colon, comma or bracket. */
const VALUE = /(?<=[:,[])(?:-?[0-9][0-9.eE+-]*|"(?:[^"\\]|\\.)*"|true|false|null)/g

const MUTATIONS: readonly Mutation[] = [
  (text) => text,
  (text, random) => text.slice(0, random(text.length + 1)),
  (text, random) => spliced(text, random, 1, String.fromCharCode(random(128))),
  (text, random) => spliced(text, random, random(40), ''),
  (text, random) => replaced(text, VALUE, random, () => pick(TOKENS, random)),
  (text, random, corpus) =>
    replaced(text, VALUE, random, () => pick(pick(corpus, random).match(VALUE) ?? [], random)),
  (text, random) => replaced(text, /[0-9]/g, random, () => String(random(10))),
  (text, random) => replaced(text, /(?<=[0-9])(?=[,}])/g, random, () => pick(TAILS, random)),
  (text, random) => replaced(text, /(?<=[{,])(?=")/g, random, () => field(random)),
  (text, random) => replaced(text, /(?<=[{,:])/g, random, () => ' \n\t\r'.slice(random(4))),
  (text, random) => replaced(text, /,?"\w+":[^,{}[\]]+/g, random, () => ''),
  (text, random) => replaced(text, VALUE, random, () => nested(random)),
  (text, random, corpus) => {
    const other = pick(corpus, random)
    return text.slice(0, random(text.length)) + other.slice(random(other.length))
  },
]

function field(random: Random): string {
  return `"${pick(KEYS, random)}":${pick(TOKENS, random)},`
}

function nested(random: Random): string {
  const depth = pick([2, 28, 33, 10_000], random)
  return random(2) === 0
    ? '['.repeat(depth) + ']'.repeat(depth)
    : `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
}

function spliced(text: string, random: Random, length: number, insert: string): string {
  const at = random(text.length + 1)
  return text.slice(0, at) + insert + text.slice(at + length)
}

/** Replaces one of the places that match. */
function replaced(text: string, pattern: RegExp, random: Random, by: () => string): string {
  const places = [...text.matchAll(pattern)]
  if (places.length === 0) return text
  const { index, 0: match } = pick(places, random)
  return text.slice(0, index) + by() + text.slice(index + match.length)
}

/** Flips a bit of one byte, in an eighth of the cases. */
function flipped(bytes: Uint8Array, random: Random): Uint8Array {
  if (bytes.length > 0 && random(8) === 0) {
    const at = random(bytes.length)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8))
  }
  return bytes
}
