// Messages that must be refused, each with the code that it is refused with.
import type { RejectCode } from '@levels/contracts'
import type { FeedMessage } from './session.ts'

export interface BadMessage {
  readonly what: string
  readonly subject: string
  readonly data: Uint8Array
  readonly code: RejectCode
}

type Fields = Record<string, unknown>
type Random = () => number

const utf8 = new TextEncoder()
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  'market.stocks.trades': ['symbol', 'price', 'size'],
  'market.stocks.quotes': ['symbol', 'bid_px', 'ask_px', 'bid_sz', 'ask_sz'],
  'market.options.trades': ['underlying', 'option_symbol', 'exp_date', 'strike', 'right', 'price'],
  'market.futures.trades': ['symbol', 'price', 'size', 'aggressor'],
  'market.futures.mbp10': ['symbol', 'levels'],
}
const STAMP = ['ts_event_ns', 'ts_recv_ns', 'source']
const SYMBOL: Readonly<Record<string, string>> = { 'market.options.trades': 'underlying' }

/** Times that no run takes: 1970, 2000, 2007-01-31, 2099-12-01, 2100, 2262; Unix ns. */
export const UNKNOWN_TIMES: readonly string[] = [
  ...['0', '1', '1000000000', '946684800000000000', '1170287999999999999'],
  ...['4099766400000000000', '4102444800000000000', '9223372036854775807'],
]
/** Nothing is wrong with it but that others came before. */
export const FAR_FROM_THE_RUN = 'far from the run'

/** The same message with both times replaced. */
export function stampedAt(text: string, ns: string): string {
  return replaced(replaced(text, 'ts_event_ns', ns), 'ts_recv_ns', ns)
}

/** The one field with a text or number in it replaced, all else as written. */
function replaced(text: string, name: string, by: string): string {
  const value = String.raw`"(?:[^"\\]|\\.)*"|\[[^]*?\](?=[,}])|[^,}\]]+`
  const pattern = new RegExp(`("${name}":)(?:${value})`)
  if (!pattern.test(text)) throw new Error(`expected ${name} in ${text.slice(0, 200)}`)
  return text.replace(pattern, (_, key: string) => `${key}${by}`)
}

function without(text: string, name: string): string {
  return replaced(text, name, '@@')
    .replace(new RegExp(`"${name}":@@,?`), '')
    .replace(',}', '}')
}

/** Every way to spoil a message that is known, some of them at a seeded place. */
export function spoiled({ subject, text }: FeedMessage, random: Random): BadMessage[] {
  const bad: BadMessage[] = []
  const add = (what: string, code: RejectCode, data: string | Uint8Array): void => {
    bad.push({ what, subject, code, data: typeof data === 'string' ? utf8.encode(data) : data })
  }
  const names = [...(REQUIRED[subject] ?? []), ...STAMP]
  add('nothing', 'INVALID_JSON', '')
  add('cut off', 'INVALID_JSON', text.slice(0, 1 + Math.floor(random() * (text.length - 1))))
  add('two at once', 'INVALID_JSON', text + text)
  add('not UTF-8', 'INVALID_JSON', Uint8Array.from([0xff, 0xfe, ...utf8.encode(text)]))
  add('a byte order mark', 'INVALID_JSON', `\ufeff${text}`)
  for (const other of ['null', '[]', '"text"', '7', 'true', `[${text}]`])
    add(other, 'SCHEMA', other)
  for (const name of names) {
    add(`without ${name}`, 'SCHEMA', without(text, name))
    add(`${name} from a prototype`, 'SCHEMA', inPrototype(text, name))
    for (const value of ['null', 'true', '{}', '[[]]']) {
      add(`${name} ${value}`, 'SCHEMA', replaced(text, name, value))
    }
    for (const value of ['NaN', 'Infinity', '-Infinity', 'undefined', '0x10', '01']) {
      add(`${name} ${value}`, 'INVALID_JSON', replaced(text, name, value))
    }
  }
  for (const value of ['"17"', '1.5', '-1', '99999999999999999999', '1e18']) {
    if (value !== '"17"')
      add(`ts_event_ns ${value}`, 'SCHEMA', replaced(text, 'ts_event_ns', value))
    add(
      `seq ${value}`,
      'SCHEMA',
      `${text.slice(0, -1)},"seq":${value}}`.replace(/"seq":[^,]*,/, ''),
    )
  }
  add('source unknown', 'SCHEMA', replaced(text, 'source', '"somewhere"'))
  add(FAR_FROM_THE_RUN, 'SCHEMA', stampedAt(text, '1262304000000000000'))
  add('in the future', 'SCHEMA', replaced(text, 'ts_recv_ns', '1773000000000000000'))
  add('in the far past', 'SCHEMA', replaced(text, 'ts_event_ns', '1262304000000000000'))
  for (const ns of UNKNOWN_TIMES) {
    add(`happened at ${ns}`, 'SCHEMA', replaced(text, 'ts_event_ns', ns))
    add(`captured at ${ns}`, 'SCHEMA', replaced(text, 'ts_recv_ns', ns))
    add(`at ${ns}`, 'SCHEMA', stampedAt(text, ns))
  }
  add('deep', 'TOO_LARGE', `${text.slice(0, -1)},"x":${'['.repeat(10_000)}${']'.repeat(10_000)}}`)
  add('wide', 'TOO_LARGE', `${text.slice(0, -1)},"x":"${'x'.repeat(5 * 2 ** 20)}"}`)
  const symbol = SYMBOL[subject] ?? 'symbol'
  for (const value of ['""', '7', '["ESH6"]']) {
    add(`${symbol} ${value}`, 'SCHEMA', replaced(text, symbol, value))
  }
  if (subject !== 'market.options.trades') {
    add('unknown symbol', 'UNKNOWN_SYMBOL', replaced(text, 'symbol', '"QQQ"'))
  }
  for (const each of OF_SUBJECT[subject] ?? []) add(...each(text))
  return bad
}

function inPrototype(text: string, name: string): string {
  const value = JSON.stringify((JSON.parse(text) as Fields)[name])
  return `${without(text, name).slice(0, -1)},"__proto__":{"${name}":${value}}}`
}

type Spoil = (text: string) => [what: string, code: RejectCode, text: string]

const number = (name: string, value: string, code: RejectCode = 'SCHEMA'): Spoil => {
  return (text) => [`${name} ${value}`, code, replaced(text, name, value)]
}

/** A depth message with its levels changed. */
const levels = (what: string, code: RejectCode, change: (levels: Fields[]) => unknown): Spoil => {
  return (text) => {
    const parsed = (JSON.parse(text) as { levels: Fields[] }).levels
    const changed = change(parsed) ?? parsed
    const at = text.indexOf('"levels":') + '"levels":'.length
    const end = text.indexOf(']', at) + 1
    return [what, code, `${text.slice(0, at)}${JSON.stringify(changed)}${text.slice(end)}`]
  }
}

const prices = (name: string): Spoil[] => ['0', '-1', '"12"', '1e400'].map((v) => number(name, v))
const sizes = (name: string): Spoil[] => ['-1', '1.5', '1e10', '"3"'].map((v) => number(name, v))

const OF_SUBJECT: Readonly<Record<string, readonly Spoil[]>> = {
  'market.stocks.trades': [...prices('price'), ...sizes('size'), number('size', '0')],
  'market.stocks.quotes': [
    ...prices('bid_px'),
    ...prices('ask_px'),
    ...sizes('bid_sz'),
    ...sizes('ask_sz'),
  ],
  'market.options.trades': [
    ...prices('price'),
    ...prices('strike'),
    ...sizes('size'),
    number('size', '0'),
    number('right', '"X"'),
    number('right', '"c"'),
    number('exp_date', '"2026-02-30"'),
    number('exp_date', '"16-12-2025"'),
    number('option_symbol', '"SPY"'),
    number('aggressor', '"BUYER"'),
    number('aggressor', '7'),
  ],
  'market.futures.trades': [
    ...prices('price'),
    ...sizes('size'),
    number('size', '0'),
    number('price', '6000.1', 'OFF_TICK'),
    number('aggressor', '"buy"'),
    number('aggressor', '2'),
    number('aggressor', '"1"'),
  ],
  'market.futures.mbp10': [
    levels('nine levels', 'SCHEMA', (all) => all.slice(0, 9)),
    levels('eleven levels', 'SCHEMA', (all) => [...all, all[9]]),
    levels('no level', 'SCHEMA', () => []),
    levels('a level null', 'SCHEMA', (all) => [...all.slice(0, 9), null]),
    levels('levels of another kind', 'SCHEMA', () => ({ length: 10 })),
    levels('bids that rise', 'SCHEMA', (all) => void (all[3]!.bid_px = 100_000)),
    levels('asks that fall', 'SCHEMA', (all) => void (all[3]!.ask_px = 1)),
    levels('a price below zero', 'SCHEMA', (all) => void (all[0]!.bid_px = -1)),
    levels('a size below zero', 'SCHEMA', (all) => void (all[0]!.bid_sz = -1)),
    levels('a size of a half', 'SCHEMA', (all) => void (all[0]!.ask_sz = 0.5)),
    levels('a price off the grid', 'OFF_TICK', (all) => void (all[0]!.bid_px = 6000.1)),
    levels('a size as text', 'SCHEMA', (all) => void (all[0]!.bid_sz = '5')),
    (text) => ['is_snapshot 1', 'SCHEMA', `${text.slice(0, -1)},"is_snapshot":1}`],
  ],
}
