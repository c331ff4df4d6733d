import { SIGNALS } from '@levels/contracts'
import uPlot from 'uplot'
import { POINTS_MAX, type HistoryColumns } from '../model/history-columns.ts'
import { minuteText, timeText } from '../text/new-york-time.ts'
import { readPalette, scoreStep, type Palette } from './palette.ts'
import { LinearProjection } from './projection.ts'
import { signalColour } from './signal-mark.ts'

/** What the chart shows. */
export interface ScoreView {
  readonly columns: HistoryColumns
  readonly levelId: string | null
  readonly cursorTs: number | null
  readonly windowMs: number
}

const BAND_HEIGHT = 4
const FINE_SPLITS = [0, 20, 50, 80, 100]
const COARSE_SPLITS = [0, 50, 100]

/** The break score of one level over time; a band below it shows the signal. */
export class ScoreChart {
  readonly #host: HTMLElement
  readonly #resize: ResizeObserver
  // Filled anew for each drawing: points of one level, its columns being sparse.
  readonly #x = new Float64Array(POINTS_MAX)
  readonly #y = new Float64Array(POINTS_MAX)
  #plot: uPlot
  #palette: Palette
  #view: ScoreView | null = null
  #drawnKey = ''

  constructor(host: HTMLElement) {
    this.#host = host
    this.#palette = readPalette(host)
    this.#plot = this.#make()
    this.#resize = new ResizeObserver(() => this.#fit())
    this.#resize.observe(host)
  }

  /** Draws what has changed since the last time. @returns whether anything has */
  draw(view: ScoreView): boolean {
    this.#view = view
    const { columns, cursorTs, windowMs, levelId } = view
    const key = `${columns.version} ${columns.count} ${cursorTs} ${windowMs} ${levelId}`
    if (key === this.#drawnKey) return false
    this.#drawnKey = key
    const count = this.#fill(view)
    this.#plot.setData([this.#x.subarray(0, count), this.#y.subarray(0, count)])
    return true
  }

  recolour(): void {
    this.#palette = readPalette(this.#host)
    this.#plot.destroy()
    this.#plot = this.#make()
    this.#drawnKey = ''
    if (this.#view !== null) this.draw(this.#view)
  }

  destroy(): void {
    this.#resize.disconnect()
    this.#plot.destroy()
  }

  #fit(): void {
    const { clientWidth: width, clientHeight: height } = this.#host
    if (width > 0 && height > 0) this.#plot.setSize({ width, height })
  }

  /** Copies the points of the level within the window. @returns how many */
  #fill({ columns, cursorTs, windowMs, levelId }: ScoreView): number {
    const track = columns.tracks.get(levelId ?? '')
    if (track === undefined || cursorTs === null) return 0
    const end = columns.endAt(cursorTs)
    const begin = windowMs === Infinity ? 0 : columns.firstFrom(cursorTs - windowMs)
    let count = 0
    for (let i = track.firstFrom(begin); i < track.count; i++) {
      const point = track.at[i] ?? 0
      if (point >= end) break
      this.#x[count] = columns.tsMs[point] ?? 0
      this.#y[count] = track.score[i] ?? 0
      count++
    }
    return count
  }

  #make(): uPlot {
    const { textSoft, line, font, textScale } = this.#palette
    const look: uPlot.Axis = {
      stroke: textSoft,
      font: `${10 * textScale}px ${font}`,
      grid: { stroke: line, width: 1 },
      ticks: { show: false },
      gap: 4,
    }
    return new uPlot(
      {
        width: Math.max(120, this.#host.clientWidth),
        height: Math.max(60, this.#host.clientHeight),
        ms: 1,
        // Half a label of the time axis at the right, so that none is cut.
        padding: [6, 18 * textScale, 0, 0],
        legend: { show: false },
        cursor: { show: false },
        scales: { x: { time: true, range: () => this.#timeRange() }, y: { range: [0, 100] } },
        axes: [
          {
            ...look,
            size: 20 * textScale,
            space: 70 * textScale,
            values: (_, splits) =>
              splits.map((split) =>
                (this.#view?.cursorTs ?? null) === null ? '' : timeLabel(split),
              ),
          },
          {
            ...look,
            size: 28 * textScale,
            splits: ({ height }) => (height < 130 * textScale ? COARSE_SPLITS : FINE_SPLITS),
          },
        ],
        series: [
          {},
          {
            width: 2,
            stroke: (plot) => this.#gradient(plot),
            paths: () => ({ stroke: this.#path() }),
            points: { show: false },
          },
        ],
        hooks: { draw: [() => this.#drawBand()] },
      },
      [[], []],
      this.#host,
    )
  }

  #timeRange(): [number, number] {
    const view = this.#view
    const cursorTs = view?.cursorTs ?? null
    if (view === null || cursorTs === null) return [0, 1]
    const first = view.columns.firstTs ?? cursorTs
    const from = view.windowMs === Infinity ? first : cursorTs - view.windowMs
    return [Math.min(from, cursorTs - 1000), cursorTs]
  }

  /** Where points lie, device pixels: one multiplication each, where `valToPos` looks up its scale. */
  #projection(): LinearProjection {
    const { left, top, width, height } = this.#plot.bbox
    const [fromTs, toTs] = this.#timeRange()
    return new LinearProjection({
      left,
      bottom: top + height,
      fromTs,
      pixelsPerMs: width / (toTs - fromTs),
      low: 0,
      pixelsPerUnit: height / 100,
    })
  }

  /** The line, with a gap where the level was out of the band. */
  #path(): Path2D {
    const path = new Path2D()
    const projection = this.#projection()
    const count = this.#plot.data[0].length
    const gapMs = 3 * Math.max(250, this.#view?.columns.bucketMs ?? 0)
    for (let i = 0; i < count; i++) {
      const ts = this.#x[i] ?? 0
      const isGap = i === 0 || ts - (this.#x[i - 1] ?? 0) > gapMs
      const x = projection.x(ts)
      const y = projection.y(this.#y[i] ?? 0)
      if (isGap) path.moveTo(x, y)
      else path.lineTo(x, y)
    }
    return path
  }

  #gradient({ ctx, bbox }: uPlot): CanvasGradient {
    const gradient = ctx.createLinearGradient(0, bbox.top + bbox.height, 0, bbox.top)
    const { scores } = this.#palette
    scores.forEach((colour, step) => gradient.addColorStop(step / (scores.length - 1), colour))
    return gradient
  }

  /** Below the line: when which signal was on. At its end: a dot. */
  #drawBand(): void {
    const view = this.#view
    const track = view?.columns.tracks.get(view.levelId ?? '')
    if (view === null || track === undefined || view.cursorTs === null) return
    const { ctx, bbox } = this.#plot
    const projection = this.#projection()
    const end = view.columns.endAt(view.cursorTs)
    const height = BAND_HEIGHT * devicePixelRatio
    const top = bbox.top + bbox.height - height
    const bucket = projection.x(view.columns.bucketMs) - projection.x(0)
    for (
      let i = track.firstFrom(view.columns.firstFrom(this.#timeRange()[0]));
      i < track.count;
      i++
    ) {
      const point = track.at[i] ?? 0
      if (point >= end) break
      const signal = SIGNALS[track.signal[i] ?? 0] ?? 'NEUTRAL'
      if (signal === 'NEUTRAL') continue
      ctx.fillStyle = signalColour(signal, this.#palette)
      // Rounded outwards: fractions of pixels would leave gaps between neighbours.
      ctx.fillRect(
        Math.floor(projection.x(view.columns.tsMs[point] ?? 0)),
        top,
        Math.ceil(bucket) + 1,
        height,
      )
    }
    const last = this.#plot.data[0].length - 1
    if (last < 0) return
    const score = this.#y[last] ?? 0
    ctx.fillStyle = this.#palette.scores[scoreStep(score)] ?? ''
    ctx.beginPath()
    ctx.arc(
      projection.x(this.#x[last] ?? 0),
      projection.y(score),
      3.5 * devicePixelRatio,
      0,
      Math.PI * 2,
    )
    ctx.fill()
  }
}

function timeLabel(ts: number): string {
  return ts % 60_000 === 0 ? minuteText(ts) : timeText(ts)
}
