import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { linesOf, makeSession, manifestOf, replayer, temporaryFolder } from './support.ts'
import type { Told } from './support.ts'

const folder = temporaryFolder()
const dir = join(folder, 'run')
let told: Told

// Room for the trigger of one level, where several are in band at every snap that has levels.
beforeAll(async () => {
  const { depthPath, equityPath } = makeSession(join(folder, 'input'), 8, 11)
  const settings = ['--set', 'score.levelCapacity=1', '--hotzone', '687', '--hotzone', '687.1']
  told = await replayer('run', depthPath, equityPath, '--out', dir, ...settings)
})

/** Snaps whose levels are more than one. */
function crowdedSnaps(): number {
  const payloads = linesOf(join(dir, 'signals.ndjson')).map((line) => JSON.parse(line) as unknown)
  return (payloads as { levels: unknown[] }[]).filter(({ levels }) => levels.length > 1).length
}

describe('a run that meets a bound of memory', () => {
  it('says what was left out, in the manifest and on the terminal', () => {
    const losses = manifestOf(dir).capacity_losses ?? {}
    expect(told.code).toBe(0)
    expect(crowdedSnaps()).toBeGreaterThan(10)
    // A level that has just left the band is still remembered.
    expect(losses.level_snaps).toBeGreaterThanOrEqual(crowdedSnaps())
    expect(Object.entries(losses).filter(([, count]) => count > 0)).toHaveLength(1)
    expect(told.out).toContain(
      `Left out by bounded memory: ${losses.level_snaps} snaps with more levels than triggers are remembered for.`,
    )
  })

  it('says so in its report', async () => {
    expect(await replayer('report', dir)).toMatchObject({ code: 0 })
    const html = readFileSync(join(dir, 'report.html'), 'utf8')
    expect(html).toContain('Left out by bounded memory')
    expect(html).toContain('<td>level_snaps</td>')
    expect(html).not.toContain('<td>depth_flows</td>')
  })

  it('is verified with it; a manifest that does not tell is one of an earlier version', async () => {
    const manifest = manifestOf(dir)
    const write = (changed: object): void => {
      writeFileSync(join(dir, 'manifest.json'), JSON.stringify({ ...manifest, ...changed }))
    }
    write({ capacity_losses: { ...manifest.capacity_losses, level_snaps: 1 } })
    expect(await replayer('verify', dir)).toMatchObject({
      code: 1,
      err: expect.stringContaining('capacity_losses.level_snaps: expected 1, was ') as unknown,
    })
    write({ capacity_losses: undefined })
    expect(await replayer('verify', dir)).toMatchObject({ code: 0, err: '' })
    expect(await replayer('report', dir)).toMatchObject({ code: 0 })
  })
})

describe('a run that meets none', () => {
  it('says nothing, and 0 for every bound', async () => {
    const { depthPath } = makeSession(join(folder, 'quiet'), 4)
    const out = join(folder, 'quiet-run')
    const quiet = await replayer('run', depthPath, '--out', out)
    expect(quiet.out).not.toContain('Left out')
    const losses = Object.values(manifestOf(out).capacity_losses ?? {})
    expect(losses.length).toBeGreaterThan(10)
    expect(losses.every((count) => count === 0)).toBe(true)
  })
})
