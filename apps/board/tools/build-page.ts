// Makes sure that the page is built, and prints its folder: for programs that serve it.
import { ensurePage } from './page.ts'

try {
  const dir = await ensurePage((line) => process.stderr.write(`${line}\n`))
  process.stdout.write(`${dir}\n`)
} catch (error) {
  process.stderr.write(
    `error: the page: ${error instanceof Error ? error.message : String(error)}\n`,
  )
  process.exitCode = 1
}
