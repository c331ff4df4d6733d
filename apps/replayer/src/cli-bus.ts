import { SOURCES } from '@levels/contracts'
import { type Command, Option } from 'commander'
import { parsePath, parseSequence, parseSpeed } from './cli-options.ts'
import type { ExitCode } from './exit-code.ts'
import { addNatsOptions } from './nats-connection.ts'
import { publishCommand, type PublishCommandOptions } from './publish-command.ts'
import { recordCommand, type RecordCommandOptions } from './record-command.ts'
import type { Terminal } from './terminal.ts'

/** Adds `publish` and `record`. @param done told the code to exit with */
export function addBusCommands(
  program: Command,
  terminal: Terminal,
  done: (code: ExitCode) => void,
): void {
  const publish = program
    .command('publish')
    .summary('publish files on the bus')
    .description(
      'Publishes the events of files on the five market subjects, in the order of event time, to ' +
        'the stream MARKET_DATA, which is made when it is missing. Each message is acknowledged ' +
        'by the stream. The same events published again, within the time for which the stream ' +
        'remembers (2 minutes), are kept once.',
    )
    .argument('<files...>', 'files of one period, as for run')
    .option('--symbol <symbol>', 'the future to publish where there are several, e.g. ESH4')
    .option('--from <time>', 'no event before it')
    .option('--to <time>', 'no event after it')
    .option('--speed <n>', 'times real time; 0: as fast as the server takes it', parseSpeed, 1)
    .addOption(
      new Option('--source <name>', 'who the messages say sent them')
        .choices(SOURCES)
        .default('replay'),
    )
    .option('--resume', 'go on after the last message the stream holds')
  addNatsOptions(publish).action(async (files: string[], options: PublishCommandOptions) =>
    done(await publishCommand(files, options, terminal)),
  )
  const record = program
    .command('record')
    .summary('write the bus to a file')
    .description(
      'Writes the market messages of the bus to NDJSON, one a line, in the order in which they ' +
        'came: by default all that the stream MARKET_DATA holds, and then what is added, until ' +
        'Ctrl-C. Nothing is lost that the stream keeps. A new file is made; it is compressed ' +
        'where its name ends in .gz or .zst.',
    )
    .requiredOption('--out <file>', 'file to make', parsePath)
    .option('--from-seq <n>', 'first message (default: the first the stream holds)', parseSequence)
    .option('--to-seq <n>', 'end with this message; last: with the last there is now', parseEnd)
    .option('--new', 'only what is added from now on')
    .option('--core', 'plain subscriptions, without a stream: what comes too fast is lost')
  addNatsOptions(record).action(async (options: RecordCommandOptions) =>
    done(await recordCommand(options, terminal)),
  )
}

function parseEnd(text: string): number | 'last' {
  return text === 'last' ? text : parseSequence(text)
}
