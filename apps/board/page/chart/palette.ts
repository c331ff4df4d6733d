/** Steps of the score scale. Odd, so that 50 has a step of its own. */
export const SCORE_STEPS = 17

/** A browser's text unless its user wants another, CSS pixels. */
const USUAL_TEXT_PX = 16

type Rgb = readonly [number, number, number]

/** Every colour the canvases draw with; read from the style sheet, so that there is one source. */
export interface Palette {
  readonly text: string
  readonly textSoft: string
  readonly line: string
  readonly panel: string
  readonly accent: string
  readonly break: string
  readonly reject: string
  readonly contested: string
  /** `SCORE_STEPS` colours, from 0 (turned back) to 100 (breaks). */
  readonly scores: readonly string[]
  readonly font: string
  /** Of the reader's text to the usual one: what is written in charts grows with the page. */
  readonly textScale: number
}

/** Reads the palette that is in force for an element. */
export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element)
  const value = (name: string): string => style.getPropertyValue(name).trim()
  return {
    text: value('--text'),
    textSoft: value('--text-soft'),
    line: value('--line'),
    panel: value('--panel'),
    accent: value('--accent'),
    break: value('--break'),
    reject: value('--reject'),
    contested: value('--contested'),
    scores: scoreScale(value('--reject'), value('--score-mid'), value('--break')),
    font: value('--font'),
    textScale: parseFloat(getComputedStyle(document.documentElement).fontSize) / USUAL_TEXT_PX,
  }
}

/** Colours between three `#rrggbb`: low, middle, high. */
export function scoreScale(low: string, middle: string, high: string): string[] {
  const [a, b, c] = [rgbOf(low), rgbOf(middle), rgbOf(high)]
  const half = (SCORE_STEPS - 1) / 2
  return Array.from({ length: SCORE_STEPS }, (_, step) =>
    step <= half ? mix(a, b, step / half) : mix(b, c, (step - half) / half),
  )
}

/** The step of a score of 0–100. */
export function scoreStep(score: number): number {
  const step = Math.round((score / 100) * (SCORE_STEPS - 1))
  return step < 0 ? 0 : step >= SCORE_STEPS ? SCORE_STEPS - 1 : step
}

/** @throws RangeError when it is no `#rrggbb` */
function rgbOf(hex: string): Rgb {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex)
  if (match === null) throw new RangeError(`expected a colour #rrggbb, was "${hex}"`)
  const [, red = '', green = '', blue = ''] = match
  return [parseInt(red, 16), parseInt(green, 16), parseInt(blue, 16)]
}

function mix(from: Rgb, to: Rgb, share: number): string {
  const channel = (index: 0 | 1 | 2): number =>
    Math.round(from[index] + (to[index] - from[index]) * share)
  return `rgb(${channel(0)} ${channel(1)} ${channel(2)})`
}
