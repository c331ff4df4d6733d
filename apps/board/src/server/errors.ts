import { LevelsError } from '@levels/kernel'

/** A command line that cannot be followed. */
export class UsageError extends LevelsError {
  constructor(message: string) {
    super('USAGE', message)
  }
}

/** The page could not be built, or its builder is not there. */
export class PageError extends LevelsError {
  constructor(message: string) {
    super('PAGE', message)
  }
}

/** The message of anything thrown. */
export function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
