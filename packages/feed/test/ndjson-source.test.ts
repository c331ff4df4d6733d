import { gzipSync, zstdCompressSync } from 'node:zlib'
import { SessionClock } from '@levels/calendar'
import { MAX_PAYLOAD_BYTES } from '@levels/contracts'
import { EventKind, NO_SEQ, NS_PER_DAY } from '@levels/kernel'
import { describe, expect, it } from 'vitest'
import { EPOCH_NS, fileOf, OPEN_RELNS as T, record } from './support.ts'

/** A line of NDJSON; times are ns after `T`, and exact on the wire. */
function line(tsNs: number, fields: Record<string, unknown>): string {
  const ts = String(EPOCH_NS + BigInt(T + tsNs))
  const recv = String(EPOCH_NS + BigInt(T + tsNs + 500))
  const rest = JSON.stringify({ source: 'sim', ...fields }).slice(1)
  return `{"ts_event_ns":${ts},"ts_recv_ns":${recv},${rest}`
}

const esTrade = { symbol: 'ESH4', price: 4800.25, size: 2, aggressor: 'BUY' }
const levels = Array.from({ length: 10 }, (_, i) => ({
  bid_px: i < 9 ? 4800 - i * 0.25 : 0,
  bid_sz: i < 9 ? 5 : 0,
  ask_px: 4800.25 + i * 0.25,
  ask_sz: 6,
}))
const option = {
  underlying: 'SPY',
  option_symbol: 'O:SPY240119P00478500',
  exp_date: '2024-01-19',
  strike: 478.5,
  right: 'P',
  price: 1.5,
  size: 10,
}

const day = [
  line(1, esTrade),
  line(2, { symbol: 'ESH4', levels, is_snapshot: true }),
  line(3, { symbol: 'SPY', bid_px: 479.9, ask_px: 480, bid_sz: 300, ask_sz: 0 }),
  line(4, { symbol: 'SPY', price: 479.95, size: 100, seq: 12 }),
  line(5, { ...option, delta: -0.4 }),
]

describe('a file of NDJSON', () => {
  it('gives one event a line, told by its shape', async () => {
    const { events, result, epochNs } = await record([fileOf(day.join('\n'))])
    expect(epochNs).toBe(EPOCH_NS)
    expect(events.map((e) => [e.kind, e.tsRelNs - T])).toEqual([
      [EventKind.FuturesTrade, 1],
      [EventKind.Depth, 2],
      [EventKind.StockQuote, 3],
      [EventKind.StockTrade, 4],
      [EventKind.OptionTrade, 5],
    ])
    const [trade, depth, quote, print, premium] = events
    expect(trade).toMatchObject({ priceTicks: 19_201, size: 2, aggressor: 1, seq: NO_SEQ })
    expect(depth).toMatchObject({ bidCount: 9, askCount: 10, isSnapshot: true })
    expect(quote).toMatchObject({ bidPx: 479.9, askPx: 480, bidSz: 300, askSz: 0 })
    expect(print).toMatchObject({ price: 479.95, size: 100, seq: 12 })
    expect(premium).toMatchObject({ strikeMilli: 478_500, expiryYmd: 20240119, delta: -0.4 })
    expect(premium?.gamma).toBeNaN()
    expect(result.eventCount).toBe(5)
  })

  it('is told by its `subject` first', async () => {
    const subject = 'market.futures.trades'
    const tagged = line(1, { ...esTrade, levels: [], subject })
    const { events } = await record([
      fileOf(`{"subject":"${subject}",${line(0, esTrade).slice(1)}\n${tagged}`),
    ])
    expect(events.map((e) => e.kind)).toEqual([EventKind.FuturesTrade, EventKind.FuturesTrade])
  })

  it('is told by a `subject` with escapes as by one without, and none by its shape that has one', async () => {
    const of = (subject: string) => `{"subject":${subject},${line(0, esTrade).slice(1)}`
    const none = [String.raw`"market.\"x\""`, String.raw`"market\\"`, String.raw`"\x"`, '"']
    const text = [String.raw`"market.futures.tr\u0061des"`, ...none].map(of).join('\n')
    const { events, result } = await record([fileOf(`${text}\n`)])
    expect(events.map((e) => e.kind)).toEqual([EventKind.FuturesTrade])
    expect(result.rejected.map(({ code, path }) => [code, path])).toEqual([
      ['SCHEMA', '$.subject'],
      ['SCHEMA', '$.subject'],
      ['INVALID_JSON', null],
      ['INVALID_JSON', null],
    ])
  })

  it('may have lines longer than a message by the subject at their front', async () => {
    const long = (subject: string, bytes: number): string => {
      const text = line(0, esTrade)
      const pad = 'x'.repeat(bytes - text.length - '"pad":"",'.length)
      return `{"subject":${subject},"pad":"${pad}",${text.slice(1)}`
    }
    const trades = '"market.futures.trades"'
    const other = `"market.${'x'.repeat(20_000)}"`
    const lines = [
      long(trades, MAX_PAYLOAD_BYTES),
      long(trades, MAX_PAYLOAD_BYTES + 1),
      long(other, MAX_PAYLOAD_BYTES),
      long(` ${trades}`, MAX_PAYLOAD_BYTES),
      long(trades, MAX_PAYLOAD_BYTES).slice(0, -1),
    ]
    const { events, result } = await record([fileOf(lines.join('\n'))])
    expect(events).toHaveLength(2)
    expect(result.rejected.map(({ code, line: at }) => [code, at])).toEqual([
      ['TOO_LARGE', 2],
      ['SCHEMA', 3],
    ])
    expect(result.faults).toMatchObject([{ code: 'CORRUPT_INPUT' }])
  })

  it('is read alike when compressed, whatever its name', async () => {
    const text = Array.from({ length: 3_000 }, (_, i) => line(i, esTrade)).join('\n') + '\n'
    const plain = await record([fileOf(text, 'a.dbn')])
    const gzip = await record([fileOf(gzipSync(text), 'a.txt')])
    const members = [gzipSync(text.slice(0, 50_000)), gzipSync(text.slice(50_000))]
    const multi = await record([fileOf(Buffer.concat(members))])
    const zstd = await record([fileOf(zstdCompressSync(text))])
    expect(plain.events).toHaveLength(3_000)
    expect(gzip.events).toEqual(plain.events)
    expect(multi.events).toEqual(plain.events)
    expect(zstd.events).toEqual(plain.events)
  })

  it('loses a bad line and nothing else', async () => {
    const bad = [
      line(1, esTrade),
      'not json',
      '',
      line(2, { ...esTrade, price: 4800.3 }),
      line(3, { ...esTrade, symbol: 'NQH4' }),
      line(4, { ...esTrade, size: 0 }),
      '{"a":1}',
      line(5, { ...esTrade, subject: 'levels.signals' }),
      `{"pad":"${'x'.repeat(1_100_000)}"}`,
      line(6, esTrade),
    ].join('\n')
    const path = fileOf(bad)
    const { events, result } = await record([path])
    expect(events.map((e) => e.tsRelNs - T)).toEqual([1, 6])
    expect(result.rejects).toMatchObject({
      INVALID_JSON: 1,
      OFF_TICK: 1,
      UNKNOWN_SYMBOL: 1,
      SCHEMA: 3,
      TOO_LARGE: 1,
    })
    expect(result.rejected[0]).toEqual({
      code: 'INVALID_JSON',
      file: path,
      byteOffset: line(1, esTrade).length + 1,
      line: 2,
      message: expect.stringMatching(/^expected/) as string,
      path: null,
    })
    expect(result.rejected.map((r) => r.line)).toEqual([2, 4, 5, 6, 7, 8, 9])
    expect(result.outcome).toBe('end')
  })

  it('takes its epoch from the first event with sound times, and refuses what is before it', async () => {
    const at = (eventNs: bigint, recvNs = eventNs): string =>
      line(0, { ...esTrade, symbol: 'ESM4' })
        .replace(/"ts_event_ns":\d+/, `"ts_event_ns":${eventNs}`)
        .replace(/"ts_recv_ns":\d+/, `"ts_recv_ns":${recvNs}`)
    const now = EPOCH_NS + BigInt(T)
    const unsound = [
      ...[1n, 10n ** 9n, 946_684_800n * 10n ** 9n, 4_102_444_800n * 10n ** 9n, 2n ** 63n - 1n].map(
        (ns) => at(ns),
      ),
      at(now, 1n),
      at(now, 2n ** 62n),
      at(now, now - BigInt(365 * NS_PER_DAY)),
      at(now, now + BigInt(365 * NS_PER_DAY)),
    ]
    const { epochNs, events, result } = await record([fileOf([...unsound, ...day].join('\n'))])
    expect(epochNs).toBe(EPOCH_NS)
    expect(events).toEqual((await record([fileOf(day.join('\n'))])).events)
    expect(result.rejects.SCHEMA).toBe(unsound.length)
    expect(result.rejected.map((r) => r.line)).toEqual(unsound.map((_, i) => i + 1))
    for (const only of unsound) {
      const alone = await record([fileOf(only)], { hours: new SessionClock(EPOCH_NS) })
      expect(alone.result).toMatchObject({ outcome: 'end', eventCount: 0, rejects: { SCHEMA: 1 } })
    }
  })

  it('takes one future, and says so where there are two', async () => {
    const two = [line(1, esTrade), line(2, { ...esTrade, symbol: 'ESM4' })].join('\n')
    const path = fileOf(two)
    const chosen = await record([path], { symbol: 'ESM4' })
    expect(chosen.events.map((e) => e.tsRelNs - T)).toEqual([2])
    const { result, events } = await record([path])
    expect(events).toHaveLength(1)
    expect(result.faults[0]).toMatchObject({
      code: 'SYMBOL_REQUIRED',
      byteOffset: line(1, esTrade).length + 1,
      reason: 'expected one future or a choice, was ESH4 and ESM4',
    })
  })

  it.each([
    ['late', 'LATE', line(-60e9, { ...esTrade, symbol: 'ESZ3' })],
    ['of a spread', 'UNKNOWN_SYMBOL', line(4, { ...esTrade, symbol: 'ESH4-ESM4', price: 55.25 })],
    ['off the tick', 'OFF_TICK', line(4, { ...esTrade, symbol: 'ESZ3', price: 4800.3 })],
  ])('chooses no future by a line that is refused: one %s', async (_, code, refused) => {
    const quote = line(3, { symbol: 'SPY', bid_px: 479.9, ask_px: 480, bid_sz: 3, ask_sz: 1 })
    const rest = [4, 5, 6].map((ns) => line(ns, esTrade))
    const { events, result } = await record([fileOf([quote, refused, ...rest].join('\n'))])
    expect(events).toEqual((await record([fileOf([quote, ...rest].join('\n'))])).events)
    expect(events).toHaveLength(4)
    expect(result).toMatchObject({ outcome: 'end', rejects: { [code]: 1 } })
    expect(result.rejected).toMatchObject([{ code, line: 2 }])
  })

  it('passes a spread by wherever it comes, and needs no choice for it', async () => {
    const spread = line(2, { ...esTrade, symbol: 'ESH4-ESM4', price: 55.25 })
    const { events, result } = await record([fileOf([...day, spread].join('\n'))])
    expect(events).toHaveLength(day.length)
    expect(result).toMatchObject({ outcome: 'end', rejects: { UNKNOWN_SYMBOL: 1 } })
  })

  it('begins with the first line that is taken: what one of another instrument says makes nothing late', async () => {
    const ahead = line(600e9, { ...esTrade, symbol: 'NQH4' })
    const { events, result, epochNs } = await record([fileOf([ahead, ...day].join('\n'))])
    expect(epochNs).toBe(EPOCH_NS)
    expect(events).toEqual((await record([fileOf(day.join('\n'))])).events)
    expect(result.rejects).toMatchObject({ UNKNOWN_SYMBOL: 1, LATE: 0 })
  })

  it('does not begin with a line that is no UTF-8, which is refused', async () => {
    const earlier = line(-2 * NS_PER_DAY, { ...esTrade, note: '#' })
    const bytes = Buffer.from([earlier, ...day].join('\n'))
    bytes[bytes.indexOf('#')] = 0xff
    const { epochNs, result } = await record([fileOf(bytes)])
    expect(epochNs).toBe(EPOCH_NS)
    expect(result).toMatchObject({ eventCount: 5, rejects: { INVALID_JSON: 1 } })
  })

  it('that was cut off inside its last line is at fault there', async () => {
    const text = [line(1, esTrade), line(2, esTrade)].join('\n')
    const whole = await record([fileOf(text)])
    expect(whole.result.outcome).toBe('end')
    const { result, events } = await record([fileOf(text.slice(0, -1))])
    expect(events).toHaveLength(1)
    expect(result.faults[0]).toMatchObject({
      code: 'CORRUPT_INPUT',
      byteOffset: line(1, esTrade).length + 1,
    })
  })

  it('that is compressed and damaged gives what is before the damage', async () => {
    let seed = 1
    const text = Array.from({ length: 5_000 }, (_, i) => {
      seed = (seed * 48_271) % 2_147_483_647
      return line(i, { ...esTrade, size: seed })
    }).join('\n')
    for (const bytes of [gzipSync(text), zstdCompressSync(text)]) {
      const half = await record([fileOf(bytes.subarray(0, bytes.length >> 1))])
      expect(half.events.length).toBeGreaterThan(1_000)
      expect(half.result.faults[0]).toMatchObject({ code: 'CORRUPT_INPUT' })
      expect(half.result.faults[0]?.byteOffset).toBeLessThanOrEqual(bytes.length >> 1)
    }
  })

  it('keeps the first refused messages of a kind only, and counts them all', async () => {
    const { result } = await record([fileOf(line(1, esTrade) + '\n' + 'x\n'.repeat(100))])
    expect(result.rejects.INVALID_JSON).toBe(100)
    expect(result.rejected).toHaveLength(20)
  })

  it('gives the same whether its lines are scanned or read in full', async () => {
    // A line that begins with a blank does not begin with its subject, and is read in full.
    const named = day.map((text, i) => {
      const kinds = ['futures.trades', 'futures.mbp10', 'stocks.quotes', 'stocks.trades']
      return `{"subject":"market.${kinds[i] ?? 'options.trades'}",${text.slice(1)}`
    })
    let seed = 1
    const below = (count: number) => (seed = (seed * 48_271) % 2_147_483_647) % count
    const damaged = Array.from({ length: 3_000 }, (_, i) => {
      const text = named[i % named.length]!
      const at = below(text.length)
      const by = String.fromCharCode(32 + below(95)).repeat(below(2))
      return below(2) === 0 ? text : text.slice(0, at) + by + text.slice(at + 1)
    })
    // No damaged symbol ends the run, and no damaged time makes the others late.
    const options = { symbol: 'ESH4', latenessNs: 120e9 }
    const scanned = await record([fileOf(damaged.join('\n'))], options)
    const full = await record([fileOf(damaged.map((text) => ` ${text}`).join('\n'))], options)
    expect(scanned.events.length).toBeGreaterThan(1_500)
    expect(full.events).toEqual(scanned.events)
    expect(full.result.rejects).toEqual(scanned.result.rejects)
    expect(full.result.rejected.map(({ code, line: at, path }) => [code, at, path])).toEqual(
      scanned.result.rejected.map(({ code, line: at, path }) => [code, at, path]),
    )
  })
})
