import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkConservation } from './conservation.ts'
import { readPlainMbp10, type PlainSession } from './plain-dbn.ts'
import { linesOf, makeSession, manifestOf, replayer, temporaryFolder } from './support.ts'

const folder = temporaryFolder()
const dir = join(folder, 'run')
const trace = join(dir, 'flows.ndjson')
let depth: PlainSession
let lines: string[]
let told: Awaited<ReturnType<typeof replayer>>

beforeAll(async () => {
  const { depthPath, equityPath } = makeSession(join(folder, 'input'), 40, 5)
  depth = readPlainMbp10(readFileSync(depthPath))
  told = await replayer('run', depthPath, equityPath, '--out', dir, '--trace-flows', trace)
  lines = linesOf(trace)
})

describe('--trace-flows', () => {
  it('says where the flows are and how many', () => {
    expect(told).toMatchObject({ code: 0 })
    expect(told.out).toContain(`${trace}, ${lines.length.toLocaleString('en-US')} flows`)
  })

  it('writes flows that add up to every displayed size, at every moment', () => {
    const report = checkConservation(lines, depth)
    expect(report.moments).toBeGreaterThan(3_000)
    expect(report.flows).toBe(lines.length)
    expect(report.addedLots).toBeGreaterThan(0)
    expect(report.canceledLots).toBeGreaterThan(0)
  })

  it('fills what was traded, no more, and the manifest counts what matched nothing', () => {
    const { filledLots } = checkConservation(lines, depth)
    const tradedLots = (aggressor: string): number =>
      depth.trades.reduce((sum, { side, size }) => (side === aggressor ? sum + size : sum), 0)
    const filled = filledLots.BID! + filledLots.ASK!
    const unmatched = manifestOf(dir).depth.unmatched_fill_lots!
    expect(filledLots.BID).toBeGreaterThan(0)
    expect(filledLots.BID).toBeLessThanOrEqual(tradedLots('A'))
    expect(filledLots.ASK).toBeLessThanOrEqual(tradedLots('B'))
    // What is left is waiting at the end: trades of the last 250 ms.
    const waiting = tradedLots('A') + tradedLots('B') - filled - unmatched
    const last = depth.trades.at(-1)!.tsEventNs
    const recent = depth.trades.filter(({ tsEventNs }) => last - tsEventNs < 250_000_000n)
    expect(waiting).toBeGreaterThanOrEqual(0)
    expect(waiting).toBeLessThanOrEqual(recent.reduce((sum, { size }) => sum + size, 0))
  })

  it('writes a check that would fail: one lot changed is found', () => {
    const at = lines.findIndex((line) => !line.includes('"added":0'))
    const changed = lines.with(
      at,
      lines[at]!.replace(/"added":(\d+)/, (_, n) => `"added":${+n + 1}`),
    )
    expect(() => checkConservation(changed, depth)).toThrow('displayed')
    expect(() => checkConservation(lines.toSpliced(at, 1), depth)).toThrow('displayed')
  })

  it('may stand in the run’s folder under any name, but not in place of its files', async () => {
    const [file] = manifestOf(dir).sources.map((source) => join(dir, source.path))
    const own = join(folder, 'own')
    const again = ['run', file!, '--out', own, '--to', '2026-03-10T10:00:01-04:00', '--trace-flows']
    expect((await replayer(...again, join(own, 'mine.ndjson'))).code).toBe(0)
    expect((await replayer(...again, join(own, 'mine.ndjson'))).code).toBe(0)
    const taken = await replayer(...again, join(own, 'signals.ndjson'))
    expect(taken).toMatchObject({ code: 2, err: expect.stringContaining('--trace-flows') })
    const missing = join(folder, 'no', 'such', 'folder')
    const nowhere = await replayer('run', file!, '--out', dir, '--trace-flows', missing)
    expect(nowhere).toMatchObject({ code: 2, err: expect.stringContaining('ENOENT') })
    expect(await replayer('verify', dir)).toMatchObject({ code: 0 })
  })
})
