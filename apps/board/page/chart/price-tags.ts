import type { LevelSignal } from '@levels/contracts'
import { priceText } from '../text/format.ts'
import { kindName } from '../text/level-names.ts'
import { scoreStep, type Palette } from './palette.ts'
import type { Projection } from './projection.ts'
import { placeTags } from './tag-layout.ts'

/** What is named at the right edge of the chart. */
export interface PriceTags {
  /** Highest price first. */
  readonly ladder: readonly LevelSignal[]
  readonly spotUsd: number | null
  readonly selectedId: string | null
}

/** The margin in which tags stand, device pixels. */
export interface TagMargin {
  /** Right edge of the plot. */
  readonly plotRight: number
  readonly top: number
  readonly bottom: number
  readonly width: number
  readonly pixelRatio: number
  readonly projection: Projection
}

interface TagRow {
  readonly priceUsd: number
  /** Null: spot. */
  readonly level: LevelSignal | null
  readonly isSelected: boolean
}

const TAG_HEIGHT = 17
/** With more tags than this they tell prices only; the ladder has the names. */
const NAMED_TAGS_MAX = 16
/** In a margin narrower than this there is room for prices only, CSS pixels. */
const NAMED_WIDTH_MIN = 120

/** Names spot and the levels beside their lines, none over another. */
export function drawPriceTags(
  context: CanvasRenderingContext2D,
  tags: PriceTags,
  margin: TagMargin,
  palette: Palette,
): void {
  const { pixelRatio, projection } = margin
  const room = Math.floor((margin.bottom - margin.top) / (TAG_HEIGHT * pixelRatio))
  const rows = nearestRows(tagRows(tags), room, tags.spotUsd)
  const wanted = rows.map((row) => projection.y(row.priceUsd))
  const places = placeTags(wanted, TAG_HEIGHT * pixelRatio, margin)
  const isNamed = rows.length <= NAMED_TAGS_MAX && margin.width >= NAMED_WIDTH_MIN * pixelRatio
  context.save()
  context.textBaseline = 'middle'
  context.textAlign = 'left'
  context.font = `${11 * pixelRatio}px ${palette.font}`
  rows.forEach((row, index) => {
    const tagY = places[index] ?? 0
    drawLeader(context, { row, tagY, lineY: wanted[index] ?? tagY }, margin, palette)
    drawTag(context, { row, tagY, isNamed }, margin, palette)
  })
  context.restore()
}

function tagRows({ ladder, spotUsd, selectedId }: PriceTags): TagRow[] {
  const rows = ladder.map((level): TagRow => {
    return { priceUsd: level.price, level, isSelected: level.id === selectedId }
  })
  if (spotUsd === null) return rows
  const below = rows.findIndex(({ priceUsd }) => priceUsd < spotUsd)
  const spot: TagRow = { priceUsd: spotUsd, level: null, isSelected: false }
  rows.splice(below < 0 ? rows.length : below, 0, spot)
  return rows
}

/** As many rows as there is room for: spot, the chosen level, and those nearest to spot. */
function nearestRows(rows: TagRow[], room: number, spotUsd: number | null): TagRow[] {
  if (rows.length <= room || spotUsd === null) return rows.slice(0, room)
  const rank = ({ priceUsd, level, isSelected }: TagRow): number =>
    level === null || isSelected ? -1 : Math.abs(priceUsd - spotUsd)
  const kept = new Set(rows.toSorted((a, b) => rank(a) - rank(b)).slice(0, room))
  return rows.filter((row) => kept.has(row))
}

/** The thin line from where the price is to where there was room for its tag. */
function drawLeader(
  context: CanvasRenderingContext2D,
  { row, tagY, lineY }: { readonly row: TagRow; readonly tagY: number; readonly lineY: number },
  { plotRight, pixelRatio }: TagMargin,
  palette: Palette,
): void {
  context.strokeStyle = row.level === null ? palette.text : palette.line
  context.lineWidth = pixelRatio
  context.beginPath()
  context.moveTo(plotRight, lineY)
  context.lineTo(plotRight + 8 * pixelRatio, tagY)
  context.stroke()
}

function drawTag(
  context: CanvasRenderingContext2D,
  {
    row,
    tagY,
    isNamed,
  }: { readonly row: TagRow; readonly tagY: number; readonly isNamed: boolean },
  margin: TagMargin,
  palette: Palette,
): void {
  const { pixelRatio } = margin
  const { level } = row
  const height = (TAG_HEIGHT - 2) * pixelRatio
  const left = margin.plotRight + 8 * pixelRatio
  const width = margin.width - 12 * pixelRatio
  if (level === null || row.isSelected) {
    context.fillStyle = level === null ? palette.text : palette.line
    context.beginPath()
    const ground = level === null ? 50 * pixelRatio : width
    context.roundRect(left, tagY - height / 2, ground, height, 3 * pixelRatio)
    context.fill()
  }
  if (level !== null) {
    context.fillStyle = palette.scores[scoreStep(level.breakScoreSmooth)] ?? palette.text
    context.fillRect(left, tagY - height / 2, 3 * pixelRatio, height)
  }
  context.fillStyle = level === null ? palette.panel : palette.text
  context.fillText(priceText(row.priceUsd), left + 7 * pixelRatio, tagY)
  if (level === null || !isNamed) return
  context.fillStyle = palette.textSoft
  const nameWidth = width - 53 * pixelRatio
  context.fillText(kindName(level.kind), left + 51 * pixelRatio, tagY, nameWidth)
}
