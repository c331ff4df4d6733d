// Fuzzes the decoders and the order book outside the test suite, for as long as one likes:
// npm run fuzz -- [--seed N] [--runs N] [TARGET…]
import { parseArgs } from 'node:util'
import { fuzzRuns, fuzzTargets } from './fuzz-targets.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: `${fuzzRuns.nightly}` },
  },
})
const seed = Number(values.seed)
const runs = Number(values.runs)
const known = Object.keys(fuzzTargets)
if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(runs) || runs < 1) {
  console.error(`expected whole numbers, was --seed ${values.seed} --runs ${values.runs}`)
  process.exit(2)
}
const unknown = positionals.filter((name) => !known.includes(name))
if (unknown.length > 0) {
  console.error(`expected targets out of ${known.join(', ')}, was ${unknown.join(', ')}`)
  process.exit(2)
}
for (const [name, target] of Object.entries(fuzzTargets)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  const startedAt = performance.now()
  console.log(`${name}: seed ${seed}`)
  console.log(`  ${JSON.stringify(await target(seed, runs))}`)
  console.log(`  in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
}
