import { pino, type Logger } from 'pino'

/** A log's reader that takes nothing for so long at the end is not waited for, ms. */
const PATIENCE_MS = 1_000

/** The log of a service: JSON, a line each, on standard output. */
export interface ServiceLog {
  readonly log: Logger
  /**
   * Resolves once every line is written, or cannot be since nobody reads. Nothing is logged after.
   * Without it the process would try to write the rest at its exit, for ever where the reader has gone.
   */
  readonly end: () => Promise<void>
}

/** Lines are written beside the event loop: a reader who takes his time holds up nothing. */
export function openServiceLog(level: string): ServiceLog {
  const output = pino.destination({ dest: 1, sync: false })
  const log = pino({ level, base: { name: 'signal-service' } }, output)
  return { log, end: () => endOf(log, output) }
}

async function endOf(log: Logger, output: ReturnType<typeof pino.destination>): Promise<void> {
  log.level = 'silent'
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const done = (): void => resolve(undefined)
  output.once('close', done).once('error', done)
  // What is destroyed writes nothing at the exit either.
  const timer = setTimeout(() => {
    output.destroy()
    done()
  }, PATIENCE_MS)
  output.end()
  await promise
  clearTimeout(timer)
}
