import { styleText } from 'node:util'

/** Where a command writes: results to `out`, what it is doing to `err`. */
export interface Terminal {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Shows a passing line where `err` is a terminal; an empty one removes it. */
  readonly note: (text: string) => void
}

/** The terminal of the process. A reader who leaves early ends nothing. */
export function processTerminal(): Terminal {
  const { stdout, stderr } = process
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  return {
    out: (text) => stdout.write(text),
    err: (text) => stderr.write(styleText('dim', text, { stream: stderr })),
    note: (text) => {
      if (stderr.isTTY) stderr.write(`\r\u001b[2K${text.slice(0, stderr.columns - 1)}`)
    },
  }
}

/** Rows in columns: the first column to the left, all others to the right. */
export function tableText(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  const lines = rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0
        return column === 0 ? cell.padEnd(width) : cell.padStart(width)
      })
      .join('  ')
      .trimEnd(),
  )
  return `${lines.join('\n')}\n`
}
