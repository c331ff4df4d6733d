import { escapeHtml } from './html-text.ts'
import { numberText } from './number-text.ts'
import type { Cell, Column, Table } from './report-model.ts'

/**
 * A table in a region that scrolls by itself when it is wider than the page.
 *
 * @throws RangeError when a row is not as long as the header
 */
export function tableHtml({ title, note, columns, rows, isSortable = false }: Table): string {
  for (const [index, row] of rows.entries()) {
    if (row.length === columns.length) continue
    throw new RangeError(
      `row ${index}: expected ${columns.length} cells, as there are columns, was ${row.length}`,
    )
  }
  const rights = columns.map((column, at) => isRight(column, rows, at))
  const head = columns.map((column, at) => {
    const text = escapeHtml(column.title)
    const inner = isSortable ? `<button type="button">${text}</button>` : text
    return `<th scope="col"${rightClass(rights[at])}>${inner}</th>`
  })
  const body = rows.map(
    (row) =>
      `<tr>${row.map((cell, at) => cellHtml(cell, columns[at]?.digits, rights[at])).join('')}</tr>`,
  )
  const caption = title === undefined ? '' : `<caption>${escapeHtml(title)}</caption>`
  const under = note === undefined ? '' : `<p class="under">${escapeHtml(note)}</p>`
  const table = `<table${isSortable ? ' class="sortable"' : ''}>${caption}<thead><tr>${head.join('')}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table>`
  return `<div class="block">${scrollRegion(table, title ?? null)}${under}</div>`
}

/** What may be wider than the page: it scrolls, by keyboard too; with a title it is a landmark. */
export function scrollRegion(inner: string, title: string | null): string {
  const name =
    title === null
      ? 'role="group" aria-label="Table"'
      : `role="region" aria-label="${escapeHtml(title)}"`
  return `<div class="wide" tabindex="0" ${name}>${inner}</div>`
}

function isRight(column: Column, rows: Table['rows'], at: number): boolean {
  if (column.align !== undefined) return column.align === 'right'
  const first = rows.map((row) => row[at]).find((cell) => cell !== null && cell !== undefined)
  return typeof first === 'number' || (typeof first === 'object' && first.sortBy !== undefined)
}

const rightClass = (right: boolean | undefined): string => (right === true ? ' class="right"' : '')

function cellHtml(cell: Cell, digits: number | undefined, right: boolean | undefined): string {
  if (typeof cell === 'object' && cell !== null) {
    const classes = [right === true ? 'right' : '', cell.tone ?? ''].filter(Boolean).join(' ')
    const sort = cell.sortBy === undefined ? '' : ` data-sort="${cell.sortBy}"`
    return `<td${classes === '' ? '' : ` class="${classes}"`}${sort}>${escapeHtml(cell.text)}</td>`
  }
  if (typeof cell === 'string') return `<td${rightClass(right)}>${escapeHtml(cell)}</td>`
  const sort = cell === null ? '' : ` data-sort="${cell}"`
  return `<td${rightClass(right)}${sort}>${numberText(cell, digits)}</td>`
}
