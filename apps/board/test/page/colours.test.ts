// The colours of the style sheets, by the contrast that eyes need.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { scoreScale } from '../../page/chart/palette.ts'

const sheet = readFileSync(join(import.meta.dirname, '../../page/style/tokens.css'), 'utf8')

/** Blocks of custom properties, as they stand in the sheet: dark, light as chosen, light as the system has it. */
const themes = sheet
  .split(/\n\s*:root/)
  .slice(1)
  .map((block) => {
    const pairs = [...block.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)]
    return new Map(pairs.map(([, name, value]) => [name ?? '', value ?? '']))
  })
const [dark, light, lightOfSystem] = themes

/** Relative luminance of `#rrggbb` or `rgb(r g b)`, 0–1, as WCAG has it. */
function luminance(colour: string): number {
  const channels = colour.startsWith('#')
    ? [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16))
    : [...colour.matchAll(/\d+/g)].map(([digits]) => Number(digits))
  const [red = NaN, green = NaN, blue = NaN] = channels.map((value) => {
    const share = value / 255
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: string, other: string): number {
  const [low = NaN, high = NaN] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (high + 0.05) / (low + 0.05)
}

describe.each([
  ['dark', dark],
  ['light', light],
])('the %s theme', (_, colours) => {
  const colour = (name: string): string => {
    const value = colours?.get(name)
    if (value === undefined) throw new Error(`expected a colour --${name}, was none`)
    return value
  }

  it.each([
    ['text', ['ground', 'panel', 'raised', 'selected']],
    ['text-soft', ['ground', 'panel', 'raised', 'selected']],
    ['accent', ['panel']],
    ['break', ['panel', 'break-ground']],
    ['reject', ['panel', 'reject-ground']],
    ['contested', ['panel', 'contested-ground']],
    ['warning', ['panel', 'warning-ground']],
    ['bad', ['panel', 'bad-ground']],
  ])('has --%s readable on %s', (name, grounds) => {
    for (const ground of grounds) {
      expect(contrast(colour(name), colour(ground))).toBeGreaterThanOrEqual(4.5)
    }
  })

  it('tells the two ends of the score apart without any colour, blue as the darker', () => {
    expect(luminance(colour('reject'))).toBeLessThan(luminance(colour('break')))
    expect(contrast(colour('reject'), colour('break'))).toBeGreaterThan(1.7)
  })

  it('tells every score from the ground', () => {
    const scores = scoreScale(colour('reject'), colour('score-mid'), colour('break'))
    for (const score of scores) {
      expect(contrast(score, colour('panel'))).toBeGreaterThanOrEqual(3)
    }
  })
})

it('is light in the same way, chosen or by the system', () => {
  expect(lightOfSystem).toEqual(light)
})
