import type { ServerMessage, SnapMessage, StatusMessage } from './messages.ts'

const LINE_FEED = 0x0a

type Carrier = Omit<SnapMessage, 'signals'> | Omit<StatusMessage, 'status'>

/** A message without a payload, as it goes over the socket. */
export function frameOf(message: Exclude<ServerMessage, SnapMessage | StatusMessage>): Uint8Array {
  return Buffer.from(JSON.stringify(message))
}

/** A message and the payload that it carries, which is taken as it is. */
export function frameWith(header: Carrier, payload: Uint8Array): Uint8Array {
  const line = Buffer.from(JSON.stringify(header))
  const frame = Buffer.allocUnsafe(line.length + 1 + payload.length)
  frame.set(line)
  frame[line.length] = LINE_FEED
  frame.set(payload, line.length + 1)
  return frame
}
