import { enableCompileCache } from 'node:module'

enableCompileCache() // most of a start is compiling: kept for the next one
const { runCli } = await import('./cli.ts')

process.exitCode = await runCli(process.argv.slice(2), process)
