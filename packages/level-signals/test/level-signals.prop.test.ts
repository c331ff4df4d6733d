import { BarrierEngine } from '@levels/barrier'
import { encodeLevelSignals, encodeLevelSignalsChecked } from '@levels/contracts'
import { FuelEngine } from '@levels/fuel'
import { MarketEvent } from '@levels/kernel'
import type { MarketState } from '@levels/market-state'
import { TapeEngine } from '@levels/tape'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LevelSignalPipeline, resolveConfig } from '../src/index.ts'
import { randomMarket, TOUCHY, withBoundaries } from './random-market.ts'
import { EPOCH_NS } from './test-market.ts'

const config = resolveConfig(TOUCHY)
/** Nightly more markets are tried. */
const EFFORT = process.env.LEVELS_NIGHTLY === '1' ? 8 : 1

/** A pipeline and what it published, as it goes over the bus. */
function recorded(): { pipeline: LevelSignalPipeline; published: string[] } {
  const published: string[] = []
  const pipeline = new LevelSignalPipeline({
    epochNs: EPOCH_NS,
    config,
    onSignals: (signals) => published.push(encodeLevelSignals(signals)),
  })
  return { pipeline, published }
}

function feed(pipeline: LevelSignalPipeline, step: MarketEvent | { boundaryNs: number }): void {
  if (step instanceof MarketEvent) pipeline.onEvent(step)
  else pipeline.onBoundary(step.boundaryNs)
}

const engines = {
  barrier: new BarrierEngine(config.barrier),
  tape: new TapeEngine(config.tape),
  fuel: new FuelEngine(config.fuel),
}

/** Asks for everything a service asks for, and more, at another time than a service would. */
function pull(state: MarketState): void {
  for (const price of [686.9, 687.04, 700]) {
    engines.barrier.computeBarrierState(price, 'SUPPORT', state)
    engines.barrier.computeBarrierState(price, 'RESISTANCE', state)
    engines.tape.computeTapeState(price, state)
    engines.fuel.computeFuelState(price, state)
  }
  engines.fuel.getAllWalls(state)
  state.getSessionLevels()
}

/** How often to ask before each event or boundary, over and over. */
const pullCounts = fc.array(fc.nat(3), { minLength: 1, maxLength: 30 })

describe('every payload', () => {
  it('is what the contract says, to the letter: finite, sorted, in range, every id once', () => {
    fc.assert(
      fc.property(randomMarket(60), (events) => {
        const pipeline = new LevelSignalPipeline({
          epochNs: EPOCH_NS,
          config,
          onSignals: (signals) => {
            expect(encodeLevelSignalsChecked(signals)).toBe(encodeLevelSignals(signals))
          },
        })
        for (const step of withBoundaries(events)) feed(pipeline, step)
      }),
      { numRuns: 60 * EFFORT },
    )
  })

  it('is the same whatever was asked of the state in between', () => {
    fc.assert(
      fc.property(randomMarket(50), pullCounts, (events, pulls) => {
        const quiet = recorded()
        const asked = recorded()
        let at = 0
        for (const step of withBoundaries(events)) {
          feed(quiet.pipeline, step)
          const { state } = asked.pipeline
          for (let count = pulls[at++ % pulls.length] ?? 0; count > 0; count--) {
            // Time may pass up to what comes next, asked or not.
            const nextNs = step instanceof MarketEvent ? step.tsRelNs : step.boundaryNs
            state.advanceTo(Math.max(state.tsRelNs, nextNs - (count > 1 ? 1 : 0)))
            pull(state)
          }
          feed(asked.pipeline, step)
        }
        expect(asked.published).toEqual(quiet.published)
        expect(asked.pipeline.service.snapshot()).toEqual(quiet.pipeline.service.snapshot())
      }),
      { numRuns: 40 * EFFORT },
    )
  })

  it('is the same, byte for byte, after saving and restoring at any point', () => {
    fc.assert(
      fc.property(randomMarket(50), fc.nat(200), (events, cut) => {
        const straight = recorded()
        let resumed = recorded()
        const { published } = resumed
        let count = 0
        for (const step of withBoundaries(events)) {
          if (count++ === cut) {
            const before = resumed.pipeline
            resumed = recorded()
            resumed.pipeline.state.restore(before.state.snapshot())
            resumed.pipeline.service.restore(before.service.snapshot())
            expect(resumed.pipeline.service.snapshot()).toEqual(before.service.snapshot())
          }
          feed(straight.pipeline, step)
          feed(resumed.pipeline, step)
        }
        const all =
          published === resumed.published ? published : [...published, ...resumed.published]
        expect(all).toEqual(straight.published)
        expect(resumed.pipeline.service.snapshot()).toEqual(straight.pipeline.service.snapshot())
        expect(resumed.pipeline.state.snapshot()).toEqual(straight.pipeline.state.snapshot())
      }),
      { numRuns: 30 * EFFORT },
    )
  })
})
