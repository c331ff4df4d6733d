import { ASK_TICKS, MarketEvent, NS_PER_MS, NS_PER_S } from '@levels/kernel'
import type { DepthEvent } from '@levels/kernel'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { DepthState } from '../src/depth-state.ts'
import type { DepthConfig } from '../src/depth-state.ts'
import { recordingObserver } from './naive-depth.ts'
import type { Flow } from './naive-depth.ts'
import { randomMarket } from './random-market.ts'
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

/** Hands on depth in one array of its own, saying of each what changed in it. */
class Reviser {
  readonly #event = new MarketEvent()

  revise(depth: DepthEvent): MarketEvent {
    const event = this.#event
    const before = event.book.slice()
    const { tsRelNs, tsRecvRelNs, seq, bidCount, askCount, isSnapshot } = depth
    Object.assign(event, { tsRelNs, tsRecvRelNs, seq, bidCount, askCount, isSnapshot })
    event.book.set(depth.book)
    event.bookRevision++
    event.changedBids = 0
    event.changedAsks = 0
    event.book.forEach((now, i) => {
      if (now === before[i]) return
      if (i < ASK_TICKS) event.changedBids |= 1 << i
      else event.changedAsks |= 1 << (i - ASK_TICKS)
    })
    return event
  }
}

/** What happens to an update on its way: it may be lost on both sides, or come from elsewhere. */
const fate = fc.constantFrom('said', 'said', 'said', 'lost', 'plain', 'after a restore')

it('is the same whether updates say what changed or are compared', () => {
  fc.assert(
    fc.property(
      randomMarket(100),
      fc.array(fate, { minLength: 1, maxLength: 20 }),
      (steps, fates) => {
        const reviser = new Reviser()
        const flows: Flow[] = []
        const saidFlows: Flow[] = []
        const compared = new DepthState(config, recordingObserver(flows))
        const fresh = (): DepthState => new DepthState(config, recordingObserver(saidFlows))
        let told = fresh()
        /** Has seen every revision, and is another book than what is restored into it. */
        let stranger = fresh()
        const seen = (state: DepthState, event: DepthEvent): void => {
          const count = saidFlows.length
          state.applyDepth(event)
          saidFlows.length = count // its flows are not looked at
        }
        steps.forEach((step, i) => {
          const happens = fates[i % fates.length] ?? 'said'
          if (step.kind === 'depth') {
            const revised = reviser.revise(step.event)
            if (happens === 'lost') return seen(stranger, revised)
            if (happens === 'after a restore') {
              told = restoreInto(stranger, told)
              stranger = fresh()
            }
            compared.applyDepth(step.event)
            told.applyDepth(happens === 'plain' ? step.event : revised)
            seen(stranger, revised)
          } else if (step.kind === 'trade') {
            for (const state of [compared, told]) state.applyTrade(step.event)
          } else {
            for (const state of [compared, told]) state.advanceTo(step.tsRelNs)
          }
        })
        expect(savedBytes(told)).toEqual(savedBytes(compared))
        expect(saidFlows).toEqual(flows)
      },
    ),
    { numRuns: 200 },
  )
})
