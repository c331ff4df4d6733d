import { encodeLevelSignals } from '@levels/contracts'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { TIMING } from '../src/client-set.ts'
import type { ServerMessage } from '../src/protocol.ts'
import { decodeServerMessage } from '../src/protocol.ts'
import { RawSocket } from './raw-socket.ts'
import { bytesOf, metric, publish, snapOf, startLive, startReplay } from './support.ts'
import { busWithStream, temporaryFolder, TestClient, writeRun } from './support.ts'

/** Large snaps, so that the system's own buffers are full soon. */
const snap = (n: number) =>
  snapOf(n, [{ id: 'L', note: 'x'.repeat(500_000), signal: n % 2 === 0 ? 'BREAK' : 'NEUTRAL' }])

afterEach(() => {
  vi.useRealTimers()
})

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

/** The messages that a client read whole. */
function messagesOf(texts: readonly string[]): ServerMessage[] {
  return texts.map((text) => {
    const result = decodeServerMessage(text)
    if (!result.ok) throw new Error(result.reason)
    return result.message
  })
}

describe('a client that reads more slowly than snaps come', () => {
  it('is given new ones, not all of them, while another is given all', async () => {
    const slowness = 4
    const wide = (n: number) => snapOf(n, [{ id: 'L', note: 'x'.repeat(20_000) }])
    const bus = await busWithStream()
    const gateway = await startLive(bus)
    const slow = await RawSocket.open(gateway.port, { Host: 'localhost' })
    await slow.head()
    const fast = await new TestClient(gateway).settled()
    slow.readByHand()
    const sentBefore = await metric(gateway, 'frames_sent_total')
    const count = 15 * slowness
    const seqs: number[] = []
    for (let n = 1; n <= count; n++) {
      await publish(bus, wide(n))
      await fast.next('snap')
      for (let left = Math.floor(bytesOf(wide(0)).length / slowness); left > 0;) {
        left -= await slow.read(left)
      }
      for (const message of messagesOf(slow.texts())) {
        if (message.type !== 'snap') continue
        seqs.push(message.seq)
        // Four may be unread: the last of them is read when as many more have come for each.
        expect(n - message.seq).toBeLessThanOrEqual(4 * slowness + 3)
      }
    }
    const superseded = await metric(gateway, 'superseded_total')
    const sentToSlow = (await metric(gateway, 'frames_sent_total')) - sentBefore - count
    expect(seqs.length).toBeGreaterThan(10)
    expect(sentToSlow - seqs.length).toBeLessThanOrEqual(5)
    expect(superseded).toBeGreaterThanOrEqual(count - sentToSlow - 1)
    expect(fast.messages.filter(({ type }) => type === 'snap').length).toBe(count)
  })

  it('is not let go while it reads, and is given nothing that would grow old behind a history', async () => {
    const levels = Array.from({ length: 16 }, (_, i) => ({ id: `L${i}` }))
    const lines = Array.from({ length: 1500 }, (_, n) => encodeLevelSignals(snapOf(n, levels)))
    const dir = writeRun(temporaryFolder(), lines)
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const gateway = await startReplay(dir)
    const slow = await RawSocket.open(gateway.port, { Host: 'localhost' })
    await slow.head()
    slow.readByHand()
    const messages: ServerMessage[] = []
    let pings = 0
    // A part of a message and a little from one ping of the gateway to the next.
    for (; messages.at(-1)?.type !== 'events'; pings++) {
      vi.advanceTimersByTime(TIMING.pingMs)
      for (let left = 80_000; left > 0 && messages.at(-1)?.type !== 'events';) {
        left -= await slow.read(left)
        messages.push(...messagesOf(slow.texts()))
      }
      expect(await metric(gateway, 'clients')).toBe(1)
    }
    expect(pings).toBeGreaterThan(3)
    const types = messages.map(({ type }) => type)
    expect(types).toEqual(['hello', 'player', 'snap', 'history', 'events'])
  })
})
