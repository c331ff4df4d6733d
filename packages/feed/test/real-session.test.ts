import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { SessionClock } from '@levels/calendar'
import { EventKind, fromRelNs, NS_PER_MS } from '@levels/kernel'
import { describe, expect, it } from 'vitest'
import { openSources } from '../src/open-source.ts'
import { replay, replayEpoch } from '../src/replay.ts'

const file = join(
  import.meta.dirname,
  '../../../../shared/data/es-mbo/esh4-glbx-mdp3-20231225.mbo.dbn.zst',
)
const isThere = existsSync(file)
if (!isThere) console.log('skipped: the recorded session is not on this machine')

describe.skipIf(!isThere)('the recorded ES session of Christmas evening 2023', () => {
  it('gives its trades, its books and one boundary every 250 ms from the open on', async () => {
    const sources = await openSources([file])
    expect(sources[0]?.info).toMatchObject({
      schema: 'mbo',
      compression: 'zstd',
      symbols: ['ESH4'],
    })
    const epochNs = replayEpoch(sources)
    const boundaries: number[] = []
    const atOpen = Number(BigInt(Date.UTC(2023, 11, 25, 23)) * 1_000_000n - epochNs)
    let lots = 0
    let resyncs = 0
    let beforeOpen = 0
    let firstOpen = Infinity
    let last = -Infinity
    const result = await replay({
      sources,
      epochNs,
      hours: new SessionClock(epochNs),
      consumer: {
        onEvent(event) {
          expect(event.tsRelNs).toBeGreaterThanOrEqual(last)
          last = event.tsRelNs
          if (last < atOpen) beforeOpen++
          else firstOpen = Math.min(firstOpen, last)
          if (event.kind === EventKind.FuturesTrade) lots += event.size
          else if (event.isSnapshot) resyncs++
        },
        onBoundary(tsRelNs) {
          expect(tsRelNs).toBeGreaterThanOrEqual(last)
          boundaries.push(tsRelNs)
        },
      },
    })
    expect(result).toMatchObject({ outcome: 'end', faults: [] })
    expect(Object.values(result.rejects).every((count) => count === 0)).toBe(true)
    expect(result.events.FuturesTrade).toBe(2_973)
    expect(lots).toBe(9_892)
    expect(resyncs).toBe(1)
    expect(beforeOpen).toBeGreaterThan(0)
    const step = 250 * NS_PER_MS
    const expected: number[] = []
    for (let b = Math.ceil(firstOpen / step) * step; b <= last; b += step) expected.push(b)
    expect(boundaries).toEqual(expected)
    expect(
      new Date(Number(fromRelNs(boundaries[0] ?? 0, epochNs) / 1_000_000n)).toISOString(),
    ).toBe('2023-12-25T23:00:00.000Z')
  })
})
