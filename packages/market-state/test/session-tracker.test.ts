import { SessionClock } from '@levels/calendar'
import { InvariantError, RangeViolationError } from '@levels/kernel'
import { describe, expect, test } from 'vitest'
import { SessionTracker } from '../src/session-tracker.ts'

/** Wednesday 2024-06-12, New York = UTC − 4; the run's epoch is midnight UTC of the 11th. */
const EPOCH = Date.UTC(2024, 5, 11)

/** New York wall clock as `11 18:00` or `12 09:30:05`, in relative ns. */
function at(clock: string): number {
  const [day = '', time = ''] = clock.split(' ')
  return (Date.parse(`2024-06-${day}T${time.padEnd(8, ':00')}-04:00`) - EPOCH) * 1e6
}

/** A tracker of ES ticks that has seen these trades: [New York time, price, size]. */
function trackerOf(...trades: [clock: string, price: number, size: number][]): SessionTracker {
  const calendar = new SessionClock(BigInt(EPOCH) * 1_000_000n)
  const tracker = new SessionTracker({ calendar, profileBucketUnits: 1, valueAreaShare: 0.7 })
  for (const [clock, price, size] of trades) tracker.onTrade(at(clock), price, size)
  return tracker
}

describe('VWAP', () => {
  test('is unknown before the first trade', () => {
    expect(trackerOf().vwap).toBeNull()
  })

  test('weighs prices by volume since the Globex open', () => {
    expect(trackerOf(['11 18:00', 100, 1], ['12 03:00', 110, 3]).vwap).toBe(107.5)
  })

  test('starts anew at the regular open', () => {
    const tracker = trackerOf(['12 03:00', 100, 1], ['12 09:29:59', 110, 3])
    tracker.advanceTo(at('12 09:30'))
    expect(tracker.vwap).toBeNull()
    tracker.onTrade(at('12 09:30'), 120, 2)
    expect(tracker.vwap).toBe(120)
  })

  test('goes on after the regular close until the next Globex open', () => {
    const tracker = trackerOf(['12 10:00', 100, 1], ['12 16:30', 110, 1])
    tracker.advanceTo(at('12 17:59:59'))
    expect(tracker.vwap).toBe(105)
    tracker.advanceTo(at('12 18:00'))
    expect(tracker.vwap).toBeNull()
  })
})

describe('SESSION_HIGH and SESSION_LOW', () => {
  test('are the extremes since the Globex open, then since the regular open', () => {
    const tracker = trackerOf(['11 20:00', 90, 1], ['12 04:00', 130, 1])
    expect([tracker.sessionHigh, tracker.sessionLow]).toEqual([130, 90])
    tracker.onTrade(at('12 09:30'), 110, 1)
    tracker.onTrade(at('12 15:59'), 105, 1)
    expect([tracker.sessionHigh, tracker.sessionLow]).toEqual([110, 105])
    tracker.onTrade(at('12 16:20'), 115, 1)
    expect([tracker.sessionHigh, tracker.sessionLow]).toEqual([115, 105])
  })
})

describe('PM_HIGH and PM_LOW', () => {
  test('are the extremes from 04:00 to 09:30', () => {
    const tracker = trackerOf(['12 03:59:59', 50, 1])
    expect([tracker.pmHigh, tracker.pmLow]).toEqual([null, null])
    tracker.onTrade(at('12 04:00'), 100, 1)
    tracker.onTrade(at('12 09:29:59'), 110, 1)
    tracker.onTrade(at('12 09:30'), 200, 1)
    tracker.onTrade(at('12 17:30'), 10, 1)
    expect([tracker.pmHigh, tracker.pmLow]).toEqual([110, 100])
    expect(tracker.hasTradesInPremarket).toBe(true)
  })

  test('are forgotten at the next Globex open', () => {
    const tracker = trackerOf(['12 05:00', 100, 1])
    tracker.advanceTo(at('12 18:00'))
    expect([tracker.pmHigh, tracker.pmLow]).toEqual([null, null])
    expect(tracker.hasTradesInPremarket).toBe(false)
  })
})

describe('OR_HIGH and OR_LOW', () => {
  test('are the extremes from 09:30 to 09:45, unknown before', () => {
    const tracker = trackerOf(['12 09:29:59', 90, 1])
    expect([tracker.orHigh, tracker.orLow]).toEqual([null, null])
    tracker.onTrade(at('12 09:30'), 100, 1)
    expect([tracker.orHigh, tracker.orLow]).toEqual([100, 100])
    tracker.onTrade(at('12 09:44:59'), 105, 1)
    tracker.onTrade(at('12 09:45'), 300, 1)
    expect([tracker.orHigh, tracker.orLow]).toEqual([105, 100])
  })
})

describe('ON_HIGH and ON_LOW', () => {
  test('are the extremes from the Globex open to 09:30', () => {
    const tracker = trackerOf(['11 17:59', 10, 1], ['11 18:00', 100, 1], ['12 09:29:59', 120, 1])
    tracker.onTrade(at('12 09:30'), 300, 1)
    expect([tracker.onHigh, tracker.onLow]).toEqual([120, 100])
  })
})

describe('PREV_HIGH, PREV_LOW and PREV_CLOSE', () => {
  const previous = (tracker: SessionTracker): (number | null)[] => [
    tracker.prevHigh,
    tracker.prevLow,
    tracker.prevClose,
  ]

  test('are those of the last regular session before this Globex day', () => {
    const tracker = trackerOf(
      ['12 09:29', 999, 1],
      ['12 09:30', 100, 1],
      ['12 12:00', 140, 1],
      ['12 15:59:59', 120, 1],
    )
    expect(previous(tracker)).toEqual([null, null, null])
    tracker.onTrade(at('12 16:00'), 500, 1)
    expect(previous(tracker)).toEqual([null, null, null])
    tracker.advanceTo(at('12 18:00'))
    expect(previous(tracker)).toEqual([140, 100, 120])
    tracker.onTrade(at('13 15:00'), 700, 1)
    tracker.advanceTo(at('13 17:59'))
    expect(previous(tracker)).toEqual([140, 100, 120])
    tracker.advanceTo(at('13 18:00'))
    expect(previous(tracker)).toEqual([700, 700, 700])
  })

  test('carry over a weekend', () => {
    const tracker = trackerOf(['14 15:00', 100, 1])
    tracker.advanceTo(at('17 12:00'))
    expect(previous(tracker)).toEqual([100, 100, 100])
  })

  test('are unknown after a regular session without a trade', () => {
    const tracker = trackerOf(['12 15:00', 100, 1])
    tracker.advanceTo(at('13 18:00'))
    expect(previous(tracker)).toEqual([null, null, null])
  })
})

describe('SMA', () => {
  test('averages the last closes of two-minute bars, and is unknown until there are enough', () => {
    const tracker = trackerOf(['12 10:00', 100, 1], ['12 10:01:59', 110, 1], ['12 10:02', 130, 1])
    expect(tracker.sma(1)).toBe(110)
    expect(tracker.sma(2)).toBeNull()
    tracker.advanceTo(at('12 10:04') - 1)
    expect(tracker.sma(2)).toBeNull()
    tracker.advanceTo(at('12 10:04'))
    expect(tracker.sma(1)).toBe(130)
    expect(tracker.sma(2)).toBe(120)
  })

  test('skips minutes without trades and carries closes over sessions', () => {
    const tracker = trackerOf(['12 15:00', 100, 1], ['12 20:00', 200, 1])
    tracker.advanceTo(at('13 09:30'))
    expect(tracker.sma(2)).toBe(150)
    expect(tracker.sma(3)).toBeNull()
  })

  test('of 200 and 400 closes forgets older ones', () => {
    const tracker = trackerOf()
    for (let bar = 0; bar <= 500; bar++) {
      tracker.onTrade(at('11 18:00') + bar * 120e9, 1_000 + bar, 1)
    }
    expect(tracker.sma(200)).toBe(1_000 + (300 + 499) / 2)
    expect(tracker.sma(400)).toBe(1_000 + (100 + 499) / 2)
    expect(() => tracker.sma(401)).toThrow(RangeViolationError)
  })
})

describe('POC, VAH and VAL', () => {
  test('come from the volume at price since the anchor', () => {
    const tracker = trackerOf(
      ['12 03:00', 500, 1_000],
      ['12 09:30', 103, 5],
      ['12 09:31', 104, 10],
      ['12 09:32', 105, 40],
      ['12 09:33', 106, 12],
      ['12 09:34', 107, 8],
    )
    expect([tracker.poc, tracker.vah, tracker.val]).toEqual([105, 107, 105])
    tracker.advanceTo(at('12 18:00'))
    expect([tracker.poc, tracker.vah, tracker.val]).toEqual([null, null, null])
  })
})

describe('minute bars', () => {
  test('hold a minute’s prices and volume, the last one in progress', () => {
    const tracker = trackerOf(
      ['12 10:00', 100, 1],
      ['12 10:00:20', 90, 2],
      ['12 10:00:50', 105, 3],
      ['12 10:03', 200, 4],
    )
    const first = { open: 100, high: 105, low: 90, close: 105, volume: 6, isComplete: true }
    const last = { open: 200, high: 200, low: 200, close: 200, volume: 4, isComplete: false }
    expect(tracker.barsInWindow(600e9)).toEqual([
      { startRelNs: at('12 10:00'), ...first },
      { startRelNs: at('12 10:03'), ...last },
    ])
    expect(tracker.barsInWindow(120e9).map((bar) => bar.startRelNs)).toEqual([at('12 10:03')])
  })
})

describe('a session tracker', () => {
  test('knows in which sessions of the day there were trades', () => {
    const tracker = trackerOf(['11 19:00', 100, 1])
    expect(tracker.hasTradesInSession).toBe(true)
    expect(tracker.hasTradesInRegular).toBe(false)
    tracker.onTrade(at('12 11:00'), 100, 1)
    expect(tracker.hasTradesInRegular).toBe(true)
    tracker.advanceTo(at('12 18:00'))
    expect(tracker.hasTradesInSession).toBe(false)
    expect(tracker.hasTradesInRegular).toBe(false)
  })

  test('on a holiday has a night, and neither premarket nor opening range nor a new anchor', () => {
    const tracker = trackerOf(['18 19:00', 100, 1], ['19 05:00', 120, 1], ['19 09:35', 130, 1])
    expect(tracker.session?.tradingYmd).toBe(20240619) // Juneteenth
    expect([tracker.onHigh, tracker.pmHigh, tracker.orHigh]).toEqual([120, null, null])
    expect([tracker.sessionHigh, tracker.sessionLow]).toEqual([130, 100])
    expect(tracker.hasTradesInRegular).toBe(false)
  })

  test('keeps Friday’s session through the weekend', () => {
    const tracker = trackerOf(['14 15:00', 100, 1], ['14 17:30', 110, 1])
    expect(tracker.session?.tradingYmd).toBe(20240614)
    tracker.advanceTo(at('16 17:59:59'))
    expect(tracker.sessionHigh).toBe(110)
    tracker.advanceTo(at('16 18:00'))
    expect(tracker.session?.tradingYmd).toBe(20240617)
    expect(tracker.sessionHigh).toBeNull()
  })

  test('leaves out of the averages, and counts, what its sums could not hold exactly', () => {
    const tracker = trackerOf(['12 10:00', 100, 10], ['12 10:01', 120, 2 ** 52])
    expect(tracker.vwap).toBe(100)
    expect(tracker.poc).toBe(100)
    expect(tracker.sessionHigh).toBe(120)
    expect(tracker.counters).toEqual({ vwapDropped: 1, profileOutOfSpanVolume: 0 })
  })

  test('never goes back in time', () => {
    expect(() => trackerOf(['12 10:00', 100, 1], ['12 09:59', 100, 1])).toThrow(InvariantError)
  })
})
