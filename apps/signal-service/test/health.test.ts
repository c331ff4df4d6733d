import { afterEach, describe, expect, it, vi } from 'vitest'
import { Health } from '../src/health.ts'

afterEach(() => {
  vi.useRealTimers()
})

describe('what is wrong in moments', () => {
  it('is so until a while after the last of them', () => {
    vi.useFakeTimers()
    const told: string[] = []
    const health = new Health(() => told.push(`${health.state} ${health.reason?.code ?? ''}`))
    health.enter('LIVE')
    health.raiseFor(5_000, 'SLOW_CONSUMER', 'first')
    vi.advanceTimersByTime(4_000)
    health.raiseFor(5_000, 'SLOW_CONSUMER', 'second')
    vi.advanceTimersByTime(4_999)
    expect(health.reason).toEqual({ code: 'SLOW_CONSUMER', message: 'second' })
    vi.advanceTimersByTime(1)
    expect(health.reason).toBeNull()
    expect(told).toEqual(['LIVE ', 'DEGRADED SLOW_CONSUMER', 'LIVE '])
  })

  it('hides what is worse no longer than that is wrong, and is hidden by it', () => {
    vi.useFakeTimers()
    const health = new Health(() => undefined)
    health.enter('LIVE')
    health.raiseFor(5_000, 'PUBLISH_FORBIDDEN', 'levels.status')
    health.raise('PUBLISH_FAILED', 'full')
    expect(health.reason?.code).toBe('PUBLISH_FAILED')
    health.clear('PUBLISH_FAILED')
    expect(health.reason?.code).toBe('PUBLISH_FORBIDDEN')
    vi.advanceTimersByTime(5_000)
    expect(health.state).toBe('LIVE')
  })
})
