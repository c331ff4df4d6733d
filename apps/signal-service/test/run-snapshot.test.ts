import { createHash } from 'node:crypto'
import { resolveConfig } from '@levels/level-signals'
import { describe, expect, it } from 'vitest'
import { LiveRunner } from '../src/live-runner.ts'
import {
  decodeSnapshot,
  encodeSnapshot,
  SnapshotError,
  type RunSnapshot,
} from '../src/run-snapshot.ts'
import { randomFrom, sessionMessages } from './session.ts'

function snapshotOf(messageCount: number): RunSnapshot {
  const runner = new LiveRunner({
    config: resolveConfig(),
    futuresSymbol: null,
    onSignals: () => undefined,
    onRefused: () => undefined,
  })
  sessionMessages({ seed: 71, durationS: 5 })
    .slice(0, messageCount)
    .forEach(({ subject, text }, i) => runner.take(subject, Buffer.from(text), i + 1))
  runner.advance(Infinity)
  const stream = { name: 'MARKET_DATA', createdAt: '2026-03-10T14:00:00.123456789Z' }
  return {
    run: { runId: 'live-0123456789ab', configSha256: 'c'.repeat(64), stream, startSeq: 1 },
    state: runner.save(),
    signals: { name: 'LEVEL_SIGNALS', createdAt: stream.createdAt, lastSeq: 17 },
    takenAt: '2026-03-10T14:30:00.000Z',
  }
}

const bytesOf = async (snapshot: RunSnapshot): Promise<Uint8Array> =>
  Uint8Array.from(Buffer.concat(await encodeSnapshot(snapshot)))

function codeOf(bytes: Uint8Array): string {
  try {
    decodeSnapshot(bytes)
    return 'accepted'
  } catch (error) {
    if (error instanceof SnapshotError) return error.code
    throw error
  }
}

describe('a snapshot', () => {
  it('comes back as it was taken, also before the first message', async () => {
    for (const count of [0, 1, 400]) {
      const snapshot = snapshotOf(count)
      expect(snapshot.state.market === null).toBe(count === 0)
      expect(decodeSnapshot(await bytesOf(snapshot))).toEqual(snapshot)
    }
  })

  it('is damaged when any byte of it is another, or it was cut', async () => {
    const bytes = await bytesOf(snapshotOf(400))
    const random = randomFrom(73)
    for (let n = 0; n < 300; n++) {
      const at = Math.floor(random() * bytes.length)
      const copy = bytes.slice()
      copy[at]! ^= 1 << Math.floor(random() * 8)
      expect(codeOf(copy)).toBe('DAMAGED')
      expect(codeOf(bytes.subarray(0, at))).toBe('DAMAGED')
    }
    expect(codeOf(new Uint8Array())).toBe('DAMAGED')
    expect(codeOf(bytes)).toBe('accepted')
  })

  const VERSION_AT = 'LEVELS-SNAPSHOT\n'.length
  const HEADER_AT = VERSION_AT + 16
  it.each([
    ['of another version', VERSION_AT],
    ['with a header that is no JSON', HEADER_AT],
  ])('is foreign when it is whole and %s', async (_, at) => {
    const bytes = await bytesOf(snapshotOf(1))
    bytes[at]! += 1
    const body = bytes.subarray(0, -32)
    bytes.set(createHash('sha256').update(body).digest(), body.length)
    expect(codeOf(bytes)).toBe('FOREIGN')
  })

  it('of many megabytes is hashed in turns: what else is due comes between them', async () => {
    const snapshot = snapshotOf(400)
    const marketState = new Uint8Array(8 * 2 ** 20).fill(7)
    const market = { ...snapshot.state.market!, marketState }
    const large = { ...snapshot, state: { ...snapshot.state, market } }
    let turns = 0
    let isDone = false
    const count = (): void => {
      turns++
      if (!isDone) setImmediate(count)
    }
    setImmediate(count)
    const bytes = await bytesOf(large)
    isDone = true
    expect(turns).toBeGreaterThanOrEqual(8)
    const { state } = decodeSnapshot(bytes)
    expect(Buffer.compare(state.market!.marketState, marketState)).toBe(0)
  })
})
