/** Writes `schemas/` anew from the definitions in `src/`: run it with `npm run schemas`. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { schemaFiles } from './schema-files.ts'

const folder = new URL('../schemas/', import.meta.url)
mkdirSync(folder, { recursive: true })
for (const name of readdirSync(folder)) rmSync(new URL(name, folder))
for (const [name, content] of schemaFiles()) {
  writeFileSync(new URL(name, folder), `${JSON.stringify(content, null, 2)}\n`)
}
