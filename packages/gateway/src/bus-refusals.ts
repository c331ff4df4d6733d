import type { Refusal } from '@levels/contracts'
import type { BusRefusals } from './messages.ts'
import { PROTOCOL_LIMITS } from './messages.ts'

/**
 * Adds a refused message to those of its subject. The paths of a publisher's own making, and what is
 * quoted of it, may be as long as a message: what is told of them is cut.
 *
 * @param known null: it is the first
 * @param nowTs Unix ms
 */
export function refusalsWith(
  known: BusRefusals | null,
  { code, path, message }: Refusal,
  nowTs: number,
): BusRefusals {
  const { refusalLengthMax } = PROTOCOL_LIMITS
  // Room for the message is left whatever the path.
  const place = cut(path ?? '$', refusalLengthMax / 2)
  const reason = cut(`${place}: ${message}`, refusalLengthMax)
  return { count: (known?.count ?? 0) + 1, lastTs: nowTs, code, reason }
}

function cut(text: string, lengthMax: number): string {
  return text.length <= lengthMax ? text : `${text.slice(0, lengthMax - 1)}…`
}
