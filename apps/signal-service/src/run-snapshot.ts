import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { MARKET_SUBJECTS, REJECT_CODES } from '@levels/contracts'
import { LevelsError } from '@levels/kernel'
import { z } from 'zod'
import type { RunState } from './run-state.ts'

/** A stream, told from its successors of the same name. */
export interface StreamIdentity {
  readonly name: string
  readonly createdAt: string
}

/** What makes a run this run. */
export interface RunIdentity {
  readonly runId: string
  readonly configSha256: string
  readonly stream: StreamIdentity
  /** Place of the first message it took, or would have taken. */
  readonly startSeq: number
}

/** A run at one moment, as it is stored. */
export interface RunSnapshot {
  readonly run: RunIdentity
  readonly state: RunState
  /** Where the payloads of this run end, up to this moment, in the stream that keeps them. */
  readonly signals: StreamIdentity & { readonly lastSeq: number }
  readonly takenAt: string
}

/**
 * Why a snapshot is not gone on from: `DAMAGED`, it is not what was stored; `FOREIGN`, it is of
 * another configuration, stream or version of the service.
 */
export type SnapshotErrorCode = 'DAMAGED' | 'FOREIGN'

export class SnapshotError extends LevelsError {
  declare readonly code: SnapshotErrorCode

  /** Typed more narrowly than the base class does. */
  static of(code: SnapshotErrorCode, message: string, options?: ErrorOptions): SnapshotError {
    return new SnapshotError(code, message, options)
  }
}

const MAGIC = 'LEVELS-SNAPSHOT\n'
const VERSION = 1
const FRAME_BYTES = MAGIC.length + 4 * 4 // version and three lengths
const SHA256_BYTES = 32
const NOTHING = new Uint8Array(0)
/** Hashed in one turn of the event loop: about half a millisecond. */
const SLICE_BYTES = 512 * 1024

const count = z.int().min(0)
/** The header's JSON. JSON has no infinities: null stands for "not yet" in every time. */
const headerSchema = z.object({
  run_id: z.string(),
  config_sha256: z.string(),
  stream: z.object({ name: z.string(), created_at: z.string() }),
  start_seq: count,
  covered_seq: count,
  reread_seq: count,
  futures_symbol: z.string().nullable(),
  events: z.record(z.enum(MARKET_SUBJECTS), count),
  rejects: z.record(z.enum(REJECT_CODES), count),
  passed_over: count,
  last_boundary_ms: z.number().nullable(),
  signals: z.object({ name: z.string(), created_at: z.string(), last_seq: count }),
  taken_at: z.string(),
  market: z
    .object({
      epoch_ns: z.string().regex(/^-?\d+$/),
      newest_rel_ns: z.number().nullable(),
      floor_rel_ns: z.number().nullable(),
      next_boundary_rel_ns: z.number().nullable(),
    })
    .nullable(),
})
type Header = z.infer<typeof headerSchema>

/**
 * A snapshot as a versioned byte string, in parts, that ends with the SHA-256 of what comes before.
 * The states in it are the snapshot's own bytes: they are large, and are copied nowhere. They must
 * stay as they are until this is done, which takes several turns of the event loop.
 */
export async function encodeSnapshot(snapshot: RunSnapshot): Promise<readonly Uint8Array[]> {
  const header = new TextEncoder().encode(JSON.stringify(headerOf(snapshot)))
  const { market } = snapshot.state
  const parts = [header, market?.marketState ?? NOTHING, market?.levelSignals ?? NOTHING]
  const frame = new Uint8Array(FRAME_BYTES)
  const view = new DataView(frame.buffer)
  new TextEncoder().encodeInto(MAGIC, frame)
  view.setUint32(MAGIC.length, VERSION, true)
  parts.forEach(({ length }, i) => {
    view.setUint32(MAGIC.length + 4 * (i + 1), length, true)
  })
  const body = [frame, ...parts]
  return [...body, await sha256InTurns(body)]
}

/**
 * Reads what `encodeSnapshot` wrote, all parts behind each other. The states it gives lie in `bytes`.
 *
 * @throws SnapshotError when the bytes are damaged, or of another version
 */
export function decodeSnapshot(bytes: Uint8Array): RunSnapshot {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const magic = new TextDecoder('latin1').decode(bytes.subarray(0, MAGIC.length))
  if (bytes.length < FRAME_BYTES + SHA256_BYTES || magic !== MAGIC) {
    throw SnapshotError.of('DAMAGED', 'expected a snapshot, was something else')
  }
  const end = bytes.length - SHA256_BYTES
  if (!createHash('sha256').update(bytes.subarray(0, end)).digest().equals(bytes.subarray(end))) {
    throw SnapshotError.of('DAMAGED', 'expected an intact snapshot, the SHA-256 differs')
  }
  const version = view.getUint32(MAGIC.length, true)
  if (version !== VERSION) {
    throw SnapshotError.of('FOREIGN', `expected a snapshot of version ${VERSION}, was ${version}`)
  }
  let at = FRAME_BYTES
  const [header, marketState, levelSignals] = [1, 2, 3].map((i) => {
    const from = at
    at += view.getUint32(MAGIC.length + 4 * i, true)
    return bytes.subarray(from, at)
  })
  const parsed = headerSchema.safeParse(jsonOf(header))
  if (!parsed.success || marketState === undefined || levelSignals === undefined || at !== end) {
    throw SnapshotError.of('FOREIGN', 'expected the header of a snapshot, was another')
  }
  return snapshotOf(parsed.data, marketState, levelSignals)
}

/** What the text is in JSON; undefined when it is none. */
function jsonOf(text: Uint8Array | undefined): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(text))
  } catch {
    return undefined
  }
}

function headerOf({ run, state, signals, takenAt }: RunSnapshot): Header {
  const { market, counts } = state
  return {
    run_id: run.runId,
    config_sha256: run.configSha256,
    stream: { name: run.stream.name, created_at: run.stream.createdAt },
    start_seq: run.startSeq,
    covered_seq: state.coveredSeq,
    reread_seq: state.rereadSeq,
    futures_symbol: state.futuresSymbol,
    events: counts.events,
    rejects: counts.rejects,
    passed_over: counts.passedOver,
    last_boundary_ms: state.lastBoundaryMs,
    signals: { name: signals.name, created_at: signals.createdAt, last_seq: signals.lastSeq },
    taken_at: takenAt,
    market:
      market === null
        ? null
        : {
            epoch_ns: String(market.epochNs),
            newest_rel_ns: finiteOrNull(market.delivery.newestRelNs),
            floor_rel_ns: finiteOrNull(market.delivery.floorRelNs),
            next_boundary_rel_ns: finiteOrNull(market.delivery.nextBoundaryRelNs),
          },
  }
}

function snapshotOf(
  header: Header,
  marketState: Uint8Array,
  levelSignals: Uint8Array,
): RunSnapshot {
  const { market, stream, signals } = header
  return {
    run: {
      runId: header.run_id,
      configSha256: header.config_sha256,
      stream: { name: stream.name, createdAt: stream.created_at },
      startSeq: header.start_seq,
    },
    state: {
      coveredSeq: header.covered_seq,
      rereadSeq: header.reread_seq,
      futuresSymbol: header.futures_symbol,
      counts: {
        events: header.events,
        rejects: header.rejects,
        passedOver: header.passed_over,
      },
      lastBoundaryMs: header.last_boundary_ms,
      market:
        market === null
          ? null
          : {
              epochNs: BigInt(market.epoch_ns),
              delivery: {
                newestRelNs: market.newest_rel_ns ?? -Infinity,
                floorRelNs: market.floor_rel_ns ?? -Infinity,
                nextBoundaryRelNs: market.next_boundary_rel_ns ?? Infinity,
              },
              marketState,
              levelSignals,
            },
    },
    signals: { name: signals.name, createdAt: signals.created_at, lastSeq: signals.last_seq },
    takenAt: header.taken_at,
  }
}

/** Tens of megabytes at once would keep all messages waiting for as many milliseconds. */
async function sha256InTurns(parts: readonly Uint8Array[]): Promise<Uint8Array> {
  const hash = createHash('sha256')
  for (const part of parts) {
    for (let at = 0; at < part.length; at += SLICE_BYTES) {
      hash.update(part.subarray(at, at + SLICE_BYTES))
      if (part.length > SLICE_BYTES) await nextTurn()
    }
  }
  return hash.digest()
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
