import type { PublishAck } from '@levels/bus'
import { STREAMS, Subject } from '@levels/contracts'
import { Outbox } from './outbox.ts'
import type { SessionContext } from './session.ts'
import { signalHeaders } from './signal-message.ts'

/** The stream that keeps what is published. */
export const SIGNAL_STREAM = 'LEVEL_SIGNALS'

const utf8 = new TextEncoder()

/**
 * The outbox of a session: stores payloads in their stream, makes that anew when it is gone, and
 * tells of what goes wrong.
 */
export function makeOutbox(context: SessionContext, runId: () => string): Outbox {
  const { bus, health, metrics, log } = context
  let failureCount = 0
  return new Outbox({
    publish: (payload) =>
      bus.publishStored(
        Subject.LevelSignals,
        utf8.encode(payload.text),
        signalHeaders(runId(), payload),
      ),
    onPublished: (_payload, { isDuplicate }: PublishAck) => {
      metrics.count(isDuplicate ? 'duplicates' : 'published')
      if (failureCount === 0) return
      log.info({ failureCount }, 'payloads are stored again')
      failureCount = 0
      health.clear('PUBLISH_FAILED')
    },
    onFailure: (error, { boundaryMs }) => {
      metrics.count('publishFailures')
      const message = error instanceof Error ? error.message : String(error)
      if (failureCount++ === 0) log.warn({ boundaryMs, err: error }, 'payload not stored; retrying')
      health.raise('PUBLISH_FAILED', message)
      if (codeOf(error) === 'STREAM_MISSING') void makeStream(context)
    },
  })
}

/** Makes the stream of payloads; the next attempt to publish tells whether that helped. */
async function makeStream({ bus, log }: SessionContext): Promise<void> {
  const definition = STREAMS.find(({ name }) => name === SIGNAL_STREAM)
  if (definition === undefined) return
  try {
    const { isCreated } = await bus.ensureStream(definition)
    if (isCreated) log.warn({ stream: SIGNAL_STREAM }, 'stream was missing; made anew')
  } catch (error) {
    log.warn({ stream: SIGNAL_STREAM, err: error }, 'stream is missing')
  }
}

/** The code of an error of the bus; null of any other. */
export function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error ? String(error.code) : null
}
