import { runCli } from './cli.ts'
import { ExitCode } from './exit-code.ts'
import { channelOf } from './terminal.ts'

process.exitCode = await runCli(process.argv.slice(2), {
  out: channelOf(process.stdout, (error) => {
    process.stderr.write(`error: stdout: expected to write to it: ${error.message}\n`)
    process.exit(ExitCode.Usage)
  }),
  err: channelOf(process.stderr, () => process.exit(ExitCode.Usage)),
  isInteractive: process.stdin.isTTY,
})
