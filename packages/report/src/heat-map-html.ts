import { escapeHtml } from './html-text.ts'
import { numberText, shareText, UNKNOWN } from './number-text.ts'
import type { ConfusionMatrix, HeatMap } from './report-model.ts'
import { scrollRegion } from './table-html.ts'

/** Steps of colour, each a class of the style sheet: `heat-0` to `heat-10`. */
const STEPS = 10

/**
 * A table whose cells are coloured by their values.
 *
 * @throws RangeError when the values are not as many as rows times columns
 */
export function heatMapHtml(map: HeatMap): string {
  const { rows, columns, values, digits } = map
  checkShape('values', values, rows.length, columns.length)
  const known = values.flat().filter((value) => value !== null)
  const [low, high] = map.range ?? [Math.min(0, ...known), Math.max(0, ...known)]
  const body = rows.map((name, at) => {
    const cells = (values[at] ?? []).map((value) => {
      const share = value === null || high <= low ? null : (value - low) / (high - low)
      return `<td class="${heatClass(share)}">${numberText(value, digits)}</td>`
    })
    return `<tr><th scope="row">${escapeHtml(name)}</th>${cells.join('')}</tr>`
  })
  return gridHtml(map, columns, '', body)
}

/**
 * A confusion matrix: shares of each truth (recall on the diagonal), the counts, and the precision
 * of each answer.
 *
 * @throws RangeError when it is not square
 */
export function confusionMatrixHtml(matrix: ConfusionMatrix): string {
  const { labels, counts } = matrix
  checkShape('counts', counts, labels.length, labels.length)
  const body = labels.map((label, truth) => {
    const row = counts[truth] ?? []
    const total = sum(row)
    const cells = row.map((count, detected) => {
      const share = total === 0 ? null : count / total
      const right = truth === detected ? ' hit' : ''
      return `<td class="${heatClass(share)}${right}"><b>${shareText(share)}</b><small>${numberText(count, 0)}</small></td>`
    })
    return `<tr><th scope="row">${escapeHtml(label)}</th>${cells.join('')}<td class="margin">${numberText(total, 0)}</td></tr>`
  })
  const precisions = labels.map((_, detected) => {
    const answers = sum(counts.map((row) => row[detected] ?? 0))
    const share = answers === 0 ? null : (counts[detected]?.[detected] ?? 0) / answers
    return `<td class="margin">${shareText(share)}</td>`
  })
  const last = `<tr><th scope="row">precision</th>${precisions.join('')}<td class="margin">${UNKNOWN}</td></tr>`
  const titles = { ...matrix, rowTitle: 'truth', columnTitle: 'detected' }
  return gridHtml(titles, labels, '<th scope="col">cases</th>', [...body, last])
}

function gridHtml(
  map: Pick<HeatMap, 'title' | 'note' | 'rowTitle' | 'columnTitle'>,
  columns: readonly string[],
  more: string,
  body: readonly string[],
): string {
  const corner = `<th scope="col" class="corner">${escapeHtml(map.rowTitle)} ↓ ${escapeHtml(map.columnTitle)} →</th>`
  const head = columns.map((name) => `<th scope="col">${escapeHtml(name)}</th>`).join('')
  const table = `<table class="heat"><caption>${escapeHtml(map.title)}</caption><thead><tr>${corner}${head}${more}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table>`
  const under = map.note === undefined ? '' : `<p class="under">${escapeHtml(map.note)}</p>`
  return `<div class="block">${scrollRegion(table, map.title)}${under}</div>`
}

function heatClass(share: number | null): string {
  if (share === null) return 'unknown'
  return `heat-${Math.round(Math.min(1, Math.max(0, share)) * STEPS)}`
}

function checkShape(
  what: string,
  values: readonly (readonly unknown[])[],
  rows: number,
  columns: number,
): void {
  const isRight = values.length === rows && values.every((row) => row.length === columns)
  if (isRight) return
  const was = `${values.length} × ${values[0]?.length ?? 0}`
  throw new RangeError(`${what}: expected ${rows} × ${columns}, as there are names, was ${was}`)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
