import { ExitCode } from './exit-code.ts'

/**
 * Does something that the user may stop: the first Ctrl-C (or SIGTERM) asks it to end in order, the
 * second ends the process at once.
 *
 * @param onStopping called at the first
 * @param work what is done; it is to end soon after the signal is aborted
 */
export async function interruptible<T>(
  onStopping: () => void,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController()
  const onInterrupt = (): void => {
    if (abort.signal.aborted) process.exit(ExitCode.Interrupted)
    abort.abort()
    onStopping()
  }
  process.on('SIGINT', onInterrupt).on('SIGTERM', onInterrupt)
  try {
    return await work(abort.signal)
  } finally {
    process.off('SIGINT', onInterrupt).off('SIGTERM', onInterrupt)
  }
}
