import type { Direction, Signal } from '@levels/contracts'
import type { Palette } from './palette.ts'

/**
 * Draws the mark of a signal: BREAK a triangle that points where price breaks to, REJECT a square,
 * CONTESTED a rhombus. Shapes differ, so that no one has to tell colours apart.
 */
export function drawSignalMark(
  context: CanvasRenderingContext2D,
  mark: {
    readonly signal: Signal
    readonly direction: Direction
    readonly x: number
    readonly y: number
    /** Half its height, device pixels. */
    readonly radius: number
  },
  palette: Palette,
): void {
  const { signal, direction, x, y, radius } = mark
  context.beginPath()
  if (signal === 'BREAK') {
    const tip = direction === 'RESISTANCE' ? -radius : radius
    context.moveTo(x, y + tip)
    context.lineTo(x + radius, y - tip * 0.8)
    context.lineTo(x - radius, y - tip * 0.8)
  } else if (signal === 'REJECT') {
    context.rect(x - radius * 0.8, y - radius * 0.8, radius * 1.6, radius * 1.6)
  } else if (signal === 'CONTESTED') {
    context.moveTo(x, y - radius)
    context.lineTo(x + radius, y)
    context.lineTo(x, y + radius)
    context.lineTo(x - radius, y)
  } else {
    context.arc(x, y, radius * 0.35, 0, Math.PI * 2)
  }
  context.closePath()
  context.fillStyle = signalColour(signal, palette)
  context.fill()
  context.lineWidth = Math.max(1, radius / 4)
  context.strokeStyle = palette.panel
  context.stroke()
}

/** The colour of a signal. */
export function signalColour(signal: Signal, palette: Palette): string {
  switch (signal) {
    case 'BREAK':
      return palette.break
    case 'REJECT':
      return palette.reject
    case 'CONTESTED':
      return palette.contested
    case 'NEUTRAL':
      return palette.textSoft
  }
}
