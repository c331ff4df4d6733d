import { describe, expect, it } from 'vitest'
import {
  compactText,
  countText,
  durationText,
  lagText,
  priceText,
  ratioText,
  scoreText,
  shareText,
  signedCompactText,
  signedSizeText,
  signedText,
  sizeText,
} from '../../page/text/format.ts'
import { dateText, minuteText, timeText } from '../../page/text/new-york-time.ts'
import { idName, unpricedName } from '../../page/text/level-names.ts'

describe('a number as text', () => {
  it.each([
    [priceText(687.425), '687.42'],
    [priceText(null), '—'],
    [scoreText(79.6), '80'],
    [scoreText(null), '—'],
    [countText(-12_900), '−12,900'],
    [signedSizeText(3100), '+3,100'],
    [signedSizeText(-8200.4), '−8,200'],
    [signedSizeText(-0.2), '0'],
    [sizeText(999_999), '999,999'],
    [sizeText(9_007_199), '9.01M'],
    [signedSizeText(-12_000_000_000), '−12.00B'],
    [signedText(0.031, 3), '+0.031'],
    [signedText(-0.08, 2), '−0.08'],
    [signedText(-0.0001, 2), '0.00'],
    [shareText(0.984), '98 %'],
    [shareText(null), '—'],
    [ratioText(0.153), '0.15'],
    [ratioText(3_100_000_000), '>9,999'],
    [compactText(1_250_000), '1.25M'],
    [compactText(-185_000), '−185k'],
    [compactText(1_234), '1.2k'],
    [compactText(12), '12'],
    [compactText(2.5e12), '2.50T'],
    [compactText(-9e15), '<−999T'],
    [signedCompactText(75_000), '+75k'],
    [signedCompactText(0), '0'],
    [lagText(null), '—'],
    [lagText(41.2), '41 ms'],
    [lagText(2300), '2.3 s'],
  ])('%s', (text, expected) => {
    expect(text).toBe(expected)
  })

  const counts = [0, 7, 999, 999.5, 1000, 12_900, 999_999, 1_234_567.8, 9_007_199_254_740_991]
  it.each(counts.flatMap((count) => [count, -count - 1]))('%d as Intl parts it', (count) => {
    const format = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
    expect(countText(count)).toBe(format.format(count).replace('-', '−'))
  })

  it.each([
    [-5, '0.0 s'],
    [240, '0.2 s'],
    [59_999, '59 s'],
    [65_000, '1 min 05 s'],
    [7_500_000, '2 h 05 min'],
  ])('a duration of %i ms', (durationMs, expected) => {
    expect(durationText(durationMs)).toBe(expected)
  })
})

describe('New York', () => {
  it('is four hours behind in summer, five in winter', () => {
    expect(timeText(Date.UTC(2026, 6, 1, 13, 30, 5))).toBe('09:30:05')
    expect(timeText(Date.UTC(2026, 0, 5, 14, 30, 5))).toBe('09:30:05')
  })

  it('skips an hour when summer begins, and repeats one when it ends', () => {
    expect(minuteText(Date.UTC(2026, 2, 8, 6, 59))).toBe('01:59')
    expect(minuteText(Date.UTC(2026, 2, 8, 7, 0))).toBe('03:00')
    expect(minuteText(Date.UTC(2026, 10, 1, 5, 30))).toBe('01:30')
    expect(minuteText(Date.UTC(2026, 10, 1, 6, 30))).toBe('01:30')
  })

  it('has another date than UTC in the evening', () => {
    expect(dateText(Date.UTC(2026, 2, 11, 1, 0))).toBe('2026-03-10')
  })
})

describe('an id as words', () => {
  it.each([
    ['VWAP', 'VWAP'],
    ['SESSION_LOW', 'Session low'],
    ['STRIKE_687.5', 'Strike 687.5'],
    ['HOTZONE_686.35', 'Hot zone 686.35'],
    ['STRIKE_<b>', 'STRIKE_<b>'],
    ['toString', 'toString'],
  ])('%s', (id, expected) => {
    expect(idName(id)).toBe(expected)
  })

  it.each([
    ['STRIKE_687.5', 'Strike'],
    ['PUT_WALL', 'Put wall'],
    ['STRIKE_<b>', 'STRIKE_<b>'],
  ])('%s, without its price', (id, expected) => {
    expect(unpricedName(id)).toBe(expected)
  })
})
