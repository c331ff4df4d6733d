import { describe, expect, it } from 'vitest'
import { ProgressLine, progressText } from '../src/progress-line.ts'
import { keptChannel } from './support.ts'

const EVENT_TS = Date.parse('2026-03-10T14:07:12.250Z')
const at = (share: number) => ({ share, eventTs: EVENT_TS, eventCount: 500_000 })

describe('a line of progress', () => {
  it('has the share of the input, event time, events a second and time left', () => {
    expect(progressText(at(0.25), 10)).toBe(
      ' 25 %   10:07:12 New York   50,000 events/s   30 s left',
    )
  })

  it('guesses no time left at the very beginning, and knows no event time before an event', () => {
    expect(progressText({ share: 0.001, eventTs: null, eventCount: 0 }, 2)).toBe(
      '  0 %   no event yet   0 events/s',
    )
  })

  it.each([
    [0.5, 59, '59 s left'],
    [0.5, 61, '1 min 1 s left'],
    [0.5, 7_300, '2 h 1 min left'],
    [1, 10, '0 s left'],
  ])('at %d after %d s says %s', (share, elapsedS, left) => {
    expect(progressText(at(share), elapsedS)).toMatch(new RegExp(`   ${left}$`))
  })
})

describe('progress', () => {
  function shown(options: { isTTY: boolean; columns?: number }, times: readonly number[]) {
    let nowMs = 0
    const channel = keptChannel(options)
    const line = new ProgressLine(channel, () => nowMs)
    for (const ms of times) {
      nowMs = ms
      line.update(at(0.5))
    }
    return { line, channel }
  }

  it('is a plain line every five seconds where there is no terminal', () => {
    const { line, channel } = shown({ isTTY: false }, [100, 4_999, 5_000, 9_999, 10_001])
    line.note('hashing')
    line.clear()
    expect(channel.text).toBe(
      ' 50 %   10:07:12 New York   100,000 events/s   5 s left\n' +
        ' 50 %   10:07:12 New York   49,995 events/s   11 s left\n',
    )
  })

  it('is one line of a terminal, ten times a second at most, that is gone in the end', () => {
    const { line, channel } = shown({ isTTY: true, columns: 90 }, [99, 100, 150, 200])
    const lines = channel.text.split('\r\u001b[2K').slice(1)
    expect(lines.map((text) => text.replace(/^[━─]+ +/, ''))).toEqual([
      '50 %   10:07:12 New York   5,000,000 events/s   1 s left',
      '50 %   10:07:12 New York   2,500,000 events/s   1 s left',
    ])
    expect(lines[0]).toMatch(/^━{14}─{14}  50 %/)
    line.clear()
    expect(channel.text.endsWith('\r\u001b[2K')).toBe(true)
  })

  it('never fills more than a terminal’s line', () => {
    for (const columns of [10, 40, 69, 70, 80, 100, 300]) {
      const { channel } = shown({ isTTY: true, columns }, [100])
      expect(channel.text.replace('\r\u001b[2K', '').length).toBeLessThan(columns)
    }
  })
})
