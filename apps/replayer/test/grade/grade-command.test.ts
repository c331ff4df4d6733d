import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { DifficultyJson, GradesJson } from '../../src/grade/grades.ts'
import { replayer, startReplayer, temporaryFolder, type Told } from '../support.ts'

/** A few instances of everything, at the clear difficulty. */
const FEW = ['--instances', '3', '--seed', '2000000', '--difficulty', 'clear']

const folder = temporaryFolder()
let told: Told
let json: GradesJson
let clear: DifficultyJson

beforeAll(async () => {
  const out = join(folder, 'all')
  told = await replayer('grade', ...FEW, '--threads', '0', '--out', out)
  json = JSON.parse(readFileSync(join(out, 'grade.json'), 'utf8')) as GradesJson
  clear = json.difficulties.clear!
})

describe('grading', () => {
  it('plays every scenario as often as it was asked to', () => {
    expect(told.code).toBe(0)
    expect(clear.instances).toBe(3 * 12)
    expect(Object.values(clear.scenarios).map(({ instances }) => instances)).toEqual(
      Array.from({ length: 12 }, () => 3),
    )
    expect(clear.states.counts.map((row) => row.reduce((sum, count) => sum + count))).toEqual(
      Array.from({ length: 6 }, () => 3),
    )
  })

  it('finds most of what is clear: sweeps, signs of fuel, and states that flows tell', () => {
    expect(clear.sweeps).toMatchObject({ cases: 9 })
    expect(clear.sweeps.recall).toBeGreaterThanOrEqual(0.9)
    expect(clear.fuel).toMatchObject({ cases: 9 })
    expect(clear.fuel.accuracy).toBeGreaterThanOrEqual(0.9)
    const { classes, counts } = clear.states
    const found = ['VACUUM', 'WALL', 'ABSORPTION', 'CONSUMED', 'WEAK'].map((state) => {
      const at = classes.findIndex(({ label }) => label === state)
      return counts[at]![at]!
    })
    expect(found.reduce((sum, count) => sum + count)).toBeGreaterThanOrEqual(12) // of 15
  })

  it('raises no alarm of a sweep that the tape does not have', () => {
    const { sweeps } = clear
    expect(sweeps.false_alarms_by_rule).toBe(sweeps.false_alarms)
    expect(sweeps.idle_alarms_by_rule).toBe(sweeps.idle_alarms)
  })

  it('says what it was made from', () => {
    expect(json).toMatchObject({
      schema: 'levels.grade.v1',
      seeds: { from: 2_000_000, instances: 3 },
    })
    expect(json.config_sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(Object.keys(json.versions)).toContain('@levels/barrier')
  })

  it('prints the grades, the goals and what to know of the rules', () => {
    expect(told.out).toContain('clear: 36 instances')
    expect(told.out).toMatch(/macro-F1 of the six states +0\.\d{3} +goal 0\.900/)
    expect(told.out).toContain('the rule takes ticks of the zone beyond the best price')
  })

  it('writes a report of the same numbers', () => {
    const html = readFileSync(join(folder, 'all', 'grade.html'), 'utf8')
    expect(html).toContain('<title>Grades of the engines</title>')
    const macroF1 = clear.states.macro_f1!.toFixed(3)
    expect(html).toContain(`Barrier states, clear: macro-F1 ${macroF1}`)
  })

  it('gives the same bytes on several threads', async () => {
    const some = [...FEW, '--scenario', 'sweep', 'dealer-short']
    const [here, threads] = [join(folder, 'here'), join(folder, 'threads')]
    await replayer('grade', ...some, '--threads', '0', '--out', here)
    const started = startReplayer(['grade', ...some, '--threads', '2', '--out', threads])
    const { code, err } = await started.ended
    expect(code, err).toBe(0)
    for (const file of ['grade.json', 'grade.html']) {
      expect(readFileSync(join(threads, file), 'utf8')).toBe(readFileSync(join(here, file), 'utf8'))
    }
  })

  it('refuses what cannot be played', async () => {
    expect(await replayer('grade', '--scenario', 'nothing')).toMatchObject({ code: 2 })
    expect(await replayer('grade', '--instances', '0')).toMatchObject({ code: 2 })
    expect(await replayer('grade', '--threads', '1.5')).toMatchObject({ code: 2 })
  })
})
