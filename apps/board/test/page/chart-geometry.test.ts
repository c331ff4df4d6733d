import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HeatSegments } from '../../page/chart/heat-segments.ts'
import { SCORE_STEPS, scoreScale, scoreStep } from '../../page/chart/palette.ts'
import { tracePrice, type PriceColumns } from '../../page/chart/price-path.ts'
import { extentOf, steadyRange } from '../../page/chart/price-range.ts'
import { placeTags } from '../../page/chart/tag-layout.ts'
import { LevelTrack } from '../../page/model/level-track.ts'

describe('the score scale', () => {
  it('goes from its low end over the middle to its high end', () => {
    const scale = scoreScale('#0000ff', '#808080', '#ff8000')
    expect(scale).toHaveLength(SCORE_STEPS)
    expect(scale[0]).toBe('rgb(0 0 255)')
    expect(scale[(SCORE_STEPS - 1) / 2]).toBe('rgb(128 128 128)')
    expect(scale.at(-1)).toBe('rgb(255 128 0)')
  })

  it('has a step for every score, and refuses what is no colour', () => {
    expect([0, 50, 100].map(scoreStep)).toEqual([0, 8, 16])
    expect(() => scoreScale('blue', '#808080', '#ff8000')).toThrow(
      'expected a colour #rrggbb, was "blue"',
    )
  })
})

/** Records what is traced on it as text. */
class Recorder {
  readonly strokes: string[] = []
  lineWidth = 0
  beginPath(): void {
    this.strokes.push('begin')
  }
  moveTo(x: number, y: number): void {
    this.strokes.push(`M${x},${y}`)
  }
  lineTo(x: number, y: number): void {
    this.strokes.push(`L${x},${y}`)
  }
}

function strokesOf(heat: HeatSegments): Record<number, string[]> {
  const found: Record<number, string[]> = {}
  for (let step = 0; step < SCORE_STEPS; step++) {
    const recorder = new Recorder()
    if (heat.trace(step, recorder as unknown as CanvasRenderingContext2D)) {
      found[step] = recorder.strokes.slice(1)
    }
  }
  return found
}

describe('the strokes of a level', () => {
  const tsMs = Float64Array.from({ length: 12 }, (_, n) => n * 10)
  const projection = { x: (ts: number) => ts, y: (price: number) => price }
  const all = { begin: 0, end: 12 }

  function drawn(
    entries: readonly (readonly [at: number, price: number, score: number])[],
    range = all,
  ) {
    const track = new LevelTrack('VWAP', 'VWAP', 64)
    for (const [at, price, score] of entries) track.add(at, price, score, 3)
    const heat = new HeatSegments()
    heat.clear()
    heat.addTrack(track, tsMs, range, projection)
    return strokesOf(heat)
  }

  it('are one while colour and height stay', () => {
    expect(
      drawn([
        [0, 5, 50],
        [1, 5, 51],
        [2, 5, 50],
      ]),
    ).toEqual({ 8: ['M0,5', 'L21,5'] })
  })

  it('overlap by a pixel where the colour changes, so that no seam shows', () => {
    expect(
      drawn([
        [0, 5, 50],
        [1, 5, 100],
        [2, 5, 100],
      ]),
    ).toEqual({ 8: ['M0,5', 'L11,5'], 16: ['M10,5', 'L21,5'] })
  })

  it('lean where the level moves', () => {
    expect(
      drawn([
        [0, 5, 50],
        [1, 9, 50],
      ]),
    ).toEqual({ 8: ['M10,9', 'L11,9', 'M0,5', 'L11,9'] })
  })

  it('leave a gap where the level was not seen, and a dot where it was seen once', () => {
    expect(
      drawn([
        [0, 5, 50],
        [5, 5, 50],
      ]),
    ).toEqual({ 8: ['M50,5', 'L51,5', 'M0,5', 'L1,5'] })
  })

  it('end at the ends of what is shown', () => {
    expect(
      drawn(
        [
          [0, 5, 50],
          [1, 5, 50],
          [2, 5, 50],
          [3, 5, 50],
        ],
        { begin: 1, end: 3 },
      ),
    ).toEqual({ 8: ['M10,5', 'L21,5'] })
  })

  it('are bounded in number', () => {
    const heat = new HeatSegments()
    heat.clear()
    const track = new LevelTrack('VWAP', 'VWAP', 8192)
    const times = Float64Array.from({ length: 8192 }, (_, n) => n)
    for (let n = 0; n < 8192; n++) track.add(n, 5, n % 2 === 0 ? 0 : 100, 3)
    for (let n = 0; n < 5; n++) heat.addTrack(track, times, { begin: 0, end: 8192 }, projection)
    expect(heat.count).toBe(32_768)
    expect(heat.count + heat.droppedCount).toBe(5 * 8192)
  })
})

describe('the line of the price', () => {
  const projection = { x: (ts: number) => ts / 10, y: (price: number) => price }
  function traced(points: readonly (readonly [ts: number, spot: number])[]): string[] {
    const spotUsd = Float64Array.from(points, ([, spot]) => spot)
    const columns: PriceColumns = {
      tsMs: Float64Array.from(points, ([ts]) => ts),
      spotUsd,
      lowUsd: spotUsd,
      highUsd: spotUsd,
    }
    const recorder = new Recorder()
    tracePrice(columns, { begin: 0, end: points.length }, projection, recorder)
    return recorder.strokes
  }

  it('goes from pixel to pixel', () => {
    expect(
      traced([
        [0, 5],
        [10, 6],
      ]),
    ).toEqual(['M0,5', 'L0,5', 'L1,6'])
  })

  it('shows the whole range of the points that share a pixel', () => {
    expect(
      traced([
        [0, 5],
        [1, 9],
        [2, 3],
        [3, 6],
        [10, 6],
      ]),
    ).toEqual(['M0,6', 'L0,3', 'L0,9', 'L0,6', 'L1,6'])
  })

  it('has a gap where the price is unknown', () => {
    expect(
      traced([
        [0, 5],
        [10, NaN],
        [20, 6],
      ]),
    ).toEqual(['M0,5', 'L0,5', 'M2,6', 'L2,6'])
  })
})

describe('the price range', () => {
  it('shows all of it with a margin, and stays while it fits', () => {
    const first = steadyRange(687, 687.5, null)
    expect(first.low).toBeLessThan(687)
    expect(first.high).toBeGreaterThan(687.5)
    expect(steadyRange(687.02, 687.53, first)).toBe(first)
    expect(steadyRange(687, 688.5, first)).not.toBe(first)
    expect(steadyRange(687.2, 687.21, steadyRange(680, 690, null)).high).toBeLessThan(688)
  })

  it('is narrow where price hardly moves, so that what moves is seen', () => {
    const { low, high } = steadyRange(687.02, 687.07, null)
    expect(high - low).toBeLessThanOrEqual(0.4)
    expect(low).toBeLessThan(687)
    expect(high).toBeGreaterThan(687.1)
  })

  it('is taken from what is known', () => {
    const columns = {
      tsMs: new Float64Array(3),
      spotUsd: new Float64Array(3),
      lowUsd: Float64Array.of(NaN, 5, 4),
      highUsd: Float64Array.of(NaN, 6, 7),
    }
    expect(extentOf(columns, { begin: 0, end: 3 })).toEqual({ low: 4, high: 7 })
    expect(extentOf(columns, { begin: 0, end: 1 })).toEqual({ low: Infinity, high: -Infinity })
  })
})

describe('tags', () => {
  it('never lie over another, keep their order, and stay inside while there is room', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 550 }), { maxLength: 25 }), (wanted) => {
        const ascending = wanted.toSorted((a, b) => a - b)
        const placed = placeTags(ascending, 17, { top: 0, bottom: 500 })
        placed.forEach((at, index) => {
          const before = placed[index - 1]
          if (before !== undefined) expect(at - before).toBeGreaterThanOrEqual(17 - 1e-9)
          expect(at).toBeGreaterThanOrEqual(8.5)
          expect(at).toBeLessThanOrEqual(491.5)
        })
      }),
    )
  })

  it('stay where they belong when nothing is in the way', () => {
    expect(placeTags([100, 200], 17, { top: 0, bottom: 500 })).toEqual([100, 200])
  })
})
