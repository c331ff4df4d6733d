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

/** What the commonest refusals of the operating system mean; their own texts say the path again. */
const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'there was none',
  ENOTDIR: 'there was none',
  EISDIR: 'was a folder',
  EACCES: 'was one that may not be read',
  EPERM: 'was one that may not be read',
}

/** The error of a run's file that cannot be read. */
export function unreadable(path: string, expected: string, cause: unknown): GatewayError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const message = `${path}: expected ${expected}, ${WHY[code] ?? reasonOf(cause)}`
  return new GatewayError('RUN_UNREADABLE', message, { cause })
}

/** The message of anything thrown. */
export function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
