import { enableCompileCache, flushCompileCache } from 'node:module'

// Heard from the first moment on: loading the rest takes a while, and a container's first process is
// not ended by a signal that it does not hear.
let stop: (() => void) | null = null
let isStopWanted = false
const onSignal = (): void => {
  isStopWanted = true
  stop?.()
}
process.on('SIGTERM', onSignal).on('SIGINT', onSignal)

// A service that was killed is started again, and has to be back soon: what was compiled once, which
// is most of a start, is kept in Node's own place for it (NODE_COMPILE_CACHE, else the temporary
// folder). Written at once: whoever is killed writes nothing at its end.
enableCompileCache()
const { lowerHelperThreads } = await import('./helper-threads.ts')
lowerHelperThreads()
const { runCli } = await import('./cli.ts')
flushCompileCache()

const code = await runCli(process.argv.slice(2), {
  env: process.env,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  isTerminal: process.stderr.isTTY,
  onStopRequest: (listener) => {
    stop = listener
    if (isStopWanted) setImmediate(listener)
    return () => {
      stop = null
    }
  },
  exitNow: (exitCode) => process.exit(exitCode),
})
// Timers and sockets of what was given up are not waited for.
process.exit(code)
