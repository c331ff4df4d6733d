import type { Histogram, HistogramPair, Plot, Series } from './plot-model.ts'

/**
 * Two distributions as outlines over the same bins.
 *
 * @throws RangeError when counts and edges do not fit each other
 */
export function histogramPlot({ title, note, x, edges, pair }: HistogramPair): Plot {
  return {
    kind: 'plot',
    title,
    ...(note === undefined ? {} : { note }),
    x,
    y: { label: 'share, %', digits: 2 },
    series: pair.map((histogram, index) => outline(histogram, edges, index)),
  }
}

/** A step a bin: each keeps its share until the next edge; the last edge ends at zero. */
function outline({ label, counts }: Histogram, edges: readonly number[], index: number): Series {
  if (edges.length !== counts.length + 1) {
    throw new RangeError(
      `${label}: expected ${Math.max(0, edges.length - 1)} counts, one a bin, was ${counts.length}`,
    )
  }
  const total = counts.reduce((sum, count) => sum + count, 0)
  const shares = counts.map((count) => (total === 0 ? 0 : (100 * count) / total))
  return {
    ...{ label, style: 'step', xs: edges, ys: [...shares, 0], isFilled: true },
    isDashed: index === 1,
  }
}
