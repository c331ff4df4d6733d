import { RangeViolationError } from '@levels/kernel'
import { DIFFICULTIES, type Difficulty } from '../label.ts'
import { Random } from '../random.ts'
import type { Play } from './scenario-agent.ts'
import { isScenarioName, SCENARIO_NAMES } from './scenarios.ts'

/** What a playlist is asked for by: a scenario's name, or all of them in turn at random. */
export const ALL = 'all'

/**
 * Plays without end: one scenario again and again, or all by chance; at supports and resistances
 * by chance.
 *
 * @param name of a scenario, or `ALL`
 * @param difficulty of all; null: by chance
 * @throws RangeViolationError for another name
 */
export function playlist(
  name: string,
  options: { readonly seed: number; readonly difficulty: Difficulty | null },
): Iterable<Play> {
  if (name !== ALL && !isScenarioName(name)) {
    const known = [...SCENARIO_NAMES, ALL].join(', ')
    throw new RangeViolationError(`expected one of ${known} as scenario, was ${name}`)
  }
  return plays(name === ALL ? SCENARIO_NAMES : [name], options)
}

const STREAM = 99

function* plays(
  names: readonly Play['scenario'][],
  { seed, difficulty }: { readonly seed: number; readonly difficulty: Difficulty | null },
): Generator<Play> {
  const random = new Random(seed, STREAM)
  const [first] = names
  if (first === undefined) return
  for (;;) {
    yield {
      scenario: names[random.below(names.length)] ?? first,
      difficulty: difficulty ?? DIFFICULTIES[random.below(DIFFICULTIES.length)] ?? 'clear',
      direction: random.chance(0.5) ? 'SUPPORT' : 'RESISTANCE',
    }
  }
}
