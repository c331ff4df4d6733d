/* global Path2D */
import { paletteIndex, strokeStep } from './colours.js'

/** Half a sign's width, CSS pixels. */
const MARKER_RADIUS_PX = 6

/** Lines of text no closer than this, CSS pixels. */
const LABEL_HEIGHT_PX = 13

/** How far from the pointer a sign or a line is still meant, CSS pixels. */
const REACH_PX = 14

/** Draws the strokes that can be seen. */
export function drawStrokes(u, data, colours) {
  const { strokes, strokeScale } = data
  if (strokes.length === 0) return
  const ratio = pixelRatio(u)
  const paths = new Map()
  for (const stroke of strokes) {
    if (!isInView(u, stroke)) continue
    const step = stroke.value === null ? -1 : strokeStep(stroke.value, strokeScale.range)
    if (!paths.has(step)) paths.set(step, new Path2D())
    const y = u.valToPos(stroke.y, 'y', true)
    const from = u.valToPos(stroke.fromX, 'x', true)
    paths.get(step).moveTo(from, y)
    paths.get(step).lineTo(Math.max(u.valToPos(stroke.toX, 'x', true), from + ratio), y)
  }
  clipped(u, (context) => {
    context.lineWidth = 3 * ratio
    for (const [step, path] of [...paths].sort(([one], [other]) => rank(one) - rank(other))) {
      context.strokeStyle = step < 0 ? colours.unknown : colours.strokes[step]
      context.stroke(path)
    }
  })
}

/** The further from the middle, the later: what matters is not drawn over. */
const rank = (step) => (step < 0 ? -1 : Math.abs(step - 10))

/** Names the strokes that can be seen, each at its last one. Drawn after all else, to be readable. */
export function drawNames(u, data, colours) {
  const names = new Map()
  for (const stroke of data.strokes) {
    if (!isInView(u, stroke)) continue
    const y = u.valToPos(stroke.y, 'y', true)
    names.set(stroke.label, { y, x: u.valToPos(stroke.toX, 'x', true) })
  }
  clipped(u, (context) => writeNames(u, context, names, colours))
}

function writeNames(u, context, names, colours) {
  const ratio = pixelRatio(u)
  context.font = `${11 * ratio}px system-ui, sans-serif`
  context.textBaseline = 'bottom'
  context.textAlign = 'right'
  context.lineWidth = 3 * ratio
  context.strokeStyle = colours.surface
  context.fillStyle = colours.text
  let last = null
  const right = u.bbox.left + u.bbox.width
  const sorted = [...names].sort(([, one], [, other]) => one.y - other.y || other.x - one.x)
  for (const [name, { x, y }] of sorted) {
    if (last !== null && y - last < LABEL_HEIGHT_PX * ratio) continue
    last = y
    const at = Math.min(Math.max(x, u.bbox.left + 90 * ratio), right - 4 * ratio)
    context.strokeText(name, at, y - 2 * ratio)
    context.fillText(name, at, y - 2 * ratio)
  }
}

/** Draws the signs, each with a rim that parts it from what lies behind. */
export function drawMarkers(u, data, colours) {
  const ratio = pixelRatio(u)
  clipped(u, (context) => {
    context.lineWidth = 1.5 * ratio
    context.strokeStyle = colours.surface
    for (const { x, y, shape, colour = 0 } of data.markers) {
      if (x < u.scales.x.min || x > u.scales.x.max) continue
      const path = markerPath(
        shape,
        u.valToPos(x, 'x', true),
        u.valToPos(y, 'y', true),
        MARKER_RADIUS_PX * ratio,
      )
      context.fillStyle = colours.palette[paletteIndex(colour)]
      context.fill(path)
      context.stroke(path)
    }
  })
}

const CORNERS = {
  up: [
    [0, -1],
    [1, 0.8],
    [-1, 0.8],
  ],
  down: [
    [0, 1],
    [1, -0.8],
    [-1, -0.8],
  ],
  diamond: [
    [0, -1],
    [1, 0],
    [0, 1],
    [-1, 0],
  ],
  square: [
    [-0.8, -0.8],
    [0.8, -0.8],
    [0.8, 0.8],
    [-0.8, 0.8],
  ],
}

function markerPath(shape, x, y, radius) {
  const path = new Path2D()
  const corners = CORNERS[shape]
  if (corners === undefined) {
    path.arc(x, y, radius * 0.9, 0, 2 * Math.PI)
    return path
  }
  for (const [right, down] of corners) path.lineTo(x + right * radius, y + down * radius)
  path.closePath()
  return path
}

/** What is said of the signs and strokes near the cursor. */
export function sayingsAt(u, data) {
  const { left, top } = u.cursor
  if (left === undefined || left < 0) return []
  const isNear = (x, y) => Math.hypot(x - left, y - top) <= REACH_PX
  const signs = data.markers
    .filter(({ x, y }) => isNear(u.valToPos(x, 'x'), u.valToPos(y, 'y')))
    .map(({ label }) => label)
  const at = u.posToVal(left, 'x')
  const lines = data.strokes
    .filter(({ y, fromX, toX }) => fromX <= at && at <= toX && isNear(left, u.valToPos(y, 'y')))
    .map(({ label, value }) => (value === null ? label : `${label} ${value}`))
  return [...new Set([...signs, ...lines])].slice(0, 4)
}

/** The least and the greatest of a range and of what is drawn over it. */
export function withMarks(u, data, low, high) {
  let [from, to] = [low ?? Infinity, high ?? -Infinity]
  const include = (y) => {
    from = Math.min(from, y)
    to = Math.max(to, y)
  }
  for (const stroke of data.strokes) if (isInView(u, stroke)) include(stroke.y)
  for (const { x, y } of data.markers) if (isInView(u, { fromX: x, toX: x })) include(y)
  return [from, to]
}

function isInView(u, { fromX, toX }) {
  const { min, max } = u.scales.x
  return min == null || (toX >= min && fromX <= max)
}

function clipped(u, draw) {
  const { ctx: context, bbox } = u
  context.save()
  context.beginPath()
  context.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  context.clip()
  draw(context)
  context.restore()
}

/** Canvas pixels in a CSS pixel. */
function pixelRatio(u) {
  return u.ctx.canvas.width / u.width
}
