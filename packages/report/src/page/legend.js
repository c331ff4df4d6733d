/* global document */
import { paletteIndex } from './colours.js'
import { axisText, numberText } from './figures.js'

/** Of a plot: what is what, the values under the cursor, and buttons that hide a series. */
export function makeLegend(data, { onToggle }) {
  const root = element('div', 'legend')
  const place = element('output', 'place')
  const values = data.series.map((series, index) => {
    const button = element('button', `item c${paletteIndex(series.colour)}`)
    button.type = 'button'
    button.setAttribute('aria-pressed', 'true')
    const value = element('span', 'number')
    button.append(swatch(series), element('span', 'name', series.label), value)
    button.addEventListener('click', () => {
      const isShown = button.getAttribute('aria-pressed') !== 'true'
      button.setAttribute('aria-pressed', String(isShown))
      onToggle(index, isShown)
    })
    root.append(button)
    return value
  })
  if (data.strokeScale !== null) root.append(strokeLegend(data.strokeScale))
  root.append(place)
  return {
    root,
    /** Shows the values at a place; null: none. */
    show(x, ys, saying) {
      const isKnown = x !== null
      values.forEach((value, index) => {
        value.textContent = isKnown ? numberText(ys[index], data.y.digits) : ''
      })
      place.textContent = isKnown ? [axisText(data.x, x), ...saying].join(' · ') : ''
    },
  }
}

function strokeLegend({ label, ends }) {
  const root = element('span', 'scale')
  const bar = element('span', 'gradient')
  bar.setAttribute('aria-hidden', 'true')
  root.append(element('span', '', `${label}: ${ends[0]}`), bar, element('span', '', ends[1]))
  return root
}

const SVG = 'http://www.w3.org/2000/svg'

/** How a series is drawn, so that colour is never all that tells it from another. */
function swatch({ style, isDashed, isFilled }) {
  const svg = document.createElementNS(SVG, 'svg')
  const attributes = (target, values) => {
    for (const [name, value] of Object.entries(values)) target.setAttribute(name, value)
  }
  attributes(svg, { width: 22, height: 12, viewBox: '0 0 22 12', 'aria-hidden': 'true' })
  const shape = (name, values) => {
    const part = document.createElementNS(SVG, name)
    attributes(part, values)
    svg.append(part)
  }
  if (style === 'points') shape('circle', { cx: 11, cy: 6, r: 3.5, fill: 'currentColor' })
  else if (style === 'bars') {
    shape('rect', { x: 4, y: 1, width: 14, height: 10, fill: 'currentColor' })
  } else {
    const path = style === 'step' ? 'M1 9H11V3H21' : 'M1 9L8 4L14 8L21 3'
    if (isFilled) shape('path', { d: `${path}V12H1Z`, fill: 'currentColor', opacity: 0.2 })
    const dash = isDashed ? { 'stroke-dasharray': '4 2' } : {}
    shape('path', { d: path, fill: 'none', stroke: 'currentColor', 'stroke-width': 2, ...dash })
  }
  return svg
}

function element(name, className, text = '') {
  const made = document.createElement(name)
  if (className !== '') made.className = className
  made.textContent = text
  return made
}
