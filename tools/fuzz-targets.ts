// What is fuzzed. A target feeds itself mutated inputs drawn from its seed, and throws on the first
// one that is neither read nor refused by name.
import { fuzzContracts } from '../packages/contracts/test/fuzz-target.ts'
import { fuzzDecoder, fuzzOrderBook } from '../packages/dbn/test/fuzz-target.ts'

/** How many inputs were tried, beside the target's own counts of what came of them. */
interface Outcome {
  readonly runs: number
}

/** Every target by name. */
export const fuzzTargets: Readonly<
  Record<string, (seed: number, runs: number) => Outcome | Promise<Outcome>>
> = {
  contracts: fuzzContracts,
  decoder: fuzzDecoder,
  'order-book': fuzzOrderBook,
}

/** Inputs for each target: together more than 200,000 in the nightly run. */
export const fuzzRuns = { nightly: 70_000, everyTime: 1_000 } as const
