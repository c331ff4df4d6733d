import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SessionClock } from '@levels/calendar'
import { openSources, replay, replayEpoch } from '@levels/feed'
import { RangeViolationError } from '@levels/kernel'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeSessionFiles } from '../src/index.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'levels-sim-'))
})
afterEach(() => {
  rmSync(dir, { recursive: true, force: true })
})

const sha256 = (path: string): string =>
  createHash('sha256').update(readFileSync(path)).digest('hex')

describe('session files', () => {
  it('have the same bytes for the same seed, and others for another', () => {
    const write = (name: string, seed: number): string[] => {
      const files = writeSessionFiles({ dir: join(dir, name), seed, durationS: 5 })
      return [sha256(files.depthPath), sha256(files.equityPath)]
    }
    const first = write('a', 7)
    expect(write('b', 7)).toEqual(first)
    expect(write('c', 8)).not.toEqual(first)
  })

  it('are read back whole: every event, none refused', async () => {
    const files = writeSessionFiles({ dir, seed: 7, durationS: 20 })
    const sources = await openSources([files.depthPath, files.equityPath])
    const epochNs = replayEpoch(sources)
    const ignore = (): void => undefined
    const result = await replay({
      sources,
      consumer: { onEvent: ignore, onBoundary: ignore },
      hours: new SessionClock(epochNs),
      epochNs,
    })
    const { FuturesTrade, Depth, StockQuote, StockTrade, OptionTrade } = result.events
    expect(FuturesTrade + Depth).toBe(files.depthRecords)
    expect(StockQuote + StockTrade + OptionTrade).toBe(files.equityEvents)
    expect(Object.values(result.rejects).every((count) => count === 0)).toBe(true)
    expect(result.faults).toEqual([])
    for (const count of Object.values(result.events)) expect(count).toBeGreaterThan(0)
  })

  it('leave nothing half made behind', () => {
    writeSessionFiles({ dir, seed: 7, durationS: 1 })
    expect(readdirSync(dir).sort()).toEqual(['es.mbp-10.dbn', 'spy.ndjson'])
  })

  it('are of a day with a regular session', () => {
    const onChristmas = { dir, seed: 7, tradingYmd: 20_231_225 }
    expect(() => writeSessionFiles(onChristmas)).toThrow(RangeViolationError)
  })
})
