import type { Bus } from '@levels/bus'

/**
 * Place of the last message that a stream held when it was asked where it ends; 0 when it held none.
 * The stream ends behind it where messages were deleted: those are given to nobody.
 *
 * @param coveredSeq place of the last message taken; an end up to it is given as it is
 * @throws BusError
 */
export async function lastHeldSeq(
  bus: Bus,
  stream: string,
  coveredSeq: () => number,
): Promise<number> {
  const { firstSeq, lastSeq } = await bus.streamState(stream)
  if (firstSeq > lastSeq) return 0
  if (lastSeq <= coveredSeq()) return lastSeq
  const last = await bus.lastMessage(stream, '>')
  // What was stored since the stream was asked, was sent later.
  return Math.min(last?.streamSeq ?? 0, lastSeq)
}
