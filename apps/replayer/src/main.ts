import { runCli } from './cli.ts'
import { channelOf } from './terminal.ts'

process.exitCode = await runCli(process.argv.slice(2), {
  out: channelOf(process.stdout),
  err: channelOf(process.stderr),
})
