/** What the process tells its caller. */
export const ExitCode = {
  /** Stopped in order: everything due was published, the state was saved. */
  Done: 0,
  /** A fault of ours. */
  Fault: 1,
  /** The command line, the environment or the configuration is wrong. */
  Usage: 2,
  /** The bus refuses us, or we it: credentials, rights that are missing, a certificate. */
  Refused: 3,
  /** Told to stop a second time: ended at once. */
  Interrupted: 130,
} as const
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]
