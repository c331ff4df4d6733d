import { type Command, Option } from 'commander'
import {
  collectPrice,
  configOption,
  parsePath,
  parseSequence,
  parseSpeed,
  setOption,
} from './cli-options.ts'
import type { ExitCode } from './exit-code.ts'
import type { NatsChoices } from '@levels/bus'
import { addNatsOptions } from './nats-connection.ts'
import { runCommand, type RunCommandOptions, type StreamOptions } from './run-command.ts'
import type { Terminal } from './terminal.ts'
import { verifyCommand } from './verify-command.ts'

const EXAMPLES = `
Examples:
  run es.mbo.dbn.zst
  run es.mbp-10.dbn.zst spy.ndjson.gz spy-options.parquet --out runs/monday
  run es.mbp-10.dbn --from 2026-03-10T09:30:00-04:00 --speed 10 --hotzone 687.5 686.25
  run es.mbp-10.dbn --set barrier.zoneTicks=6 --set W_b=120 --trace-flows flows.ndjson
  run --stream MARKET_DATA --nats nats://127.0.0.1:4222`

/** Adds `run` and `verify`. @param done told the code to exit with */
export function addRunCommands(
  program: Command,
  terminal: Terminal,
  done: (code: ExitCode) => void,
): void {
  addRun(program, terminal, done)
  addNatsOptions(
    program
      .command('verify')
      .summary('make a run again and compare')
      .description(
        'Checks the files of a run against its manifest, makes the run again from its inputs and ' +
          'configuration, and compares. A run that was made from a stream is made from it again.',
      )
      .argument('<dir>', 'folder of a run: where its manifest.json is'),
  ).action(async (dir: string, options: NatsChoices) =>
    done(await verifyCommand(dir, options, terminal)),
  )
}

function addRun(program: Command, terminal: Terminal, done: (code: ExitCode) => void): void {
  const command = program
    .command('run')
    .summary('replay files or a stream into signals')
    .description(
      'Replays files into signals.ndjson and manifest.json. Files may be Databento DBN (mbp-10, ' +
        'mbo, trades, tbbo, tcbbo, cmbp-1, definition), NDJSON or Parquet of bus events, plain, ' +
        'gzip or zstd; which, shows in their first bytes. Events of all files are merged by event ' +
        'time. With --stream, replays what a stream of the bus holds instead.',
    )
    .argument('[files...]', 'files of one period')
    .option('--out <dir>', 'folder for the results (default: runs/<run id>)', parsePath)
    .option('--symbol <symbol>', 'the future to follow where there are several, e.g. ESH4')
    .option('--from <time>', 'no snap before it is written; earlier events still count')
    .option('--to <time>', 'no snap and no event after it')
    .option('--speed <n>', 'times real time; 0: as fast as possible', parseSpeed, 0)
    .addOption(configOption())
    .addOption(setOption())
    .option('--hotzone <price...>', 'levels of your own, SPY dollars', collectPrice)
    .addOption(
      new Option('--format <format>', 'of the signals').choices(['ndjson']).default('ndjson'),
    )
    .option('--trace-flows <file>', 'also write every flow of liquidity, as NDJSON', parsePath)
    .option('--stream <name>', 'a stream of the bus, such as MARKET_DATA, in place of files')
    .option('--from-seq <n>', 'its first message (default: the first it holds)', parseSequence)
    .option('--to-seq <n>', 'its last message (default: the last it holds now)', parseSequence)
  addNatsOptions(command)
    .addHelpText(
      'after',
      '\nTimes: 2026-03-10T09:30:00-04:00, 2026-03-10T13:30:00.25Z, or Unix ns.',
    )
    .addHelpText('after', EXAMPLES)
    .action(async (files: string[], options: RunCommandOptions & StreamOptions) =>
      done(await runCommand(files, options, terminal)),
    )
}
