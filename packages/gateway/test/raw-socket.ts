import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { atEnd } from './support.ts'

const TEXT = 1
const CONTINUED = 0
const PING = 9
const PONG = 10

/**
 * A WebSocket by hand, for what no library does: to read nothing, or only so many bytes at a time,
 * and to send what is no handshake. It answers pings as it comes upon them, unless it is silent.
 */
export class RawSocket {
  /** Resolves when the connection has ended, however it did. */
  readonly ended: Promise<undefined>
  readonly #socket: Socket
  #bytes = Buffer.alloc(0)
  #hasHead = false
  #parts: Buffer[] = []
  readonly #texts: string[] = []
  readonly #isSilent: boolean
  #hasEnded = false
  #arrived = Promise.withResolvers<undefined>()

  private constructor(socket: Socket, isSilent: boolean) {
    this.#socket = socket
    this.#isSilent = isSilent
    const { promise, resolve } = Promise.withResolvers<undefined>()
    this.ended = promise
    socket.on('close', () => {
      this.#hasEnded = true
      this.#wake()
      resolve(undefined)
    })
    // A connection cut off by the gateway ends with an error as well.
    socket.on('error', () => undefined)
    socket.on('data', this.#take)
  }

  /** Connects and asks for `/ws`. */
  static async open(
    port: number,
    headers: Readonly<Record<string, string>>,
    { isSilent = false } = {},
  ): Promise<RawSocket> {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    socket.setNoDelay()
    atEnd(() => Promise.resolve(socket.destroy()))
    const all = {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      ...headers,
    }
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
    socket.write(`GET /ws HTTP/1.1\r\n${lines.join('')}\r\n`)
    return new RawSocket(socket, isSilent)
  }

  /** The head of the answer: status line and headers. Rejects when the connection ends before. */
  async head(): Promise<string> {
    for (;;) {
      const end = this.#bytes.indexOf('\r\n\r\n')
      if (end >= 0) {
        const head = this.#bytes.toString('latin1', 0, end)
        this.#bytes = this.#bytes.subarray(end + 4)
        this.#hasHead = true
        this.#takeFrames()
        return head
      }
      this.#expectMore('the head of an answer')
      await this.#arrived.promise
    }
  }

  /** The next text message. Rejects when the connection ends before. */
  async text(): Promise<string> {
    for (;;) {
      const text = this.#texts.shift()
      if (text !== undefined) return text
      this.#expectMore('a text message')
      await this.#arrived.promise
    }
  }

  /** Reads nothing more, so that what is sent piles up. */
  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  /** From now on reads only what `read` asks for. */
  readByHand(): void {
    this.#socket.pause()
    this.#socket.off('data', this.#take)
    this.#socket.on('readable', () => this.#wake())
    this.#socket.on('end', () => this.#wake())
  }

  /** Reads so many bytes at most, waiting for the first. @returns how many */
  async read(byteCountMax: number): Promise<number> {
    for (;;) {
      const size = Math.min(byteCountMax, this.#socket.readableLength)
      const chunk = this.#socket.read(size) as Buffer | null
      if (chunk !== null) {
        this.#take(chunk)
        return chunk.length
      }
      if (this.#socket.destroyed || this.#socket.readableEnded)
        throw new Error('expected more to read, was the end')
      await this.#arrived.promise
    }
  }

  /** Shows that it is there. A client masks what it sends: here with zeros. */
  pong(payload: Buffer = Buffer.alloc(0)): void {
    const head = Buffer.of(0x80 | PONG, 0x80 | payload.length, 0, 0, 0, 0)
    this.#socket.write(Buffer.concat([head, payload]))
  }

  /** The text messages that were read whole since the last time. */
  texts(): string[] {
    return this.#texts.splice(0)
  }

  readonly #take = (chunk: Buffer): void => {
    this.#bytes = Buffer.concat([this.#bytes, chunk])
    if (this.#hasHead) this.#takeFrames()
    this.#wake()
  }

  #expectMore(what: string): void {
    if (this.#hasEnded) throw new Error(`expected ${what}, was the end of the connection`)
  }

  #wake(): void {
    this.#arrived.resolve(undefined)
    this.#arrived = Promise.withResolvers<undefined>()
  }

  #takeFrames(): void {
    for (let frame = this.#takeFrame(); frame !== null; frame = this.#takeFrame()) {
      const { opcode, isLast, payload } = frame
      if (opcode === PING && !this.#isSilent) this.pong(payload)
      if (opcode !== TEXT && opcode !== CONTINUED) continue
      this.#parts.push(payload)
      if (isLast) this.#texts.push(Buffer.concat(this.#parts.splice(0)).toString())
    }
  }

  /** Frames of a server are not masked. */
  #takeFrame() {
    const bytes = this.#bytes
    if (bytes.length < 2) return null
    const short = bytes[1]!
    const headerBytes = short === 127 ? 10 : short === 126 ? 4 : 2
    if (bytes.length < headerBytes) return null
    const size =
      short === 127
        ? Number(bytes.readBigUInt64BE(2))
        : short === 126
          ? bytes.readUInt16BE(2)
          : short
    if (bytes.length < headerBytes + size) return null
    this.#bytes = bytes.subarray(headerBytes + size)
    const payload = bytes.subarray(headerBytes, headerBytes + size)
    return { opcode: bytes[0]! & 15, isLast: bytes[0]! >= 0x80, payload }
  }
}
