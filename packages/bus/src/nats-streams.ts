import {
  type ApiError,
  DiscardPolicy,
  JetStreamApiError,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
  type StreamInfo,
} from '@nats-io/jetstream'
import { errors, type MsgHdrs, nanos } from '@nats-io/transport-node'
import type { StreamDefinition } from '@levels/contracts'
import type { PublishAck, StoredMessage, StreamReport, StreamState } from './bus.ts'
import { BusError } from './errors.ts'
import { toBusError } from './nats-errors.ts'
import type { NatsLink } from './nats-link.ts'
import { checkName, checkPattern } from './subject.ts'

const HOUR_MS = 3_600_000
/** Ids are remembered for so long at least: what a server does unasked, and publishers rest on. */
const DUPLICATES_NS = nanos(120_000)
/** Another made a stream of this name between our question and our attempt. */
const NAME_IN_USE = 10_058

/** Makes the stream when it is missing; says how it differs when it is there. */
export async function ensureStream(
  link: NatsLink,
  definition: StreamDefinition,
): Promise<StreamReport> {
  const { name } = definition
  checkName(name)
  definition.subjects.forEach(checkPattern)
  const { manager } = link
  const wanted = configOf(definition)
  try {
    const { config } = await link.ask(() => manager.streams.info(name))
    return { name, isCreated: false, differences: differencesOf(wanted, config) }
  } catch (error) {
    if (!(error instanceof BusError) || error.code !== 'STREAM_MISSING') throw error
  }
  try {
    await link.ask(() => manager.streams.add(wanted))
    return { name, isCreated: true, differences: [] }
  } catch (error) {
    if (!isNameInUse(error)) throw error
  }
  const { config } = await link.ask(() => manager.streams.info(name))
  return { name, isCreated: false, differences: differencesOf(wanted, config) }
}

function isNameInUse(error: unknown): boolean {
  const cause = error instanceof BusError ? error.cause : null
  return cause instanceof Error && 'code' in cause && cause.code === NAME_IN_USE
}

type Wanted = Pick<
  StreamConfig,
  'name' | 'subjects' | 'max_age' | 'storage' | 'retention' | 'discard'
>

function configOf(definition: StreamDefinition): Wanted {
  return {
    name: definition.name,
    subjects: [...definition.subjects],
    max_age: nanos(definition.maxAgeHours * HOUR_MS),
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.Old,
  }
}

function differencesOf(wanted: Wanted, found: StreamConfig): string[] {
  const hours = (ns: number): string => (ns === 0 ? 'none' : `${ns / 1e6 / HOUR_MS} h`)
  const limit = (value: number): string => (value > 0 ? String(value) : 'none')
  const subjects = (list: readonly string[]): string => [...list].sort().join(', ')
  const knownNs = found.duplicate_window
  const knownNsMin = wanted.max_age === 0 ? DUPLICATES_NS : Math.min(DUPLICATES_NS, wanted.max_age)
  const rows: [name: string, expected: string, was: string][] = [
    ['subjects', subjects(wanted.subjects), subjects(found.subjects)],
    ['max_age', hours(wanted.max_age), hours(found.max_age)],
    ['storage', wanted.storage, found.storage],
    ['retention', wanted.retention, found.retention],
    ['discard', wanted.discard, found.discard],
    ['max_msgs', 'none', limit(found.max_msgs)],
    ['max_bytes', 'none', limit(found.max_bytes)],
    ['max_msgs_per_subject', 'none', limit(found.max_msgs_per_subject)],
    ['max_msg_size', 'none', limit(found.max_msg_size)],
    ['duplicate_window', `${knownNsMin / 1e9} s`, `${Math.min(knownNs, knownNsMin) / 1e9} s`],
    ['no_ack', 'false', found.no_ack ? 'true' : 'false'],
    ['sealed', 'false', found.sealed ? 'true' : 'false'],
  ]
  return rows
    .filter(([, expected, was]) => expected !== was)
    .map(([name, expected, was]) => `${name}: expected ${expected}, was ${was}`)
}

/** @throws BusError `STREAM_MISSING` */
export function streamInfo(link: NatsLink, stream: string): Promise<StreamInfo> {
  return named(stream, () => link.ask(() => link.manager.streams.info(stream)))
}

/** Says which stream it is that is missing: the server does not. */
async function named<T>(stream: string, question: () => Promise<T>): Promise<T> {
  try {
    return await question()
  } catch (error) {
    if (!(error instanceof BusError) || error.code !== 'STREAM_MISSING') throw error
    const message = `expected a stream ${stream}, was none`
    throw new BusError('STREAM_MISSING', message, { cause: error })
  }
}

/** @throws BusError `STREAM_MISSING` */
export async function streamState(link: NatsLink, stream: string): Promise<StreamState> {
  checkName(stream)
  const { state, created } = await streamInfo(link, stream)
  return {
    firstSeq: state.messages === 0 ? state.last_seq + 1 : state.first_seq,
    lastSeq: state.last_seq,
    messageCount: state.messages,
    sizeBytes: state.bytes,
    createdAt: created,
  }
}

/** The newest message of a subject, null when there is none. @throws BusError `STREAM_MISSING` */
export async function lastMessage(
  link: NatsLink,
  stream: string,
  subject: string,
): Promise<StoredMessage | null> {
  checkName(stream)
  checkPattern(subject)
  const query = { last_by_subj: subject }
  const stored = await named(stream, () =>
    link.ask(() => link.manager.streams.getMessage(stream, query)),
  )
  if (stored === null) return null
  return {
    subject: stored.subject,
    data: stored.data,
    streamSeq: stored.seq,
    storedTs: stored.time.getTime(),
    header: (name) => (stored.header.has(name) ? stored.header.get(name) : null),
  }
}

/** What a stream answers to a message, ADR-1 of NATS. */
interface Ack {
  readonly seq?: number
  readonly duplicate?: boolean
  readonly error?: ApiError
}

/** Stores a message in the stream of its subject. @throws BusError */
export async function storeMessage(
  link: NatsLink,
  subject: string,
  { data, headers }: { data: Uint8Array; headers: MsgHdrs | undefined },
): Promise<PublishAck> {
  const { connection, timeoutMs: timeout } = link
  const options = headers === undefined ? { timeout } : { timeout, headers }
  try {
    const answer = await link.ask(() => connection.request(subject, data, options))
    const ack: Ack = answer.json()
    if (ack.error !== undefined) throw toBusError(new JetStreamApiError(ack.error))
    return { streamSeq: ack.seq ?? 0, isDuplicate: ack.duplicate === true }
  } catch (error) {
    // No one answers where no stream takes the subject, nor where there are no streams at all.
    const cause = error instanceof BusError ? error.cause : null
    const isUnheard = cause instanceof errors.RequestError && cause.isNoResponders()
    if (!isUnheard || connection.info?.jetstream !== true) throw toBusError(error)
    const message = `expected a stream that keeps ${subject}, was none`
    throw new BusError('STREAM_MISSING', message, { cause: error })
  }
}
