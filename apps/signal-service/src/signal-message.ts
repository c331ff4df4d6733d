import type { BusMessage, MessageHeaders } from '@levels/bus'
import { HEADERS, type SchemaId } from '@levels/contracts'
import type { SignalPayload } from './signal-payload.ts'

/** Headers of everything that is published. */
export function headersOf(schema: SchemaId, runId: string, messageId: string): MessageHeaders {
  return { [HEADERS.schema]: schema, [HEADERS.messageId]: messageId, [HEADERS.run]: runId }
}

/** Headers of a payload of `levels.signals`. Recovery reads the lull, to pass it there again. */
export function signalHeaders(
  runId: string,
  { boundaryMs, lullSeq }: SignalPayload,
): MessageHeaders {
  const headers = headersOf('levels.signals.v1', runId, `${runId}:${boundaryMs}`)
  return lullSeq === null ? headers : { ...headers, [HEADERS.lull]: String(lullSeq) }
}

/** The boundary that a published payload is of, Unix ms; null when its id does not say. */
export function boundaryOf(message: BusMessage): number | null {
  const id = message.header(HEADERS.messageId) ?? ''
  const boundaryMs = Number(id.slice(id.lastIndexOf(':') + 1))
  return Number.isSafeInteger(boundaryMs) && id.includes(':') ? boundaryMs : null
}
