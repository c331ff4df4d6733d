import { ExitCode } from './exit-code.ts'

/** Ctrl-C, whoever ends processes, and a terminal that is closed. */
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
export type StopSignal = (typeof STOP_SIGNALS)[number]

let handlerCount = 0

/**
 * From here on a signal that nothing handles ends the process with the code that says so: nothing
 * was begun that has to be put in order. To be called once.
 */
export function endAtSignals(): void {
  listen(() => {
    if (handlerCount === 0) process.exit(ExitCode.Interrupted)
  })
}

/** Has every signal handled, and none with its usual effect, as long as the work takes. */
export async function handlingSignals<T>(
  handle: (signal: StopSignal) => void,
  work: () => Promise<T>,
): Promise<T> {
  const unlisten = listen(handle)
  handlerCount++
  try {
    return await work()
  } finally {
    handlerCount--
    unlisten()
  }
}

/**
 * Does something that the user may stop: the first Ctrl-C (or SIGTERM, or SIGHUP) asks it to end in
 * order, the second ends the process at once.
 *
 * @param onStopping called at the first
 * @param work what is done; it is to end soon after the signal is aborted
 */
export function interruptible<T>(
  onStopping: () => void,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController()
  const onSignal = (signal: StopSignal): void => {
    if (!abort.signal.aborted) {
      abort.abort(signal)
      onStopping()
    } else if (abort.signal.reason !== 'SIGHUP') {
      // After a terminal was closed, more signals say that what ran in it is gone too: no haste.
      process.exit(ExitCode.Interrupted)
    }
  }
  return handlingSignals(onSignal, () => work(abort.signal))
}

function listen(handle: (signal: StopSignal) => void): () => void {
  for (const signal of STOP_SIGNALS) process.on(signal, handle)
  return () => {
    for (const signal of STOP_SIGNALS) process.off(signal, handle)
  }
}
