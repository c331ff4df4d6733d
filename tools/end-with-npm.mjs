// Loaded before the programs that run until they are stopped. npm hands a signal on to the shell that
// it started them with, and that shell ends without handing it on: the program would go on alone,
// unseen, with its port. So it is asked to stop when what started it is gone.
import { clearInterval, setInterval } from 'node:timers'
import { isMainThread } from 'node:worker_threads'

const SIGNAL = 'SIGTERM'
const LOOK_EVERY_MS = 250

const { ppid } = process
if (isMainThread && process.env.npm_lifecycle_event !== undefined) {
  const timer = setInterval(() => {
    if (process.ppid === ppid) return
    clearInterval(timer)
    process.kill(process.pid, SIGNAL)
  }, LOOK_EVERY_MS)
  timer.unref()
  // A signal to the whole group has reached it already: a second one would mean "at once".
  for (const signal of ['SIGHUP', 'SIGINT', SIGNAL]) process.on(signal, onSignal)

  /** @param {NodeJS.Signals} signal */
  function onSignal(signal) {
    clearInterval(timer)
    if (process.listenerCount(signal) > 1) return
    // No one else listens: it has the effect that it would have without this file.
    process.off(signal, onSignal)
    process.kill(process.pid, signal)
  }
}
