import { resolveConfig } from '@levels/level-signals'
import { expect, it } from 'vitest'
import { warmUp } from '../src/warm-up.ts'
import { startBus, startService, storedPayloads } from './support.ts'

it('makes four payloads a second of a market that nobody else sees', async () => {
  expect(await warmUp(resolveConfig(), 10)).toBeGreaterThanOrEqual(38)
  expect(await warmUp(resolveConfig(), 0)).toBe(0)
})

it('is done before the service is live, and leaves nothing on the bus or in its counts', async () => {
  await using bus = await startBus()
  await using service = startService(bus.server.url, ['--warm-up', '10'])
  await service.reaches('LIVE')
  const messages = service.lines.map(({ msg }) => msg)
  expect(messages.indexOf('warm')).toBeGreaterThanOrEqual(0)
  expect(messages.indexOf('warm')).toBeLessThan(messages.indexOf('state LIVE'))
  expect(await storedPayloads(bus.bus)).toEqual([])
  const metrics = await service.metrics()
  const counted = Object.entries(metrics).filter(([name]) => name.startsWith('levels_events_total'))
  expect(counted.length).toBeGreaterThan(0)
  expect(counted.every(([, count]) => count === 0)).toBe(true)
})
