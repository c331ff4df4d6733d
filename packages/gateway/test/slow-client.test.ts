import { describe, expect, it } from 'vitest'
import { decodeServerMessage } from '../src/protocol.ts'
import { RawSocket } from './raw-socket.ts'
import { busWithStream, metric, publish, snapOf, startLive, TestClient } from './support.ts'

/** Large snaps, so that the system's own buffers are full soon. */
const snap = (n: number) =>
  snapOf(n, [{ id: 'L', note: 'x'.repeat(500_000), signal: n % 2 === 0 ? 'BREAK' : 'NEUTRAL' }])

describe('a client that does not read', () => {
  it('has no queue: it is given the newest once it reads, and every change of a signal', async () => {
    const bus = await busWithStream()
    const gateway = await startLive(bus)
    const slow = await RawSocket.open(gateway.port, { Host: 'localhost' })
    await slow.head()
    const fast = await new TestClient(gateway).settled()
    slow.pause()
    let n = 0
    let bytesWhenFull = 0
    // From the first snap that is passed over on, nothing more may be given to the connection.
    for (
      let superseded = 0;
      superseded < 20;
      superseded = await metric(gateway, 'superseded_total')
    ) {
      if (superseded > 0 && bytesWhenFull === 0) bytesWhenFull = await sentToOthers(n)
      await publish(bus, snap(++n))
      await fast.next('snap')
    }
    expect(await sentToOthers(n)).toBe(bytesWhenFull)

    slow.resume()
    const seqs: number[] = []
    const changes: number[] = []
    while (seqs.at(-1) !== n || changes.at(-1) !== n) {
      const result = decodeServerMessage(await slow.text())
      if (!result.ok) throw new Error(result.reason)
      const { message } = result
      if (message.type === 'snap') seqs.push(message.seq)
      if (message.type === 'events') changes.push(...message.events.map(({ seq }) => seq + 1))
    }
    const superseded = await metric(gateway, 'superseded_total')
    expect(seqs.length).toBe(n - superseded)
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b))
    expect(changes).toEqual(Array.from({ length: n - 1 }, (_, i) => i + 2))

    /** Snaps sent so far, less those that the fast client has. */
    async function sentToOthers(taken: number): Promise<number> {
      return Math.floor((await metric(gateway, 'bytes_sent_total')) / 500_000) - taken
    }
  })
})
