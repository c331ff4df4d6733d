import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { atEnd } from './support.ts'

/** A WebSocket by hand, for what no library does: not to read, and to send what is no handshake. */
export class RawSocket {
  /** Resolves when the other side has ended it. It answers no ping. */
  readonly ended: Promise<unknown>
  readonly #socket: Socket
  #bytes = Buffer.alloc(0)
  #arrived = Promise.withResolvers<undefined>()

  private constructor(socket: Socket) {
    this.#socket = socket
    this.ended = once(socket, 'close')
    socket.on('data', (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk])
      this.#arrived.resolve(undefined)
      this.#arrived = Promise.withResolvers<undefined>()
    })
  }

  /** Connects and asks for `/ws`. */
  static async open(port: number, headers: Readonly<Record<string, string>>): Promise<RawSocket> {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
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
    return new RawSocket(socket)
  }

  /** The head of the answer: status line and headers. */
  async head(): Promise<string> {
    for (;;) {
      const end = this.#bytes.indexOf('\r\n\r\n')
      if (end >= 0) {
        const head = this.#bytes.toString('latin1', 0, end)
        this.#bytes = this.#bytes.subarray(end + 4)
        return head
      }
      await this.#arrived.promise
    }
  }

  /** The next text message; pings are passed over. */
  async text(): Promise<string> {
    for (;;) {
      const frame = this.#takeFrame()
      if (frame === null) await this.#arrived.promise
      else if (frame.opcode === 1) return frame.payload.toString()
    }
  }

  /** Reads nothing more, so that what is sent piles up. */
  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  /** Frames of a server are not masked, and this server does not split messages. */
  #takeFrame(): { readonly opcode: number; readonly payload: Buffer } | null {
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
    return { opcode: bytes[0]! & 15, payload: bytes.subarray(headerBytes, headerBytes + size) }
  }
}
