import type { Channel, Style } from './terminal.ts'

/** One cell of a table. */
export interface Cell {
  readonly text: string
  readonly style?: Style
  readonly isRight?: boolean
}

const GAP = '  '

/** Rows in columns. A row may have more cells than the first: those follow without alignment. */
export function tableLines(rows: readonly (readonly Cell[])[], { paint }: Channel): string[] {
  const widths = columnWidths(rows)
  return rows.map((row) =>
    row
      .map(({ text, style, isRight = false }, column) => {
        const space = ' '.repeat(Math.max(0, (widths[column] ?? 0) - text.length))
        const shown = style === undefined ? text : paint(style, text)
        if (isRight) return `${space}${shown}`
        return column === row.length - 1 ? shown : `${shown}${space}`
      })
      .join(GAP),
  )
}

/** Characters of the longest line. */
export function tableWidth(rows: readonly (readonly Cell[])[]): number {
  const widths = columnWidths(rows)
  return Math.max(
    ...rows.map((row) =>
      row.reduce((sum, { text }, column) => {
        return sum + GAP.length + Math.max(text.length, widths[column] ?? 0)
      }, -GAP.length),
    ),
  )
}

/** Of all columns. After the last nothing is to be aligned: its left cells need no width. */
function columnWidths(rows: readonly (readonly Cell[])[]): number[] {
  const last = (rows[0]?.length ?? 0) - 1
  const widthOf = (cell: Cell | undefined, column: number): number =>
    cell === undefined || (column === last && cell.isRight !== true) ? 0 : cell.text.length
  return Array.from({ length: last + 1 }, (_, column) =>
    Math.max(...rows.map((row) => widthOf(row[column], column))),
  )
}

/** Text in lines of at most so many characters, where its words allow it. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = ''
    }
    line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
