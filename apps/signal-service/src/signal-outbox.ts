import type { Bus, MessageHeaders, PublishAck } from '@levels/bus'
import { HEADERS, SIGNAL_STREAM, Subject } from '@levels/contracts'
import { Outbox } from './outbox.ts'
import type { SessionContext } from './session.ts'
import { signalHeaders } from './signal-message.ts'

/** Faults after which a payload may be stored all the same. */
const OPEN_OUTCOMES: ReadonlySet<string> = new Set(['DISCONNECTED', 'TIMEOUT'])

/**
 * The outbox of a session: stores payloads in their stream, makes that anew when it is gone, and
 * tells of what goes wrong. Where there are no streams, payloads are sent to whoever listens.
 */
export function makeOutbox(
  context: SessionContext,
  runId: () => string,
  hasStreams: () => boolean = () => true,
): Outbox {
  const { bus, health, metrics, log } = context
  let failureCount = 0
  let isOpen = false
  return new Outbox({
    publish: async (payload) => {
      const headers = signalHeaders(runId(), payload)
      const { data } = payload
      if (!hasStreams()) {
        bus.publish(Subject.LevelSignals, data, headers)
        return { streamSeq: 0, isDuplicate: false }
      }
      // By now the server may have forgotten the id of what it stored without our hearing of it.
      const stored = isOpen ? await storedAs(bus, headers) : null
      if (stored !== null) return stored
      try {
        return await bus.publishStored(Subject.LevelSignals, data, headers)
      } catch (error) {
        isOpen = OPEN_OUTCOMES.has(codeOf(error) ?? '')
        throw error
      }
    },
    onPublished: (_payload, { isDuplicate }: PublishAck) => {
      isOpen = false
      metrics.count(isDuplicate ? 'duplicates' : 'published')
      // What failed may have been of the session before this one.
      if (health.has('PUBLISH_FAILED')) health.clear('PUBLISH_FAILED')
      if (failureCount === 0) return
      log.info({ failureCount }, 'payloads are stored again')
      failureCount = 0
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

/** The place of a payload that the stream has as its last; null when its last is another. */
async function storedAs(bus: Bus, headers: MessageHeaders): Promise<PublishAck | null> {
  const last = await bus.lastMessage(SIGNAL_STREAM.name, Subject.LevelSignals)
  const isSame = last?.header(HEADERS.messageId) === headers[HEADERS.messageId]
  return last !== null && isSame ? { streamSeq: last.streamSeq, isDuplicate: true } : null
}

/** Makes the stream of payloads; the next attempt to publish tells whether that helped. */
async function makeStream({ bus, log }: SessionContext): Promise<void> {
  try {
    const { isCreated } = await bus.ensureStream(SIGNAL_STREAM)
    if (isCreated) log.warn({ stream: SIGNAL_STREAM.name }, 'stream was missing; made anew')
  } catch (error) {
    log.warn({ stream: SIGNAL_STREAM.name, err: error }, 'stream is missing')
  }
}

/** The code of an error of the bus; null of any other. */
export function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error ? String(error.code) : null
}
