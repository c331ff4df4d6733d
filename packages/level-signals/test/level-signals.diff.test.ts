import type { LevelSignal } from '@levels/contracts'
import { EventKind, MarketEvent } from '@levels/kernel'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { LevelSignalPipeline, resolveConfig } from '../src/index.ts'
import { NaiveService, type NaiveSignal } from './naive-service.ts'
import { randomMarket, TOUCHY, withBoundaries } from './random-market.ts'
import { EPOCH_NS } from './test-market.ts'

const config = resolveConfig(TOUCHY)

/** What both say of a level. */
function sharedOf(level: LevelSignal): NaiveSignal {
  const { id, kind, price, direction, distance, signal, runway } = level
  return {
    ...{ id, kind, price, direction, distance, signal, runway },
    confluence: level.confluence ?? [],
    rawScore: level.breakScoreRaw,
    smoothScore: level.breakScoreSmooth,
    smooth: level.smooth ?? { deltaLiq: 0, replenishmentRatio: 0, velocity: 0, netDealerGamma: 0 },
  }
}

it('universe, merging, direction, smoothing and runway are those of a naive service', () => {
  fc.assert(
    fc.property(randomMarket(60), (events) => {
      const naive = new NaiveService(config)
      const strikes = new Set<number>()
      let refusals = 0
      let sessionYmd: number | null = null
      const pipeline: LevelSignalPipeline = new LevelSignalPipeline({
        epochNs: EPOCH_NS,
        config,
        onSignals: ({ levels }) => {
          expect(levels.map(sharedOf)).toEqual(naive.snap(pipeline.state, strikes))
        },
        onRefused: () => {
          refusals++
        },
      })
      const enterSession = (): void => {
        if (pipeline.state.tradingYmd !== sessionYmd) strikes.clear()
        sessionYmd = pipeline.state.tradingYmd
      }
      for (const step of withBoundaries(events)) {
        if (step instanceof MarketEvent) {
          const refusedBefore = refusals
          pipeline.onEvent(step)
          enterSession()
          const isOption = step.kind === EventKind.OptionTrade && refusals === refusedBefore
          if (isOption) strikes.add(step.strikeMilli / 1_000)
        } else {
          pipeline.state.advanceTo(step.boundaryNs)
          enterSession()
          pipeline.onBoundary(step.boundaryNs)
        }
      }
    }),
    { numRuns: process.env.LEVELS_NIGHTLY === '1' ? 500 : 60 },
  )
})
