import { setImmediate } from 'node:timers/promises'
import { ExitCode } from './exit-code.ts'
import { endAtSignals } from './interrupt.ts'

// Heard from the first moment on: loading the rest takes a while.
endAtSignals()
const { runCli } = await import('./cli.ts')
const { channelOf } = await import('./terminal.ts')
await setImmediate() // what was heard meanwhile gets its turn, before anything is begun

process.exitCode = await runCli(process.argv.slice(2), {
  out: channelOf(process.stdout, (error) => {
    process.stderr.write(`error: stdout: expected to write to it: ${error.message}\n`)
    process.exit(ExitCode.Usage)
  }),
  err: channelOf(process.stderr, () => process.exit(ExitCode.Usage)),
  isInteractive: process.stdin.isTTY,
})
