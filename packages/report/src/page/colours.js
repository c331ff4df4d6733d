/* global document, getComputedStyle */

/** Steps between the two ends of the scale of strokes. */
const STROKE_STEPS = 20

/** Places in the palette, named in the style sheet. */
const PALETTE_SIZE = 8

/** The colours that hold now, by the style sheet: light, dark or printed. */
export function currentColours() {
  const style = getComputedStyle(document.documentElement)
  const named = (name) => style.getPropertyValue(`--${name}`).trim()
  const [low, middle, high] = ['low', 'middle', 'high'].map((name) => channelsOf(named(name)))
  const strokes = Array.from({ length: STROKE_STEPS + 1 }, (_, step) => {
    const at = (2 * step) / STROKE_STEPS - 1
    return mixed(middle, at < 0 ? low : high, Math.abs(at))
  })
  return {
    text: named('text-soft'),
    grid: named('line'),
    surface: named('surface'),
    unknown: named('line-strong'),
    palette: Array.from({ length: PALETTE_SIZE }, (_, index) => named(`c${index}`)),
    strokes,
  }
}

/** A place in the palette: it begins anew after its last. */
export function paletteIndex(colour) {
  return colour % PALETTE_SIZE
}

/** Which of the strokes' colours a value has. */
export function strokeStep(value, [from, to]) {
  const share = to === from ? 0.5 : (value - from) / (to - from)
  return Math.round(Math.min(1, Math.max(0, share)) * STROKE_STEPS)
}

/** A palette colour that lets what lies behind it through. */
export function translucent(colour, alpha) {
  return `rgb(${channelsOf(colour).join(' ')} / ${alpha})`
}

/** @param hex `#rrggbb`, which is how the style sheet names every colour that is drawn with */
function channelsOf(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16))
}

function mixed(one, other, share) {
  const channels = one.map((value, index) => Math.round(value + (other[index] - value) * share))
  return `rgb(${channels.join(' ')})`
}
