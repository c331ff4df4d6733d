import { enableCompileCache } from 'node:module'

enableCompileCache() // most of a start is compiling: kept for the next one
const { runCli } = await import('./cli.ts')
const { processTerminal } = await import('./terminal.ts')

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    stop.abort()
  })
}
process.exitCode = await runCli(process.argv.slice(2), processTerminal(), stop.signal)
