import type { MessageHeaders, ObjectInfo, ObjectStore } from './bus.ts'
import { BusError } from './errors.ts'

interface Kept {
  readonly bytes: Uint8Array
  readonly info: ObjectInfo
}

/** Objects in memory, up to a number of bytes in all. */
export class MemoryObjects implements ObjectStore {
  readonly #objects = new Map<string, Kept>()
  readonly #sizeBytesMax: number
  readonly #now: () => string
  #sizeBytes = 0

  constructor(sizeBytesMax: number, now: () => string) {
    this.#sizeBytesMax = sizeBytesMax
    this.#now = now
  }

  put(name: string, parts: readonly Uint8Array[], metadata: MessageHeaders = {}): Promise<void> {
    if (name === '') {
      const message = 'expected an object name, was ""'
      return Promise.reject(new BusError('INVALID_ARGUMENT', message))
    }
    const ownBytes = parts.reduce((sum, part) => sum + part.length, 0)
    const freedBytes = this.#objects.get(name)?.bytes.length ?? 0
    const sizeBytes = this.#sizeBytes - freedBytes + ownBytes
    if (sizeBytes > this.#sizeBytesMax) {
      const message = `expected objects of ${this.#sizeBytesMax} bytes at most, was ${sizeBytes}`
      return Promise.reject(new BusError('STREAM_FULL', message))
    }
    this.#sizeBytes = sizeBytes
    const info = { name, sizeBytes: ownBytes, modifiedAt: this.#now(), metadata }
    this.#objects.set(name, { bytes: joined(parts, ownBytes), info })
    return Promise.resolve()
  }

  get(name: string): Promise<Uint8Array | null> {
    return Promise.resolve(this.#objects.get(name)?.bytes.slice() ?? null)
  }

  list(): Promise<readonly ObjectInfo[]> {
    const infos = [...this.#objects.values()].map(({ info }) => info)
    return Promise.resolve(infos.sort((one, other) => (one.name < other.name ? -1 : 1)))
  }

  delete(name: string): Promise<void> {
    this.#sizeBytes -= this.#objects.get(name)?.bytes.length ?? 0
    this.#objects.delete(name)
    return Promise.resolve()
  }
}

function joined(parts: readonly Uint8Array[], sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes)
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}
