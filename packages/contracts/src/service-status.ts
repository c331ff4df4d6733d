import { z } from 'zod'
import type { DecodeResult } from './errors.ts'
import { REJECT_CODES } from './errors.ts'
import type { Memory } from './message-codec.ts'
import { messageCodec } from './message-codec.ts'
import { withoutNegativeZero } from './negative-zero.ts'
import { MARKET_SUBJECTS } from './subjects.ts'

export const SERVICE_STATES = ['STARTING', 'RECOVERING', 'LIVE', 'DEGRADED', 'STOPPING'] as const
export type ServiceState = (typeof SERVICE_STATES)[number]

const unixMsField = z.int().min(0)
const countField = z.int().min(0).overwrite(withoutNegativeZero)

/** How the service is, on `levels.status`, version 1, as it is on the wire. */
export const serviceStatusSchema = z.object({
  ts: unixMsField.describe('Unix ms'),
  run_id: z.string().min(1).describe('The run that reports'),
  state: z.enum(SERVICE_STATES).describe('What the service is doing'),
  reason: z
    .object({ code: z.string(), message: z.string() })
    .nullable()
    .describe('Why it is in this state, for programs and for people; null: as it should be'),
  last_event_ts: unixMsField.nullable().describe('Event time of the newest event, Unix ms'),
  lag_ms: z.number().nullable().describe('Behind the newest event, ms; null: none yet'),
  events: z
    .partialRecord(z.enum(MARKET_SUBJECTS), countField)
    .describe('Events since the start, per subject'),
  rejects: z
    .partialRecord(z.enum(REJECT_CODES), countField)
    .describe('Refused since the start, per code'),
  snapshot_age_s: z.number().min(0).nullable().describe('Age of the newest snapshot, s'),
  versions: z.record(z.string(), z.string()).describe('Package → version'),
})

/** State, progress and versions of a running service. */
export type ServiceStatus = Memory<typeof serviceStatusSchema>

const codec = messageCodec(serviceStatusSchema)

/** Reads a payload of `levels.status`; never throws for a bad one. */
export function decodeServiceStatus(payload: string | Uint8Array): DecodeResult<ServiceStatus> {
  return codec.decode(payload)
}

/**
 * Writes a payload of `levels.status`.
 *
 * @throws ContractError when the value is not what the schema says
 */
export function encodeServiceStatus(value: ServiceStatus): string {
  return codec.encode(value)
}
