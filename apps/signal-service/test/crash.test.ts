import { setTimeout as sleep } from 'node:timers/promises'
import type { Bus } from '@levels/bus'
import { expect, it } from 'vitest'
import { randomFrom, replayed, sessionMessages, withPause } from './session.ts'
import {
  makeForgetfulStream,
  payloadsUpTo,
  publish,
  startBus,
  startService,
  storedPayloads,
  textsOf,
  tsOf,
  until,
} from './support.ts'

const SEED = 29
const KILLS = 20
/** Kills while no event comes: after the eighth of those amid the feed. */
const LULL_KILLS = 3
const LULL_AFTER = 8
const SPEED = 20
/** How long nothing happens in the middle of the feed, s: longer than is waited for. */
const PAUSE_S = 60

const whole = sessionMessages({ seed: SEED, durationS: 280, rate: 12 })
const partCount = KILLS - LULL_KILLS
const placeOf = (part: number): number => Math.floor((whole.length * part) / partCount)
const pauseAt = placeOf(LULL_AFTER)
const session = withPause(whole, pauseAt, PAUSE_S)
const args = ['--snapshot-every', '1', '--lull-resume', '50', '--lull-grace']
// Between two parts of the feed the machine takes its time: that is no lull.
const PATIENT = '60000'

async function lullCount(bus: Bus): Promise<number> {
  return (await storedPayloads(bus)).filter(({ lull }) => lull !== null).length
}

it(`after ${KILLS} kills at moments of seed ${SEED}, the stream has every boundary once, with the bytes of a run never killed`, async () => {
  await using bus = await startBus()
  const { url } = bus.server
  await makeForgetfulStream(bus.bus)
  const twin = replayed(session)
  const random = randomFrom(SEED)
  const moments: string[] = []

  async function killAmidFeed(part: number): Promise<void> {
    await using service = startService(url, [...args, PATIENT])
    const messages = session.slice(placeOf(part), placeOf(part + 1))
    const published = publish(bus.bus, messages, { speed: SPEED })
    if (part % 4 === 0) await sleep(200 + random() * 700)
    else await service.reaches(part % 4 === 1 ? 'RECOVERING' : 'LIVE')
    if (part % 4 > 1) await sleep(random() * 1_000)
    moments.push(service.states.at(-1) ?? 'not yet started')
    await service.kill()
    await published
  }

  async function killInLull(): Promise<void> {
    await using service = startService(url, [...args, '100'])
    await service.reaches('LIVE')
    const before = await lullCount(bus.bus)
    await until('a lull', async () => (await lullCount(bus.bus)) > before + 1)
    moments.push('in a lull')
    await service.kill()
  }

  for (let part = 0; part < partCount; part++) {
    for (let n = 0; part === LULL_AFTER && n < LULL_KILLS; n++) await killInLull()
    await killAmidFeed(part)
  }
  await using last = startService(url, [...args, '100'])
  const { payloads: expected } = await twin
  const payloads = await payloadsUpTo(bus.bus, tsOf(expected.at(-1)))
  const times = payloads.map(({ ts }) => ts)
  expect(times).toEqual([...new Set(times)])
  expect(textsOf(payloads)).toEqual(expected)
  expect(new Set(payloads.map(({ run }) => run)).size).toBe(1)
  // Boundaries that the wall clock passed were passed again after a kill, in the same place.
  const lulls = payloads.filter(({ lull }) => lull === String(pauseAt))
  expect(lulls.length).toBeGreaterThanOrEqual(2 * LULL_KILLS)
  expect((await last.metrics()).levels_recovery_mismatch_total).toBe(0)
  expect(moments).toHaveLength(KILLS)
  expect(new Set(moments).size).toBeGreaterThan(2)
  console.log(`kills: ${moments.join(', ')}`)
})
