import { BOOK_SLOTS, NS_PER_MS, NS_PER_S, Side } from '@levels/kernel'
import type { DepthEvent } from '@levels/kernel'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { DepthState } from '../src/depth-state.ts'
import type { DepthConfig } from '../src/depth-state.ts'
import { createZoneReading } from '../src/depth-zone.ts'
import {
  areCompared,
  isVisible,
  levelsOf,
  NaiveDepth,
  recordingObserver,
  SIDES,
} from './naive-depth.ts'
import type { Flow } from './naive-depth.ts'
import { randomMarket } from './random-market.ts'
import type { Step } from './random-market.ts'
import { restoreInto, savedBytes } from './saved-state.ts'

const config: DepthConfig = {
  flowWindowNs: 20 * NS_PER_S,
  flowCapacity: 1_024,
  fillMatchNs: 250 * NS_PER_MS,
  baselineWindowNs: 90 * NS_PER_S,
  baselineMinSamples: 2,
  baselinePercentile: 0.2,
  historyCapacity: 16,
}

interface Machine {
  applyDepth(event: DepthEvent): void
  applyTrade: DepthState['applyTrade']
  advanceTo(tsRelNs: number): void
  sampleBaseline(tsRelNs: number): void
}

function perform(machine: Machine, step: Step): void {
  if (step.kind === 'depth') machine.applyDepth(step.event)
  else if (step.kind === 'trade') machine.applyTrade(step.event)
  else if (step.kind === 'sample') machine.sampleBaseline(step.tsRelNs)
  else machine.advanceTo(step.tsRelNs)
}

const sorted = (flows: readonly Flow[]) =>
  flows.toSorted((a, b) => a.tsRelNs - b.tsRelNs || a.side - b.side || a.tick - b.tick)

const zone = fc.record({
  side: fc.constantFrom(...SIDES),
  centerHalfTicks: fc.integer({ min: 1_900, max: 2_100 }),
  below: fc.nat(12),
  above: fc.nat(12),
})

it('gives what lists and maps give that are read anew each time', () => {
  fc.assert(
    fc.property(
      randomMarket(120),
      fc.array(zone, { minLength: 1, maxLength: 4 }),
      (steps, zones) => {
        const flows: Flow[] = []
        const depth = new DepthState(config, recordingObserver(flows))
        const naive = new NaiveDepth(config)
        const reading = createZoneReading()
        for (const step of steps) {
          perform(depth, step)
          perform(naive, step)
          for (const { side, centerHalfTicks, below, above } of zones) {
            const center = centerHalfTicks / 2
            const lo = Math.ceil(center) - below
            const hi = Math.floor(center) + above
            depth.readZone(side, center, lo, hi, reading)
            expect(reading).toEqual(naive.readZone(side, center, lo, hi))
          }
          for (const side of SIDES) {
            for (const onBoundary of [true, false]) {
              expect(depth.thinThreshold(side, step.tsRelNs, onBoundary)).toBe(
                naive.thinThreshold(side, step.tsRelNs, onBoundary),
              )
            }
          }
          expect(depth.counters.unmatchedFillLots).toBe(naive.unmatchedFillLots)
        }
        expect(sorted(flows)).toEqual(sorted(naive.flows))
        expect(depth.counters.flowDropped).toBe(0)
      },
    ),
    { numRuns: 100 },
  )
})

it('conserves lots at every compared price of every update', () => {
  fc.assert(
    fc.property(randomMarket(120), (steps) => {
      const flows: Flow[] = []
      const depth = new DepthState(config, recordingObserver(flows))
      let before: DepthEvent | null = null
      for (const step of steps) {
        depth.advanceTo(step.tsRelNs) // refills have no part in the update
        flows.length = 0
        perform(depth, step)
        if (step.kind !== 'depth') continue
        const after = step.event
        for (const side of SIDES) {
          const old = before === null ? new Map<number, number>() : levelsOf(before, side)
          const now = levelsOf(after, side)
          for (const tick of new Set([...old.keys(), ...now.keys()])) {
            const isCompared =
              areCompared(before, after) && isVisible(old, side, tick) && isVisible(now, side, tick)
            const here = flows.filter((flow) => flow.side === side && flow.tick === tick)
            const sum = here.reduce((s, f) => s + f.added - f.canceled - f.filled, 0)
            const unobserved = here.reduce((s, f) => s + f.unobserved, 0)
            const delta = (now.get(tick) ?? 0) - (old.get(tick) ?? 0)
            expect({ sum, unobserved }).toEqual(
              isCompared ? { sum: delta, unobserved: 0 } : { sum: 0, unobserved: delta },
            )
          }
        }
        before = after
      }
    }),
    { numRuns: 100 },
  )
})

it('tells observers changes that add up to the displayed size at every moment', () => {
  fc.assert(
    fc.property(randomMarket(120), (steps) => {
      const sums = [new Map<number, number>(), new Map<number, number>()] as const
      const depth = new DepthState(
        config,
        (_ts, side, tick, added, canceled, filled, unobserved) => {
          expect(Math.min(added, canceled, filled)).toBeGreaterThanOrEqual(0)
          const size = (sums[side].get(tick) ?? 0) + added - canceled - filled + unobserved
          sums[side].set(tick, size)
        },
      )
      const book = new Int32Array(BOOK_SLOTS)
      for (const step of steps) {
        perform(depth, step)
        depth.copyBook(book)
        const { bidCount, askCount } = depth
        for (const side of SIDES) {
          const shown = levelsOf({ ...step, ...noStamp, book, bidCount, askCount }, side)
          const seen = [...sums[side]].filter(([, size]) => size !== 0)
          expect(new Map(seen.sort(([a], [b]) => a - b))).toEqual(
            new Map([...shown].filter(([, size]) => size !== 0).sort(([a], [b]) => a - b)),
          )
        }
      }
    }),
    { numRuns: 100 },
  )
})

const noStamp = { tsRecvRelNs: 0, seq: 0, isSnapshot: false }

it('answers the same however often it was asked or told the time before', () => {
  const calls = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(randomMarket(80), calls, (steps, fractions) => {
      const quiet = new DepthState(config, null)
      const asked = new DepthState(config, null)
      const reading = createZoneReading()
      let lastNs = 0
      steps.forEach((step, i) => {
        // Somewhere between the step before and this one, perhaps at either.
        const fraction = (fractions[i % fractions.length] ?? 0) / 1_000
        const betweenNs = lastNs + Math.floor((step.tsRelNs - lastNs) * fraction)
        asked.advanceTo(betweenNs)
        asked.thinThreshold(Side.Bid, betweenNs, fraction > 0.5)
        asked.readZone(Side.Ask, 1_000, 990, 1_010, reading)
        asked.advanceTo(betweenNs)
        lastNs = step.tsRelNs
        perform(quiet, step)
        perform(asked, step)
      })
      expect(savedBytes(asked)).toEqual(savedBytes(quiet))
      expect(asked.counters).toEqual(quiet.counters)
    }),
    { numRuns: 100 },
  )
})

it('goes on after a restore as if it had never stopped', () => {
  fc.assert(
    fc.property(randomMarket(80), fc.nat(80), (steps, cut) => {
      const flows: Flow[] = []
      const lived = new DepthState(config, recordingObserver(flows))
      for (const step of steps.slice(0, cut)) perform(lived, step)

      flows.length = 0
      const restoredFlows: Flow[] = []
      // Restored over another life, which must leave no trace.
      const restored = new DepthState(config, recordingObserver(restoredFlows))
      for (const step of steps.toReversed().slice(0, 1)) perform(restored, step)
      restoredFlows.length = 0
      restoreInto(restored, lived)
      expect(savedBytes(restored)).toEqual(savedBytes(lived))

      for (const step of steps.slice(cut)) {
        perform(lived, step)
        perform(restored, step)
      }
      expect(restoredFlows).toEqual(flows)
      expect(savedBytes(restored)).toEqual(savedBytes(lived))
      expect(restored.counters).toEqual(lived.counters)
    }),
    { numRuns: 100 },
  )
})
