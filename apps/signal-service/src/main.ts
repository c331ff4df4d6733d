import { runCli } from './cli.ts'

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
