import { setTimeout as pause } from 'node:timers/promises'
import { resolveConfig } from '@levels/level-signals'
import { expect, it } from 'vitest'
import { LiveLoop } from '../src/live-loop.ts'
import { LiveRunner } from '../src/live-runner.ts'
import { LullClock } from '../src/lull-clock.ts'
import type { MarketFeed } from '../src/market-feed.ts'
import { Outbox } from '../src/outbox.ts'
import { sessionMessages } from './session.ts'
import { until } from './support.ts'

const CAPACITY = 4

it('a lull that makes more payloads than may wait asks the server for nothing until one is stored', async () => {
  const isStored = Promise.withResolvers<undefined>()
  const outbox = new Outbox({
    capacity: CAPACITY,
    publish: async () => {
      await isStored.promise
      return { streamSeq: 1, isDuplicate: false }
    },
    onPublished: () => undefined,
    onFailure: (error) => {
      throw error
    },
  })
  const runner = new LiveRunner({
    config: resolveConfig(),
    futuresSymbol: null,
    onSignals: (payload) => outbox.push(payload),
    onRefused: () => undefined,
  })
  let askCount = 0
  const feed: MarketFeed = {
    pause: () => undefined,
    resume: () => undefined,
    isQuiet: () => {
      askCount++
      return Promise.resolve(true)
    },
    closed: new Promise(() => undefined),
    stop: () => Promise.resolve(),
  }
  const isTaken = Promise.withResolvers<undefined>()
  let passedCount = 0
  let nowMs = 0
  const loop = new LiveLoop({
    runner,
    outbox,
    lull: new LullClock(0),
    graceMs: 0,
    now: () => nowMs,
    observer: {
      onTurn: () => undefined,
      onLull: () => passedCount++,
      onSettled: () => isTaken.resolve(undefined),
    },
  })
  loop.start(feed)
  const [first] = sessionMessages({ seed: 71, durationS: 5 })
  loop.take(first!.subject, Buffer.from(first!.text), 1)
  await isTaken.promise
  // Forty boundaries are due from now on, and only so many payloads may wait.
  nowMs += 10_000
  await until('full', () => outbox.room === 0)
  for (let turn = 0; turn < 30; turn++) await pause(1)
  expect(askCount).toBe(1)
  isStored.resolve(undefined)
  await until('the others', () => passedCount > 30)
  await until('stored', () => outbox.depth === 0)
  await loop.stop()
  outbox.stop()
})
