import type { RejectCode } from '@levels/contracts'
import { describe, expect, it } from 'vitest'
import { REORDER_CAPACITY, SymbolVerdict } from '@levels/feed'
import { resolveConfig } from '@levels/level-signals'
import { LiveRunner } from '../src/live-runner.ts'
import type { SignalPayload } from '../src/signal-payload.ts'
import type { RefusedMessage } from '../src/refused-message.ts'
import { stampedAt, UNKNOWN_TIMES } from './bad-messages.ts'
import type { RunState } from '../src/run-state.ts'
import {
  interleaved,
  randomFrom,
  repeated,
  replayed,
  sessionMessages,
  shuffled,
  withPause,
  type FeedMessage,
} from './session.ts'

const session = sessionMessages({ seed: 3, durationS: 20 })
const config = resolveConfig()
const utf8 = new TextEncoder()

interface Told {
  readonly payloads: SignalPayload[]
  readonly refused: RefusedMessage[]
}

function makeRunner(told: Told, from?: RunState): LiveRunner {
  return new LiveRunner({
    config,
    futuresSymbol: null,
    onSignals: (payload) => told.payloads.push(payload),
    onRefused: (refused) => told.refused.push(refused),
    ...(from === undefined ? {} : { from }),
  })
}

function textsOf({ payloads }: Told): string[] {
  return payloads.map(({ data }) => new TextDecoder().decode(data))
}

/** Gives a runner every message and, at the end, the boundaries up to the last event. */
function runAll(messages: readonly FeedMessage[]): Told & { runner: LiveRunner } {
  const told: Told = { payloads: [], refused: [] }
  const runner = makeRunner(told)
  messages.forEach(({ subject, text }, i) => {
    runner.take(subject, utf8.encode(text), i + 1)
    if (i % 7 === 0) expect(runner.advance(Infinity)).toBe(true)
  })
  finish(runner)
  return { ...told, runner }
}

/** A file ends with the last boundary not after its last event: so far a lull has to go. */
function finish(runner: LiveRunner): void {
  runner.advance(Infinity)
  while (runner.lullBoundaryRelNs <= runner.newestRelNs) runner.passLull()
}

describe('LiveRunner', () => {
  it('gives what a replay of the same messages gives, byte for byte', async () => {
    const twin = await replayed(session)
    expect(twin.payloads.length).toBeGreaterThan(70)
    expect(textsOf(runAll(session))).toEqual(twin.payloads)
  })

  it('gives the same when messages come out of order within the lateness', async () => {
    const messages = shuffled(session, 5, 450_000_000)
    expect(messages).not.toEqual(session)
    expect(textsOf(runAll(messages))).toEqual((await replayed(session)).payloads)
  })

  it('gives the same when messages come twice, and refuses the second', async () => {
    const messages = repeated(session, 5, 0.1)
    const { refused, runner, ...told } = runAll(messages)
    expect(textsOf({ ...told, refused })).toEqual((await replayed(session)).payloads)
    const again = messages.length - session.length
    expect(again).toBeGreaterThan(100)
    expect(refused.map(({ code }) => code)).toEqual(Array(again).fill('DUPLICATE'))
    expect(runner.counts.rejects.DUPLICATE).toBe(again)
    // It names the place of the second of the two: the first one was applied.
    for (const { streamSeq, subject } of refused) {
      expect(messages.slice(0, streamSeq - 1)).toContain(messages[streamSeq - 1])
      expect(subject).toBe(messages[streamSeq - 1]!.subject)
    }
  })

  it('gives the same when subjects are interleaved differently', async () => {
    const byNs = { 'market.futures.mbp10': 200_000_000, 'market.stocks.quotes': -200_000_000 }
    const messages = interleaved(session, byNs)
    expect(messages).not.toEqual(session)
    expect(textsOf(runAll(messages))).toEqual((await replayed(session)).payloads)
  })

  it('refuses what comes later than the lateness, as a replay does', async () => {
    const messages = [...session]
    const [early] = messages.splice(500, 1)
    messages.splice(1_500, 0, early!)
    const { refused, ...told } = runAll(messages)
    const twin = await replayed(messages)
    expect(textsOf({ ...told, refused })).toEqual(twin.payloads)
    expect(twin.rejects.LATE).toBe(1)
    expect(refused).toMatchObject([{ streamSeq: 1_501, code: 'LATE' }])
  })

  it('gives no more payloads at a time than can be taken, and the rest later', () => {
    const told: Told = { payloads: [], refused: [] }
    const runner = makeRunner(told)
    session.forEach(({ subject, text }, i) => runner.take(subject, utf8.encode(text), i + 1))
    expect(runner.advance(0)).toBe(false)
    expect(told.payloads).toHaveLength(0)
    expect(runner.advance(3)).toBe(false)
    expect(told.payloads).toHaveLength(3)
    while (!runner.advance(10)) expect(told.payloads.length % 10).toBe(3)
    finish(runner)
    expect(textsOf(told)).toEqual(textsOf(runAll(session)))
  })

  it('passes boundaries in a lull, marks them, and gives the same as without', () => {
    const told: Told = { payloads: [], refused: [] }
    const runner = makeRunner(told)
    const pauseAt = 1_200
    session.forEach(({ subject, text }, i) => {
      runner.take(subject, utf8.encode(text), i + 1)
      runner.advance(Infinity)
      if (i + 1 !== pauseAt) return
      // What is still to come is younger than this: a lull must not go further.
      const nextNs = session[pauseAt]!.tsEventNs
      while (BigInt(runner.lullBoundaryMs) * 1_000_000n < nextNs) runner.passLull()
    })
    finish(runner)
    expect(textsOf(told)).toEqual(textsOf(runAll(session)))
    const marks = told.payloads.filter(({ lullSeq }) => lullSeq === pauseAt)
    expect(marks.length).toBeGreaterThan(1)
  })

  it('refuses what is older than a boundary that a lull has passed', () => {
    const told: Told = { payloads: [], refused: [] }
    const runner = makeRunner(told)
    const half = session.slice(0, 1_000)
    half.forEach(({ subject, text }, i) => runner.take(subject, utf8.encode(text), i + 1))
    runner.advance(Infinity)
    for (let n = 0; n < 8; n++) runner.passLull()
    const lastMs = told.payloads.at(-1)!.boundaryMs
    const late = session.slice(1_000).filter((m) => m.tsEventNs <= BigInt(lastMs) * 1_000_000n)
    expect(late.length).toBeGreaterThan(10)
    late.forEach(({ subject, text }, i) => runner.take(subject, utf8.encode(text), 1_001 + i))
    expect(told.refused.map(({ code }) => code)).toEqual(late.map(() => 'LATE'))
  })

  it('passes the boundary behind a single message that nothing follows', () => {
    const told: Told = { payloads: [], refused: [] }
    const runner = makeRunner(told)
    expect(runner.lullBoundaryRelNs).toBe(Infinity)
    const [first] = session
    runner.take(first!.subject, utf8.encode(first!.text), 1)
    expect(runner.advance(Infinity)).toBe(true)
    const boundaryMs = Math.ceil(Number(first!.tsEventNs / 1_000_000n) / 250) * 250
    expect(runner.lullBoundaryMs).toBe(boundaryMs)
    runner.passLull()
    runner.passLull()
    expect(told.payloads.map(({ boundaryMs: ms }) => ms)).toEqual([boundaryMs, boundaryMs + 250])
  })

  it('goes on from a saved state, wherever it was saved, as if it had not stopped', () => {
    const whole = runAll(repeated(shuffled(session, 8, 400_000_000), 8, 0.05))
    const messages = repeated(shuffled(session, 8, 400_000_000), 8, 0.05)
    const random = randomFrom(21)
    const told: Told = { payloads: [], refused: [] }
    let runner = makeRunner(told)
    for (let i = 0; i < messages.length; i++) {
      runner.take(messages[i]!.subject, utf8.encode(messages[i]!.text), i + 1)
      if (random() < 0.1) runner.advance(Infinity)
      if (random() > 0.02) continue
      runner.advance(Infinity)
      const state = runner.save()
      expect(state.coveredSeq).toBe(i + 1)
      runner = makeRunner(told, state)
      // What waited is read again from the stream; all of what lies there is given.
      for (let seq = state.rereadSeq; seq <= state.coveredSeq; seq++) {
        runner.take(messages[seq - 1]!.subject, utf8.encode(messages[seq - 1]!.text), seq)
      }
    }
    finish(runner)
    expect(textsOf(told)).toEqual(textsOf(whole))
    expect(runner.counts).toEqual(whole.runner.counts)
    expect(told.refused.map(({ streamSeq }) => streamSeq)).toEqual(
      whole.refused.map(({ streamSeq }) => streamSeq),
    )
    expect(runner.save()).toEqual(whole.runner.save())
  })

  it('saves into the same memory each time: a state that is kept is copied', () => {
    const { runner } = runAll(session)
    const first = runner.save().market!
    const copy = first.marketState.slice()
    const again = runner.save().market!
    expect(again.marketState.buffer).toBe(first.marketState.buffer)
    expect(again.levelSignals.buffer).toBe(first.levelSignals.buffer)
    expect(again.marketState).toEqual(copy)
  })

  it('saves and goes on before the first readable message', () => {
    const told: Told = { payloads: [], refused: [] }
    const first = makeRunner(told)
    first.take('market.futures.trades', utf8.encode('{'), 1)
    const runner = makeRunner(told, first.save())
    expect(runner.counts.rejects.INVALID_JSON).toBe(1)
    session.forEach(({ subject, text }, i) => runner.take(subject, utf8.encode(text), i + 2))
    finish(runner)
    expect(textsOf(told)).toEqual(textsOf(runAll(session)))
  })

  it('begins with the first message whose times are sound, as a replay does', async () => {
    const nowNs = String(session[0]!.tsEventNs)
    const trade = session.find(({ subject }) => subject === 'market.futures.trades')!
    // None of these sets the epoch, or chooses their future.
    const text = trade.text.replace('ESH6', 'ESM6')
    const unsound = [
      ...UNKNOWN_TIMES.map((ns) => stampedAt(text, ns)),
      ...UNKNOWN_TIMES.map((ns) => stampedAt(text, nowNs).replace(nowNs, ns)),
      ...UNKNOWN_TIMES.map((ns) => text.replace(/"ts_recv_ns":\d+/, `"ts_recv_ns":${ns}`)),
      // Known times, and half a century between them.
      text.replace(/"ts_recv_ns":\d+/, '"ts_recv_ns":1262304000000000000'),
      text.replace(/"ts_recv_ns":\d+/, '"ts_recv_ns":3976214400000000000'),
    ].map((spoiled) => ({ ...trade, text: spoiled }))
    const messages = [...unsound, ...session]
    const { refused, runner, ...told } = runAll(messages)
    const twin = await replayed(messages)
    expect(twin.payloads).toEqual((await replayed(session)).payloads)
    expect(textsOf({ ...told, refused })).toEqual(twin.payloads)
    expect(runner.counts.rejects).toEqual(twin.rejects)
    expect(twin.rejects.SCHEMA).toBe(unsound.length)
    expect(refused.map(({ streamSeq }) => streamSeq)).toEqual(unsound.map((_, i) => i + 1))
    expect(refused[1]!.explain()).toEqual({
      code: 'SCHEMA',
      message: 'expected a time from February 2007 to November 2099, was 1',
      path: '$.ts_event_ns',
      verdict: SymbolVerdict.Accept,
      symbol: null,
    })
    expect(refused.at(-1)!.explain().message).toBe(
      'expected an event time within 104 days before the capture',
    )
  })

  it('chooses no future by a message that it refuses, and begins with none, as a replay does', async () => {
    const quote = session.find(({ subject }) => subject === 'market.stocks.quotes')!
    const trade = session.find(({ subject }) => subject === 'market.futures.trades')!
    const depth = session.find(({ subject }) => subject === 'market.futures.mbp10')!
    const of = (message: FeedMessage, symbol: string, byS = 0): FeedMessage => {
      const [shifted] = withPause([message], 0, byS)
      return { ...message, text: shifted!.text.replace('ESH6', symbol) }
    }
    const late = [quote, of(trade, 'ESZ5', -60), of(depth, 'ESZ5', -60)]
    const spread = { ...trade, text: trade.text.replace(/"price":[\d.]+/, '"price":55.25') }
    const refusedFirst: readonly (readonly [FeedMessage[], RejectCode[]])[] = [
      [late, ['LATE', 'LATE']],
      [
        [of(spread, 'ESH6-ESM6'), of(depth, 'ESH6 C6000')],
        ['UNKNOWN_SYMBOL', 'UNKNOWN_SYMBOL'],
      ],
      // Ahead of all others, and none of theirs: they are not late for it.
      [
        [of(trade, 'NQH6', 600), of(spread, 'ESH6-ESM6', 600)],
        ['UNKNOWN_SYMBOL', 'UNKNOWN_SYMBOL'],
      ],
      [
        [...late, of(spread, 'ESH6-ESM6', 600), ...late.slice(1)],
        ['LATE', 'LATE', 'UNKNOWN_SYMBOL', 'LATE', 'LATE'],
      ],
    ]
    for (const [before, codes] of refusedFirst) {
      const taken = before.filter((message) => message === quote)
      const messages = [...before, ...session.filter((message) => message !== quote)]
      const { refused, runner, ...told } = runAll(messages)
      const twin = await replayed(messages)
      expect(refused.map(({ code }) => code)).toEqual(codes)
      expect(runner.save().futuresSymbol).toBe('ESH6')
      expect(runner.counts.rejects).toEqual(twin.rejects)
      expect(textsOf({ ...told, refused })).toEqual(twin.payloads)
      const without = session.filter((message) => message !== quote)
      expect(twin.payloads).toEqual((await replayed([...taken, ...without])).payloads)
    }
  })

  it('chooses no future by a message for which there was no room', () => {
    const told: Told = { payloads: [], refused: [] }
    const runner = makeRunner(told)
    const quote = session.find(({ subject }) => subject === 'market.stocks.quotes')!
    const trade = session.find(({ subject }) => subject === 'market.futures.trades')!
    const data = utf8.encode(quote.text.replace(/,?"seq":\d+/, ''))
    for (let seq = 1; seq <= REORDER_CAPACITY; seq++) runner.take(quote.subject, data, seq)
    const june = utf8.encode(trade.text.replace('ESH6', 'ESM6'))
    runner.take(trade.subject, june, REORDER_CAPACITY + 1)
    expect(told.refused.map(({ code }) => code)).toEqual(['TOO_LARGE'])
    const [later] = withPause([trade], 0, 1)
    runner.passLull()
    expect(runner.save().futuresSymbol).toBe(null)
    runner.take(later!.subject, utf8.encode(later!.text), REORDER_CAPACITY + 2)
    expect(told.refused).toHaveLength(1)
    expect(runner.save().futuresSymbol).toBe('ESH6')
  })

  it('takes the future it saw first, refuses another, and remembers it', () => {
    const told: Told = { payloads: [], refused: [] }
    const other = session.filter(({ subject }) => subject === 'market.futures.mbp10').slice(0, 5)
    let runner = makeRunner(told)
    session.slice(0, 50).forEach(({ subject, text }, i) => {
      runner.take(subject, utf8.encode(text), i + 1)
    })
    runner = makeRunner(told, runner.save())
    other.forEach(({ subject, text }, i) => {
      runner.take(subject, utf8.encode(text.replace('ESH6', 'ESM6')), 51 + i)
    })
    expect(told.refused.map(({ code }) => code)).toEqual(other.map(() => 'UNKNOWN_SYMBOL'))
  })
})
