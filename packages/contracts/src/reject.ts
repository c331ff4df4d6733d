import { z } from 'zod'
import type { DecodeResult, Refusal } from './errors.ts'
import { REJECT_CODES } from './errors.ts'
import type { Memory } from './message-codec.ts'
import { messageCodec } from './message-codec.ts'

/** How much of a refused payload is shown, in UTF-8 bytes. */
export const REJECT_PAYLOAD_BYTES = 4_096

/** A message that was not accepted, on `levels.rejects`, version 1, as it is on the wire. */
export const rejectSchema = z.object({
  ts: z.int().min(0).describe('When it was refused, Unix ms'),
  subject: z.string().describe('Where it came from'),
  code: z.enum(REJECT_CODES).describe('Why, for programs'),
  message: z.string().describe('Why, for people: what was expected, what came'),
  path: z.string().nullable().describe('JSON path of the fault; null: the whole'),
  stream_seq: z.int().min(0).nullable().describe('Sequence in the stream; null: none'),
  payload: z.string().nullable().describe('The first 4 KiB as text; null: not UTF-8'),
})

/** What was refused, where, and why. */
export type Reject = Memory<typeof rejectSchema>

const codec = messageCodec(rejectSchema)

/** Reads a payload of `levels.rejects`; never throws for a bad one. */
export function decodeReject(payload: string | Uint8Array): DecodeResult<Reject> {
  return codec.decode(payload)
}

/**
 * Writes a payload of `levels.rejects`.
 *
 * @throws ContractError when the value is not what the schema says
 */
export function encodeReject(value: Reject): string {
  return codec.encode(value)
}

/** Where and when a message was refused. */
export interface RefusedMessage {
  /** Unix ms. */
  readonly ts: number
  readonly subject: string
  /** Its sequence in the stream; null when it came from none. */
  readonly streamSeq: number | null
  readonly payload: string | Uint8Array
}

/** The `Reject` that reports a refusal. */
export function makeReject(refused: RefusedMessage, refusal: Refusal): Reject {
  const { ts, subject, streamSeq } = refused
  return { ts, subject, ...refusal, streamSeq, payload: headOf(refused.payload) }
}

/** The first 4 KiB, cut between characters; null when they are not UTF-8. */
function headOf(payload: string | Uint8Array): string | null {
  if (typeof payload === 'string') {
    const { read } = new TextEncoder().encodeInto(payload, new Uint8Array(REJECT_PAYLOAD_BYTES))
    return payload.slice(0, read)
  }
  const isCut = payload.length > REJECT_PAYLOAD_BYTES
  const head = payload.subarray(0, REJECT_PAYLOAD_BYTES)
  try {
    // A stream may end inside a character: what the cut left of one is dropped.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(head, {
      stream: isCut,
    })
  } catch {
    return null
  }
}
