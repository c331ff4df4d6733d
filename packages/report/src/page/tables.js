/* global document */

const collator = new Intl.Collator('en', { numeric: true })

/** Makes the headers of a table sort it: once ascending, again descending. */
function makeSortable(table) {
  const body = table.tBodies[0]
  const headers = [...table.tHead.rows[0].cells]
  headers.forEach((header, column) => {
    header.querySelector('button').addEventListener('click', () => {
      const isDown = header.getAttribute('aria-sort') === 'ascending'
      for (const other of headers) other.removeAttribute('aria-sort')
      header.setAttribute('aria-sort', isDown ? 'descending' : 'ascending')
      const rows = [...body.rows].map((row) => ({ row, key: keyOf(row.cells[column]) }))
      rows.sort((one, other) => compareKeys(one.key, other.key, isDown ? -1 : 1))
      body.append(...rows.map(({ row }) => row))
    })
  })
}

/** A number, a text, or null for what is unknown. */
function keyOf(cell) {
  const { sort } = cell.dataset
  if (sort !== undefined) return Number(sort)
  return cell.textContent === '–' ? null : cell.textContent
}

/** What is unknown comes last, whichever way. */
function compareKeys(one, other, sign) {
  if (one === null || other === null) return Number(one === null) - Number(other === null)
  if (typeof one === 'number' && typeof other === 'number') return sign * (one - other)
  return sign * collator.compare(String(one), String(other))
}

for (const table of document.querySelectorAll('table.sortable')) makeSortable(table)
