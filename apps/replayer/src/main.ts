import { enableCompileCache } from 'node:module'
import { setImmediate } from 'node:timers/promises'
import { ExitCode } from './exit-code.ts'
import { endAtSignals } from './interrupt.ts'

// Heard from the first moment on: loading the rest takes a while.
endAtSignals()
// What was compiled, most of a start, is kept in Node's own place for it (NODE_COMPILE_CACHE, else the
// temporary folder). Where types need not be stripped again, no WebAssembly memory grows either, after
// which the engine asks every array of the run whether it is still attached.
enableCompileCache()
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
