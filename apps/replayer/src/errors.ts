import { BusError } from '@levels/bus'
import { FeedError, type FeedErrorCode } from '@levels/feed'
import { ConfigError, LevelsError } from '@levels/kernel'
import { ExitCode } from './exit-code.ts'

/** A command line that cannot be followed, or a place that cannot be written to. */
export class UsageError extends LevelsError {
  constructor(message: string, options?: ErrorOptions) {
    super('USAGE', message, options)
  }
}

/** What was given as the folder of a finished run is none, or cannot be read. */
export class RunFolderError extends LevelsError {
  constructor(message: string, options?: ErrorOptions) {
    super('RUN_FOLDER', message, options)
  }
}

/** The message of anything thrown. */
export function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

/**
 * The code to exit with after an error that was thrown on purpose.
 *
 * @returns null for anything else: a fault of ours
 */
export function exitCodeOf(error: unknown): ExitCode | null {
  if (error instanceof FeedError) return exitCodeOfFault(error.code)
  // What else a bus may do is like a bad disk.
  if (error instanceof BusError) return error.isOfUser ? ExitCode.Usage : ExitCode.BadInput
  if (error instanceof RunFolderError) return ExitCode.BadInput
  if (error instanceof UsageError || error instanceof ConfigError) return ExitCode.Usage
  return null
}

/** A file of several futures is sound: it is the choice that is missing or wrong. */
export function exitCodeOfFault(code: FeedErrorCode): ExitCode {
  return code === 'SYMBOL_REQUIRED' || code === 'UNKNOWN_SYMBOL'
    ? ExitCode.Usage
    : ExitCode.BadInput
}

/** What a user can do about a fault, as a line; empty where there is nothing to say. */
export function hintFor(code: string): string {
  switch (code) {
    case 'SYMBOL_REQUIRED':
      return 'Choose one with --symbol.\n'
    case 'CONFIG':
      return 'config prints every parameter and its range.\n'
    case 'AUTH_FAILED':
      return 'The server wants other credentials: --help names the options and variables.\n'
    default:
      return ''
  }
}
