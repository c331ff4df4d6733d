import type { ServiceStatus } from '@levels/contracts'
import { encodeLevelSignals, encodeServiceStatus } from '@levels/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeClientMessage } from '../src/client-message.ts'
import { frameOf, frameWith } from '../src/frame.ts'
import type { ClientMessage, ServerMessage } from '../src/protocol.ts'
import { decodeServerMessage, ERROR_CODES, PROTOCOL_LIMITS } from '../src/protocol.ts'
import { snapOf, STATUS } from './support.ts'

const text = fc.string({ unit: 'binary' })
const ts = fc.maxSafeInteger()
const count = fc.maxSafeNat()
const orNull = <V>(arbitrary: fc.Arbitrary<V>) => fc.option(arbitrary, { nil: null })
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0)
const list = <V>(arbitrary: fc.Arbitrary<V>, length: number) =>
  fc.array(arbitrary, { minLength: length, maxLength: length })

const level = (buckets: number) =>
  fc.subarray(Array.from({ length: buckets }, (_, i) => i)).chain((at) =>
    fc.record({
      id: text,
      kind: fc.constantFrom('VWAP' as const, 'STRIKE' as const),
      at: fc.constant(at),
      price: list(number, at.length),
      score: list(number, at.length),
      signal: list(fc.nat(3), at.length),
    }),
  )

const history = fc.nat(5).chain((buckets) =>
  fc.record({
    type: fc.constant('history' as const),
    id: orNull(count),
    runId: orNull(text),
    bucketMs: fc.integer({ min: 1 }),
    ts: list(ts, buckets),
    spot: list(orNull(number), buckets),
    spotLow: list(orNull(number), buckets),
    spotHigh: list(orNull(number), buckets),
    levels: fc.array(level(buckets), { maxLength: 3 }),
    droppedSnaps: count,
  }),
)

const event = fc.record({
  seq: count,
  ts,
  levelId: text,
  kind: fc.constant('POC' as const),
  direction: fc.constantFrom('SUPPORT' as const, 'RESISTANCE' as const),
  price: number,
  spot: number,
  signal: fc.constantFrom('BREAK' as const, 'NEUTRAL' as const),
  previous: fc.constantFrom('REJECT' as const, 'CONTESTED' as const),
  confidence: fc.constant('HIGH' as const),
  score: number,
})

const run = fc.record({
  runId: text,
  state: fc.constantFrom('complete' as const, 'faulted' as const, 'interrupted' as const),
  reason: orNull(text),
  snapCount: count,
  firstTs: orNull(ts),
  lastTs: orNull(ts),
  digest: text,
})

const busRefusals = fc.record({ count, lastTs: ts, code: text, reason: text })

const plain = fc.oneof(
  fc.record({ type: fc.constant('challenge' as const) }),
  fc.record({
    type: fc.constant('hello' as const),
    protocol: count,
    mode: fc.constantFrom('live' as const, 'replay' as const),
    gatewayId: text,
    instrument: fc.record({ equity: text, future: orNull(text) }),
    snapIntervalMs: fc.integer({ min: 1 }),
    nowTs: ts,
    run: orNull(run),
  }),
  fc.record({
    type: fc.constant('link' as const),
    isConnected: fc.boolean(),
    reason: orNull(text),
    isCatchingUp: fc.boolean(),
    refusedSnaps: orNull(busRefusals),
    refusedStatuses: orNull(busRefusals),
  }),
  history,
  fc.record({
    type: fc.constant('events' as const),
    isReset: fc.boolean(),
    droppedCount: count,
    events: fc.array(event, { maxLength: 3 }),
  }),
  fc.record({
    type: fc.constant('player' as const),
    isPlaying: fc.boolean(),
    speed: number,
    ts: orNull(ts),
    seekId: orNull(count),
    isAtEnd: fc.boolean(),
  }),
  fc.record({ type: fc.constant('beat' as const), nowTs: ts }),
  fc.record({
    type: fc.constant('error' as const),
    code: fc.constantFrom(...ERROR_CODES),
    message: text,
  }),
)

const snapHeader = fc.record({
  type: fc.constant('snap' as const),
  seq: count,
  runId: orNull(text),
  receivedTs: orNull(ts),
  seekId: orNull(count),
  isNarrowed: fc.boolean(),
})

const read = (frame: Uint8Array): ServerMessage => {
  const result = decodeServerMessage(Buffer.from(frame).toString())
  if (!result.ok) throw new Error(result.reason)
  return result.message
}

describe('a message of the gateway', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(plain, (message) => {
        expect(read(frameOf(message))).toEqual(message)
      }),
    )
  })

  it('brings what it carries, whatever its own texts hold', () => {
    const signals = snapOf(1, [{ id: 'L', note: '\n{"type":"beat"}' }])
    fc.assert(
      fc.property(snapHeader, ts, (header, receivedTs) => {
        const payload = Buffer.from(encodeLevelSignals(signals))
        expect(read(frameWith(header, payload))).toEqual({ ...header, signals })
        const status: ServiceStatus = { ...STATUS, reason: { code: 'A\nB', message: '\n' } }
        const bytes = Buffer.from(encodeServiceStatus(status))
        const told = read(frameWith({ type: 'status', receivedTs }, bytes))
        expect(told).toEqual({ type: 'status', receivedTs, status })
      }),
    )
  })

  it('that lacks a field, or has it of another type, is refused and never thrown', () => {
    fc.assert(
      fc.property(plain, fc.nat(), fc.jsonValue(), (message, n, value) => {
        const fields = Object.keys(message)
        const field = fields[n % fields.length]!
        const changed = JSON.stringify({ ...message, [field]: value })
        const result = decodeServerMessage(changed)
        if (result.ok) expect(result.message).toEqual(JSON.parse(changed))
        const without = JSON.stringify({ ...message, [field]: undefined })
        expect(decodeServerMessage(without)).toMatchObject({ ok: false })
      }),
    )
  })

  it('that is any text at all is refused and never thrown', () => {
    const any = fc.oneof(
      text,
      fc.json(),
      fc.json().map((json) => `{"type":"snap"}\n${json}`),
    )
    fc.assert(
      fc.property(any, (given) => {
        expect(decodeServerMessage(given).ok).toBe(false)
      }),
    )
  })

  it.each([
    ['{"type":"later","x":1}', 'type: expected a known one, was "later"', true],
    ['{"type":"toString"}', 'type: expected a known one, was "toString"', true],
    ['{"type":1}', 'type: expected a known one, was 1', false],
    ['{"type":"beat","nowTs":1}\n{}', 'beat: expected one line, was more', false],
    ['{"type":"status","receivedTs":1}', 'status: expected a second line, was none', false],
    [
      '{"type":"history","id":null,"runId":null,"bucketMs":1,"ts":[1],"spot":[],"spotLow":[1],"spotHigh":[1],"levels":[],"droppedSnaps":0}',
      'history: expected columns of equal length',
      false,
    ],
  ])('%s is refused: %s', (given, reason, isUnknown) => {
    expect(decodeServerMessage(given)).toEqual({ ok: false, reason, isUnknown })
  })
})

const { levelIdsMax, speedMin, speedMax } = PROTOCOL_LIMITS

describe('a message of a client', () => {
  const id = fc.string({ minLength: 1, maxLength: 64 })
  const levelIds = orNull(fc.array(id, { maxLength: levelIdsMax }))
  const speed = fc.double({ min: speedMin, max: speedMax, noNaN: true })
  const message: fc.Arbitrary<ClientMessage> = fc.oneof(
    fc.record({ type: fc.constant('auth' as const), token: text }),
    fc.record({ type: fc.constant('subscribe' as const), levelIds }),
    fc.record({
      type: fc.constant('history' as const),
      id: count,
      fromTs: orNull(ts),
      toTs: orNull(ts),
      pointsMax: fc.integer({ min: 10, max: 5000 }),
      levelIds,
    }),
    fc.record({ type: fc.constant('play' as const), speed }, { requiredKeys: ['type'] }),
    fc.record({ type: fc.constant('pause' as const) }),
    fc.record({ type: fc.constant('speed' as const), speed }),
    fc.record({ type: fc.constant('seek' as const), id: count, ts }),
    fc.record({ type: fc.constant('step' as const), snaps: ts }),
  )

  it('is read as it was written, without what is not known', () => {
    fc.assert(
      fc.property(message, (given) => {
        const sent = JSON.stringify({ ...given, later: 1, __proto__: { type: 'auth' } })
        expect(decodeClientMessage(sent)).toEqual({ ok: true, message: given })
      }),
    )
  })

  it('that is any text at all is refused and never thrown', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.json()), (given) => {
        expect(decodeClientMessage(given).ok).toBe(false)
      }),
    )
  })

  it.each([
    { type: 'play', speed: 0 },
    { type: 'play', speed: null },
    { type: 'speed', speed: 1001 },
    { type: 'seek', id: -1, ts: 0 },
    { type: 'seek', id: 1, ts: 0.5 },
    { type: 'step', snaps: '1' },
    { type: 'subscribe', levelIds: [''] },
    { type: 'subscribe', levelIds: Array.from({ length: 65 }, (_, i) => `L${i}`) },
    { type: 'subscribe', levelIds: ['x'.repeat(65)] },
    { type: 'history', id: 1, fromTs: null, toTs: null, pointsMax: 9, levelIds: null },
    { type: 'history', id: 1, fromTs: null, toTs: null, pointsMax: 5001, levelIds: null },
  ])('%j is refused', (given) => {
    expect(decodeClientMessage(JSON.stringify(given))).toMatchObject({ ok: false })
  })
})
