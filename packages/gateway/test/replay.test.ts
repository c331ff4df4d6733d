import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LevelSignals } from '@levels/contracts'
import { encodeLevelSignals } from '@levels/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createGateway, replaySource } from '../src/index.ts'
import { levelOf, metric, snapOf, startReplay, T, temporaryFolder } from './support.ts'
import { TestClient, writeRun } from './support.ts'

const folder = temporaryFolder()
const textOf = (snap: LevelSignals): string => encodeLevelSignals(snap)

/** Snaps of very different length, some of whose texts take more bytes than characters. */
const snaps = Array.from({ length: 200 }, (_, n) =>
  snapOf(n, [
    { id: 'VWAP', kind: 'VWAP', signal: n % 50 === 7 ? 'BREAK' : 'NEUTRAL' },
    ...(n % 3 === 0 ? [{ id: 'STRIKE_687', note: 'ß€𝄞'.repeat(n + 1) }] : []),
  ]),
)
const lines = snaps.map(textOf)
const run = writeRun(join(folder, 'run'), lines)
const lastTs = snaps.at(-1)!.ts

/** The payload of the newest snap that a client was given, as it came. */
const payloadOf = (client: TestClient): string => {
  const text = client.texts.findLast((each) => each.startsWith('{"type":"snap"'))!
  return text.slice(text.indexOf('\n') + 1)
}

describe('a client of a run', () => {
  it('is given the run, its first snap, its whole history and every change of a signal', async () => {
    const client = await new TestClient(await startReplay(run)).greeted()
    const types = client.messages.map(({ type }) => type)
    expect(types).toEqual(['hello', 'player', 'snap', 'history', 'events'])
    const [hello, player, snap, history, events] = client.messages
    expect(hello).toMatchObject({
      mode: 'replay',
      instrument: { equity: 'SPY', future: 'ESH6' },
      run: { runId: '2026-03-10-0a1b2c3d', state: 'complete', snapCount: 200, firstTs: T, lastTs },
    })
    expect(player).toMatchObject({ isPlaying: false, ts: T, isAtEnd: false, seekId: null })
    expect(snap).toMatchObject({ seq: 0, signals: snaps[0], receivedTs: null })
    expect(history).toMatchObject({ bucketMs: 250, ts: snaps.map(({ ts }) => ts) })
    const seqs = [7, 8, 57, 58, 107, 108, 157, 158]
    expect(events).toMatchObject({ events: seqs.map((n) => ({ ts: T + n * 250 })) })
  })

  it('seeks to any moment and gets the line of the file', async () => {
    const client = await new TestClient(await startReplay(run)).greeted()
    const moment = fc.integer({ min: T - 1000, max: lastTs + 1000 })
    let id = 0
    await fc.assert(
      fc.asyncProperty(moment, async (ts) => {
        client.send({ type: 'seek', id: ++id, ts })
        const { seq } = await client.next('snap', ({ seekId }) => seekId === id)
        const expected = Math.max(
          0,
          snaps.findLastIndex((snap) => snap.ts <= ts),
        )
        expect(seq).toBe(expected)
        expect(payloadOf(client)).toBe(lines[expected])
      }),
      { numRuns: 60 },
    )
  })

  it('that drags is answered for the newest of its seeks', async () => {
    const client = await new TestClient(await startReplay(run)).greeted()
    for (let id = 1; id <= 100; id++) client.send({ type: 'seek', id, ts: T + id * 250 })
    const { signals } = await client.next('snap', ({ seekId }) => seekId === 100)
    expect(signals).toEqual(snaps[100])
    const player = client.messages.findLast(({ type }) => type === 'player')
    expect(player).toMatchObject({ seekId: 100, ts: T + 25_000, isPlaying: false })
  })

  it('that goes to the end while playing is shown the last snap, and has come to its end', async () => {
    const client = await new TestClient(await startReplay(run)).greeted()
    client.send({ type: 'play', speed: 1 })
    await client.next('player', ({ isPlaying }) => isPlaying)
    client.send({ type: 'seek', id: 1, ts: lastTs })
    expect(await client.next('player')).toMatchObject({
      isPlaying: false,
      isAtEnd: true,
      seekId: 1,
    })
    expect(await client.next('snap', ({ seekId }) => seekId === 1)).toMatchObject({ seq: 199 })
    // Playing goes on from the beginning, and nothing was refused on the way.
    client.send({ type: 'play', speed: 1 })
    expect(await client.next('snap')).toMatchObject({ seq: 0 })
    expect(client.messages.filter(({ type }) => type === 'error')).toEqual([])
  })

  it('steps on and back, no further than the ends', async () => {
    const client = await new TestClient(await startReplay(run)).greeted()
    const walk: [by: number, to: number][] = [
      [3, 3],
      [-1, 2],
      [-9, 0],
      [500, 199],
      [-199, 0],
    ]
    for (const [by, to] of walk) {
      client.send({ type: 'step', snaps: by })
      expect(await client.next('snap')).toMatchObject({ seq: to })
    }
  })

  it('plays to the end, in order, and from the beginning again', async () => {
    const client = await new TestClient(await startReplay(run)).greeted()
    client.send({ type: 'play', speed: 200 })
    expect(await client.next('player')).toMatchObject({ isPlaying: true, speed: 200 })
    expect(await client.next('player', ({ isPlaying }) => !isPlaying)).toMatchObject({
      isAtEnd: true,
      ts: lastTs,
    })
    await client.next('snap', ({ seq }) => seq === 199)
    const played = client.messages.flatMap((message) =>
      message.type === 'snap' ? message.seq : [],
    )
    expect(played.length).toBeGreaterThan(2)
    expect(played).toEqual([...played].sort((a, b) => a - b))
    client.send({ type: 'play' })
    const { seq } = await client.next('snap')
    expect(seq).toBe(0)
    client.send({ type: 'pause' })
    expect(await client.next('player', ({ isPlaying }) => !isPlaying)).toMatchObject({ speed: 200 })
  })

  it('does not wait through a night', async () => {
    const dir = writeRun(join(folder, 'night'), [snapOf(0), snapOf(300_000)].map(textOf))
    const client = await new TestClient(await startReplay(dir)).greeted()
    client.send({ type: 'play', speed: 1 })
    expect(await client.next('snap')).toMatchObject({ seq: 1 })
  })

  it('has a position, a speed and a choice of levels of its own', async () => {
    const gateway = await startReplay(run)
    const [one, other] = [new TestClient(gateway), new TestClient(gateway)]
    await one.greeted()
    await other.greeted()
    one.send({ type: 'subscribe', levelIds: ['STRIKE_687'] })
    one.send({ type: 'seek', id: 1, ts: T + 30 * 250 })
    const { signals } = await one.next('snap', ({ seekId }) => seekId === 1)
    expect(signals).toEqual({ ...snaps[30], levels: [snaps[30]!.levels[1]] })
    other.send({ type: 'step', snaps: 1 })
    expect(await other.next('snap')).toMatchObject({ seq: 1, seekId: null, signals: snaps[1] })
  })

  it('asks for a part of the history, in as many points as it can draw', async () => {
    const client = await new TestClient(await startReplay(run)).greeted()
    const [fromTs, toTs, levelIds] = [T + 10_000, T + 40_000, ['STRIKE_687']]
    client.send({ type: 'history', id: 9, fromTs, toTs, pointsMax: 40, levelIds })
    const history = await client.next('history')
    expect(history).toMatchObject({ id: 9, bucketMs: 1000 })
    expect(history.ts.length).toBe(31)
    expect(history.levels.map(({ id }) => id)).toEqual(['STRIKE_687'])
  })
})

describe('a run', () => {
  it('without snaps shows nothing and stays open', async () => {
    const client = await new TestClient(
      await startReplay(writeRun(join(folder, 'none'), [])),
    ).greeted()
    client.send({ type: 'play' })
    expect(await client.next('player')).toMatchObject({ isPlaying: false, ts: null, isAtEnd: true })
    client.send({ type: 'seek', id: 1, ts: T })
    client.send({ type: 'step', snaps: 1 })
    await client.next('player')
    expect(client.messages.map(({ type }) => type)).not.toContain('snap')
  })

  it('tells that it is not complete, and which future it follows', async () => {
    const fields = { state: 'interrupted', reason: 'stopped by the user', symbol: 'ESM6' }
    const dir = writeRun(join(folder, 'stopped'), lines.slice(0, 3), fields)
    const client = await new TestClient(await startReplay(dir)).greeted()
    expect(client.messages[0]).toMatchObject({
      instrument: { future: 'ESM6' },
      run: { state: 'interrupted', reason: 'stopped by the user', snapCount: 3 },
    })
  })

  it('that is written over while it is open is no longer shown, and the client is told', async () => {
    const dir = writeRun(join(folder, 'changed'), lines)
    const client = await new TestClient(await startReplay(dir)).greeted()
    // In the middle of a line: what is left of it begins as it did.
    const before = lines
      .slice(0, 100)
      .reduce((bytes, line) => bytes + Buffer.byteLength(line) + 1, 0)
    truncateSync(join(dir, 'signals.ndjson'), before + 100)
    client.send({ type: 'seek', id: 1, ts: snaps[100]!.ts })
    expect(await client.next('error')).toMatchObject({
      code: 'RUN_CHANGED',
      message: 'the run: expected the signals that were opened, was others',
    })
    client.send({ type: 'seek', id: 2, ts: T })
    expect(await client.next('snap')).toMatchObject({ seekId: 2, signals: snaps[0] })
  })

  it('that is written over with lines as long as before is noticed too', async () => {
    const dir = writeRun(join(folder, 'alike'), lines)
    const client = await new TestClient(await startReplay(dir)).greeted()
    const path = join(dir, 'signals.ndjson')
    const text = readFileSync(path, 'utf8')
    const changed = text.replaceAll('"spot":687.1', '"spot":999.1')
    expect(Buffer.byteLength(changed)).toBe(Buffer.byteLength(text))
    writeFileSync(path, changed)
    client.send({ type: 'seek', id: 1, ts: lastTs })
    expect(await client.next('error')).toMatchObject({ code: 'RUN_CHANGED' })
    writeFileSync(path, text)
    client.send({ type: 'seek', id: 2, ts: lastTs })
    expect(await client.next('snap')).toMatchObject({ seekId: 2, signals: snaps.at(-1) })
  })

  const open = (dir: string) => createGateway({ source: replaySource(dir) })
  const fault = async (name: string, given: readonly string[], fields = {}): Promise<string> => {
    const dir = writeRun(join(folder, name), given, fields)
    const error = await open(dir).then(
      () => new Error('expected a fault, was none'),
      (reason: unknown) => reason as Error,
    )
    expect(error).toMatchObject({ code: 'RUN_DAMAGED' })
    return error.message.replace(dir, '')
  }

  it('that is not there, or not finished, is told', async () => {
    const path = join(folder, 'nowhere', 'manifest.json')
    await expect(open(join(folder, 'nowhere'))).rejects.toMatchObject({
      code: 'RUN_UNREADABLE',
      message: `${path}: expected the manifest of a finished run, there was none`,
    })
  })

  it('whose lines are no snaps, or not in order, is refused with the line', async () => {
    const [first, second] = lines as [string, string]
    expect(await fault('order', [second, first])).toBe(
      '/signals.ndjson: line 2: expected a later boundary than in the line before',
    )
    expect(await fault('twice', [first, second, second])).toContain('line 3: expected a later')
    const level = { ...levelOf({ id: 'L' }), signal: 'MAYBE' }
    const odd = JSON.stringify({ ts: 1, spy: { spot: 1 }, levels: [level] })
    expect(await fault('odd', [odd])).toContain('line 1: levels[0]: break_score_smooth: expected')
    expect(await fault('bare', ['{"ts":1}'])).toContain('line 1: spy: expected prices, was missing')
    const long = JSON.stringify({ ...JSON.parse(first), note: 'x'.repeat(3_000_000) })
    expect(await fault('long', [long])).toContain('line 1: expected at most 1048576 bytes')
  })

  it('that is not what its manifest says is refused', async () => {
    const digest = '0'.repeat(64)
    expect(await fault('digest', lines, { digest })).toContain(`SHA-256 ${digest}, was 200 with`)
    expect(await fault('count', lines, { snaps: 201 })).toContain('expected 201 snaps')
    expect(await fault('schema', lines, { schema: 'levels.run.v2' })).toContain(
      '/manifest.json: schema: expected "levels.run.v1", was "levels.run.v2"',
    )
    const dir = writeRun(join(folder, 'cut'), lines)
    const path = join(dir, 'signals.ndjson')
    writeFileSync(path, readFileSync(path).subarray(0, -1))
    await expect(open(dir)).rejects.toThrow('line 200: expected a line feed at its end, was none')
  })

  it('tells how far opening it is', async () => {
    const told: number[] = []
    const source = replaySource(run, { onProgress: ({ byteCount }) => told.push(byteCount) })
    const gateway = await createGateway({ source })
    await gateway.close()
    expect(told.at(-1)).toBe(readFileSync(join(run, 'signals.ndjson')).length)
  })

  it('is counted', async () => {
    const gateway = await startReplay(run)
    expect(await metric(gateway, 'history_snaps')).toBe(200)
    expect(await metric(gateway, 'seek_seconds_count')).toBe(0)
  })
})
