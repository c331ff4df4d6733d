import { describe, expect, it } from 'vitest'
import {
  decodeFuturesTrade,
  decodeReject,
  decodeServiceStatus,
  encodeReject,
  encodeServiceStatus,
  makeReject,
} from '../src/index.ts'
import { reject, serviceStatus } from './samples.ts'

describe('a reject', () => {
  it('reports a refusal with what was refused', () => {
    const payload = '{"price":4821.3}'
    const result = decodeFuturesTrade(payload)
    if (result.ok) throw new Error('expected a refusal')
    const refused = { ts: 17, subject: 'market.futures.trades', streamSeq: null, payload }
    expect(makeReject(refused, result.reject)).toEqual({
      ts: 17,
      subject: 'market.futures.trades',
      code: 'SCHEMA',
      message: 'expected integer nanoseconds, was missing',
      path: '$.ts_event_ns',
      streamSeq: null,
      payload,
    })
  })

  it('survives the wire, nulls and all', () => {
    expect(decodeReject(encodeReject(reject))).toEqual({ ok: true, value: reject })
    const bare = { ...reject, path: null, streamSeq: null, payload: null }
    expect(encodeReject(bare)).toContain('"path":null,"stream_seq":null,"payload":null')
    expect(decodeReject(encodeReject(bare))).toEqual({ ok: true, value: bare })
  })

  describe('shows the first 4 KiB of a payload', () => {
    const refusal = { code: 'SCHEMA', message: 'expected x, was y', path: null } as const
    const shownOf = (payload: string | Uint8Array) =>
      makeReject({ ts: 0, subject: 's', streamSeq: 1, payload }, refusal).payload
    const utf8 = (text: string) => new TextEncoder().encode(text)

    it('whole when it is short', () => {
      expect(shownOf('€')).toBe('€')
      expect(shownOf(utf8('€'))).toBe('€')
      expect(shownOf('')).toBe('')
    })

    it('cut between characters, alike for text and bytes', () => {
      const long = `a${'€'.repeat(2_000)}`
      const shown = `a${'€'.repeat(1_365)}`
      expect(utf8(shown)).toHaveLength(4_096)
      expect(shownOf(long)).toBe(shown)
      expect(shownOf(utf8(long))).toBe(shown)
      expect(shownOf(utf8(`aa${long}`))).toBe(`aaa${'€'.repeat(1_364)}`)
    })

    it('as null when it is not UTF-8', () => {
      expect(shownOf(Uint8Array.of(0xff, 0x41))).toBeNull()
      expect(shownOf(utf8('€').subarray(0, 2))).toBeNull()
    })
  })
})

describe('a service status', () => {
  it('survives the wire, with subjects, codes and packages as they are called', () => {
    const text = encodeServiceStatus(serviceStatus)
    expect(decodeServiceStatus(text)).toEqual({ ok: true, value: serviceStatus })
    expect(text).toContain('"rejects":{"OFF_TICK":1}')
    expect(text).toContain('"last_event_ts":1715629300001')
  })

  it('has nulls before there is anything to say', () => {
    const fresh = {
      ...serviceStatus,
      state: 'STARTING',
      reason: null,
      lastEventTs: null,
      lagMs: null,
      snapshotAgeS: null,
      events: {},
      rejects: {},
    } as const
    expect(decodeServiceStatus(encodeServiceStatus(fresh))).toEqual({ ok: true, value: fresh })
  })

  it('counts under known names only', () => {
    const text = encodeServiceStatus(serviceStatus)
    expect(decodeServiceStatus(text.replace('OFF_TICK', 'OFF_TRACK'))).toMatchObject({
      reject: { code: 'SCHEMA', path: '$.rejects.OFF_TRACK' },
    })
    expect(decodeServiceStatus(text.replace('"rejects":{', '"rejects":{"__proto__":{},'))).toEqual({
      ok: true,
      value: serviceStatus,
    })
  })
})
