import { createHash } from 'node:crypto'
import { jetstream } from '@nats-io/jetstream'
import { Objm } from '@nats-io/obj'
import { headers, nanos, nuid } from '@nats-io/transport-node'
import type { MessageHeaders, ObjectInfo, ObjectStore } from './bus.ts'
import { BusError } from './errors.ts'
import type { NatsLink } from './nats-link.ts'
import { readStream } from './nats-read.ts'
import { lastMessage, storeMessage } from './nats-streams.ts'

/** Bytes of a message that holds a part of an object: what other clients make them of. */
const CHUNK_BYTES_MAX = 128 * 1024

/** What an object's chunks may lie under: one token of a subject, whoever wrote the entry. */
const SUBJECT_TOKEN = /^[^\s.*>]+$/

/** A writer that is killed leaves parts of an object that no entry names: they go with their age. */
const KEPT_MS = 7 * 24 * 3_600_000

/** A bucket, made when missing; one that is made keeps what is put for a week. */
export async function openObjectStore(link: NatsLink, bucket: string): Promise<ObjectStore> {
  const client = jetstream(link.connection, { timeout: link.timeoutMs })
  await link.ask(() => new Objm(client).create(bucket, { ttl: nanos(KEPT_MS) }))
  return new NatsBucket(link, bucket)
}

/** What the store keeps beside an object's chunks, as ADR-20 of NATS has it. */
interface Meta {
  readonly nuid: string
  readonly size: number
  readonly chunks: number
  readonly digest: string
  readonly mtime: string
  readonly deleted: boolean
  readonly metadata: Record<string, string>
}

/**
 * Objects in the layout of other NATS clients (ADR-20). The library's reader waits for ever for a
 * chunk that is missing, its list ends at the first entry that is no JSON, and its writer copies an
 * object as a whole, which of one written every few seconds is most of a process' memory.
 */
class NatsBucket implements ObjectStore {
  readonly #link: NatsLink
  readonly #bucket: string

  constructor(link: NatsLink, bucket: string) {
    this.#link = link
    this.#bucket = bucket
  }

  async put(
    name: string,
    parts: readonly Uint8Array[],
    metadata: MessageHeaders = {},
  ): Promise<void> {
    const subject = this.#metaSubject(name)
    const former = await lastMessage(this.#link, this.#stream, subject)
    const id = nuid.next()
    try {
      const stored = await this.#putChunks(id, parts)
      const entry = {
        name,
        description: '',
        options: { max_chunk_size: CHUNK_BYTES_MAX },
        metadata,
        bucket: this.#bucket,
        nuid: id,
        ...stored,
        mtime: new Date().toISOString(),
        deleted: false,
      }
      const rollup = headers()
      rollup.set('Nats-Rollup', 'sub')
      const data = Buffer.from(JSON.stringify(entry))
      await storeMessage(this.#link, subject, { data, headers: rollup })
    } catch (error) {
      await this.#dropChunks(id).catch(() => undefined) // what went wrong first is what counts
      throw error
    }
    const formerId = former === null ? undefined : parseMeta(former.data)?.nuid
    // The object is stored: what is left of the former one takes room, and nothing else.
    if (formerId !== undefined) await this.#dropChunks(formerId).catch(() => undefined)
  }

  async #putChunks(
    id: string,
    parts: readonly Uint8Array[],
  ): Promise<Pick<Meta, 'size' | 'chunks' | 'digest'>> {
    const { connection } = this.#link
    const bytesMax = Math.min(CHUNK_BYTES_MAX, connection.info?.max_payload ?? CHUNK_BYTES_MAX)
    const subject = `$O.${this.#bucket}.C.${id}`
    const hash = createHash('sha256')
    let size = 0
    let chunks = 0
    for (const part of parts) {
      for (let at = 0; at < part.length; at += bytesMax) {
        const data = part.subarray(at, at + bytesMax)
        hash.update(data)
        size += data.length
        chunks += 1
        await storeMessage(this.#link, subject, { data, headers: undefined })
      }
    }
    return { size, chunks, digest: `SHA-256=${padded(hash.digest())}` }
  }

  async #dropChunks(id: string): Promise<void> {
    const { streams } = this.#link.manager
    const filter = `$O.${this.#bucket}.C.${id}`
    await this.#link.ask(() => streams.purge(this.#stream, { filter }))
  }

  async get(name: string): Promise<Uint8Array | null> {
    const entry = await lastMessage(this.#link, this.#stream, this.#metaSubject(name))
    if (entry === null) return null
    const meta = parseMeta(entry.data)
    if (meta === null) throw damaged(name, 'expected its entry to be JSON, was something else')
    if (meta.deleted) return null
    const bytes = await this.#chunks(name, meta)
    const digest = createHash('sha256').update(bytes).digest()
    if (!Buffer.from(meta.digest.replace(/^SHA-256=/i, ''), 'base64url').equals(digest)) {
      const was = `SHA-256=${padded(digest)}`
      throw damaged(name, `expected the digest ${meta.digest}, was ${was}`)
    }
    return bytes
  }

  async #chunks(name: string, meta: Meta): Promise<Uint8Array> {
    const parts: Uint8Array[] = []
    let sizeBytes = 0
    const subject = `$O.${this.#bucket}.C.${meta.nuid}`
    if (meta.chunks > 0) {
      for await (const { data } of readStream(this.#link, this.#stream, { fromSeq: 1, subject })) {
        sizeBytes += data.length
        if (sizeBytes > meta.size) break
        parts.push(data)
      }
    }
    if (sizeBytes !== meta.size || parts.length !== meta.chunks) {
      const was = `${parts.length} of ${sizeBytes}`
      throw damaged(name, `expected ${meta.chunks} chunks of ${meta.size} bytes in all, was ${was}`)
    }
    return parts.length === 1 ? (parts[0] ?? new Uint8Array(0)) : Buffer.concat(parts)
  }

  async list(): Promise<readonly ObjectInfo[]> {
    const prefix = `$O.${this.#bucket}.M.`
    const found: ObjectInfo[] = []
    const options = { fromSeq: 1, subject: `${prefix}*` }
    for await (const { subject, data } of readStream(this.#link, this.#stream, options)) {
      const name = Buffer.from(subject.slice(prefix.length), 'base64url').toString('utf8')
      const meta = parseMeta(data)
      if (meta?.deleted === true) continue
      found.push({
        name,
        sizeBytes: meta?.size ?? 0,
        modifiedAt: meta?.mtime ?? '',
        metadata: meta?.metadata ?? {},
      })
    }
    return found.sort((one, other) => (one.name < other.name ? -1 : 1))
  }

  /** Leaves no entry behind: a marker for each object that ever was would grow without end. */
  async delete(name: string): Promise<void> {
    const entry = await lastMessage(this.#link, this.#stream, this.#metaSubject(name))
    if (entry === null) return
    const { streams } = this.#link.manager
    const id = parseMeta(entry.data)?.nuid
    await this.#link.ask(() => streams.purge(this.#stream, { filter: this.#metaSubject(name) }))
    if (id !== undefined) await this.#dropChunks(id)
  }

  get #stream(): string {
    return `OBJ_${this.#bucket}`
  }

  #metaSubject(name: string): string {
    return `$O.${this.#bucket}.M.${padded(Buffer.from(checkObjectName(name)))}`
  }
}

/** base64url with padding, which Node leaves out and NATS does not. */
function padded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_')
}

function checkObjectName(name: string): string {
  if (name !== '') return name
  throw new BusError('INVALID_ARGUMENT', 'expected an object name, was ""')
}

function damaged(name: string, message: string): BusError {
  return new BusError('OBJECT_DAMAGED', `${name}: ${message}`)
}

function parseMeta(data: Uint8Array): Meta | null {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder().decode(data))
  } catch {
    return null
  }
  if (typeof value !== 'object' || value === null) return null
  const { nuid, size, chunks, digest, mtime, deleted, metadata } = value as Record<string, unknown>
  if (typeof nuid !== 'string' || !SUBJECT_TOKEN.test(nuid) || typeof size !== 'number') return null
  return {
    nuid,
    size,
    chunks: typeof chunks === 'number' ? chunks : 0,
    digest: typeof digest === 'string' ? digest : '',
    mtime: typeof mtime === 'string' ? mtime : '',
    deleted: deleted === true,
    metadata: isTexts(metadata) ? metadata : {},
  }
}

function isTexts(value: unknown): value is Record<string, string> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((text) => typeof text === 'string')
  )
}
