import { join } from 'node:path'
import { BARRIER_STATES, FUEL_EFFECTS, SIGNALS } from '@levels/contracts'
import { expect, it } from 'vitest'
import { linesOf, replayer, temporaryFolder } from './support.ts'

interface SeenLevel {
  readonly signal: string
  readonly barrier: { readonly state: string }
  readonly fuel: { readonly effect: string }
  readonly tape: { readonly sweep: { readonly detected: boolean } }
}

it('the demonstration shows every state of a barrier, every signal, sweeps, and dealers of either sign', async () => {
  const out = join(temporaryFolder(), 'demo')
  expect(await replayer('demo', '--out', out)).toMatchObject({ code: 0 })
  const levels = linesOf(join(out, 'signals.ndjson')).flatMap(
    (line) => (JSON.parse(line) as { levels: SeenLevel[] }).levels,
  )
  const seen = (of: (level: SeenLevel) => string): string[] => [...new Set(levels.map(of))].sort()
  expect(seen((level) => level.barrier.state)).toEqual([...BARRIER_STATES].sort())
  expect(seen((level) => level.signal)).toEqual([...SIGNALS].sort())
  expect(seen((level) => level.fuel.effect)).toEqual([...FUEL_EFFECTS].sort())
  expect(levels.some((level) => level.tape.sweep.detected)).toBe(true)
})
