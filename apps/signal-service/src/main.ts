import { enableCompileCache, flushCompileCache } from 'node:module'

// A service that was killed is started again, and has to be back soon: what was compiled once, which
// is most of a start, is kept in Node's own place for it (NODE_COMPILE_CACHE, else the temporary
// folder). Written at once: whoever is killed writes nothing at its end.
enableCompileCache()
const { runCli } = await import('./cli.ts')
flushCompileCache()

const code = await runCli(process.argv.slice(2), {
  env: process.env,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  onStopRequest: (listener) => {
    process.on('SIGTERM', listener).on('SIGINT', listener)
    return () => process.off('SIGTERM', listener).off('SIGINT', listener)
  },
  exitNow: (exitCode) => process.exit(exitCode),
})
// Timers and sockets of what was given up are not waited for.
process.exit(code)
