/** What the process tells its caller. */
export const ExitCode = {
  Done: 0,
  /** A digest or a check differs from what was recorded, or one of our own fails. */
  Differs: 1,
  /** The command line or the configuration is wrong, or the results cannot be written. */
  Usage: 2,
  /** An input is unreadable or corrupt; what lies before the fault was processed. */
  BadInput: 3,
  /** Stopped by the user; the manifest says so. */
  Interrupted: 130,
} as const
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]
