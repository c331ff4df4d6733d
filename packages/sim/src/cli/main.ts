import { runCli } from './cli.ts'
import { processTerminal } from './terminal.ts'

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    stop.abort()
  })
}
process.exitCode = await runCli(process.argv.slice(2), processTerminal(), stop.signal)
