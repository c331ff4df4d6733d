import {
  type Bus,
  connectNats,
  type Environment,
  NATS_SECRETS_HELP,
  type NatsChoices,
  natsChoices,
  natsOptionsFrom,
} from '@levels/bus'
import { type Command, Option } from 'commander'

/** Adds the options that every command with a bus has. */
export function addNatsOptions(command: Command): Command {
  for (const { flags, meaning, variable } of natsChoices) {
    // The variable is named for people; it is read once the command runs, so that tests may give one.
    command.addOption(new Option(flags, `${meaning} (${variable})`))
  }
  return command.addHelpText('after', NATS_SECRETS_HELP)
}

/**
 * Connects as the options and the environment say.
 *
 * @throws BusError when they contradict each other, or the connection cannot be made
 */
export function connectTo(choices: NatsChoices, env: Environment = process.env): Promise<Bus> {
  return connectNats(natsOptionsFrom(choices, env, 'replayer'))
}
