import { LevelsError } from '@levels/kernel'

/**
 * Why a gateway does not start:
 * - `CONFIG`: an option is wrong, or two do not go together
 * - `ADDRESS`: it cannot listen where it was told to
 * - `RUN_UNREADABLE`: the folder holds no finished run, or its files cannot be read
 * - `RUN_DAMAGED`: a file of the run is not what its manifest says, or holds a line that is no snap
 */
export type GatewayErrorCode = 'CONFIG' | 'ADDRESS' | 'RUN_UNREADABLE' | 'RUN_DAMAGED'

/** A gateway that cannot start. `code` is for programs, the message for people. */
export class GatewayError extends LevelsError {
  declare readonly code: GatewayErrorCode

  constructor(code: GatewayErrorCode, message: string, options: ErrorOptions = {}) {
    super(code, message, options)
  }
}

/** The message of anything thrown. */
export function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
