import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { LullClock } from '../src/lull-clock.ts'
import { closed, replayed, sessionMessages, withPause } from './session.ts'
import {
  isNightly,
  payloadsUpTo,
  publish,
  type ServiceProcess,
  startBus,
  startService,
  storedPayloads,
  textsOf,
  tsOf,
  until,
} from './support.ts'

/** Boundaries passed by the wall clock that are waited for: four a second. */
const BOUNDARIES = isNightly ? 40 : 10
const whole = sessionMessages({ seed: 61, durationS: 30 })
const middle = Math.floor(whole.length / 2)
const session = withPause(whole, middle, 3 * BOUNDARIES)
// A lull may begin soon after a start.
const args = ['--lull-resume', '50']

async function whileAsleep(service: ServiceProcess, act: () => Promise<void>): Promise<void> {
  service.child.kill('SIGSTOP')
  await act()
  service.child.kill('SIGCONT')
}

describe.concurrent('while no event comes', () => {
  for (const source of ['jetstream', 'core']) {
    it(`boundaries go on by the wall clock, and the payloads are those of a replay (${source})`, async () => {
      await using bus = await startBus()
      await using service = startService(bus.server.url, [...args, '--source', source])
      await service.reaches('LIVE')
      // It sleeps while events come, so that it takes no pause of theirs for a lull.
      await whileAsleep(service, () => publish(bus.bus, session.slice(0, middle)))
      const lulls = async (): Promise<number> => {
        return (await storedPayloads(bus.bus)).filter(({ lull }) => lull !== null).length
      }
      await until('boundaries', async () => (await lulls()) >= BOUNDARIES)
      await whileAsleep(service, () => publish(bus.bus, closed(session.slice(middle))))
      const { payloads: expected } = await replayed(session)
      const payloads = await payloadsUpTo(bus.bus, tsOf(expected.at(-1)))
      expect(textsOf(payloads)).toEqual(expected)
      const marks = payloads.flatMap(({ lull }) => lull ?? [])
      // They name the message that was the last one when the lull began.
      expect(new Set(marks)).toEqual(new Set([String(middle)]))
      expect(marks.length).toBeGreaterThanOrEqual(BOUNDARIES)
      expect((await service.metrics()).levels_lull_boundaries_total).toBeGreaterThanOrEqual(
        marks.length,
      )
      expect((await service.metrics())['levels_rejects_total{code="LATE"}']).toBe(0)
    })
  }

  it('no boundary is passed while messages that were sent wait to be taken', async () => {
    await using bus = await startBus()
    await using service = startService(bus.server.url, [
      ...['--lull-resume', '0'],
      // So that a busy machine makes no lull of its own between the halves.
      ...['--lull-grace', '3000'],
    ])
    await service.reaches('LIVE')
    await whileAsleep(service, () => publish(bus.bus, session.slice(0, middle)))
    await until('them', async () => (await storedPayloads(bus.bus)).length > 50)
    // It sleeps through the rest, and its clock says that nothing came for longer than a lull takes.
    await whileAsleep(service, async () => {
      await publish(bus.bus, closed(whole.slice(middle)))
      await sleep(4_500)
    })
    const { payloads: expected } = await replayed(whole)
    expect(textsOf(await payloadsUpTo(bus.bus, tsOf(expected.at(-1))))).toEqual(expected)
  })
})

describe('LullClock', () => {
  const MS = 1_000_000
  const lateness = 500 * MS

  it('is due when the wall clock has gone as far past the newest event as the boundary and the lateness', () => {
    const clock = new LullClock(10_000)
    expect(clock.dueMs(1_000 * MS, lateness)).toBe(Infinity)
    clock.onMessage(900 * MS, 70)
    expect(clock.dueMs(1_000 * MS, lateness)).toBe(670)
    expect(clock.isDue(1_000 * MS, lateness, 670)).toBe(false)
    expect(clock.isDue(1_000 * MS, lateness, 671)).toBe(true)
    clock.onMessage(950 * MS, 100)
    expect(clock.dueMs(1_000 * MS, lateness)).toBe(650)
    clock.onMessage(940 * MS, 120) // an older event says nothing of the time
    expect(clock.dueMs(1_000 * MS, lateness)).toBe(650)
  })

  it('does not count the time of an outage, nor what follows until a message comes', () => {
    const clock = new LullClock(10_000)
    clock.onMessage(900 * MS, 0)
    clock.hold(200)
    expect(clock.dueMs(1_000 * MS, lateness)).toBe(Infinity)
    clock.resume(5_200)
    expect(clock.isHeld(15_000)).toBe(true)
    clock.onMessage(800 * MS, 6_200) // an old one: from here on, 200 of 600 ms are over
    expect(clock.isHeld(6_200)).toBe(false)
    expect(clock.dueMs(1_000 * MS, lateness)).toBe(6_600)
  })

  it('goes on without a message after a while', () => {
    const clock = new LullClock(10_000)
    clock.onMessage(900 * MS, 0)
    clock.hold(200)
    clock.resume(5_200)
    expect(clock.dueMs(1_000 * MS, lateness)).toBe(15_600)
    expect(clock.isHeld(15_300)).toBe(false)
    expect(clock.isDue(1_000 * MS, lateness, 15_601)).toBe(true)
    expect(clock.dueMs(1_250 * MS, lateness)).toBe(15_850)
  })

  it('counts from a message that came while it was held', () => {
    const clock = new LullClock(10_000)
    clock.onMessage(900 * MS, 0)
    clock.hold(200)
    clock.onMessage(950 * MS, 300)
    clock.resume(1_000)
    clock.onMessage(940 * MS, 1_100)
    expect(clock.dueMs(1_000 * MS, lateness)).toBe(1_650)
  })

  it('waits anew when it is held again before a message came', () => {
    const clock = new LullClock(10_000)
    clock.onMessage(900 * MS, 0)
    clock.hold(200)
    clock.resume(1_000)
    clock.hold(2_000)
    expect(clock.dueMs(1_000 * MS, lateness)).toBe(Infinity)
    clock.resume(3_000)
    expect(clock.dueMs(1_000 * MS, lateness)).toBe(13_400)
  })
})
