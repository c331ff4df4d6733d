// A whole session in replay: opening it, and going to any moment of it as dragging the timeline
// does, over a real WebSocket, down to the payload read by the protocol's decoder.
import { createHash } from 'node:crypto'
import {
  closeSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeLevelSignals } from '@levels/contracts'
import { createGateway, replaySource } from '../src/index.ts'
import type { ServerMessage } from '../src/protocol.ts'
import { decodeServerMessage } from '../src/protocol.ts'
import { quantile, seededRandom, snapOf } from './snaps.ts'

const SNAPS = 93_600
const LEVELS_MAX = 4
const SEEKS = 2000
const HISTORIES = 50
const FIRST_TS = 1_773_151_200_000

const random = seededRandom(11)
const dir = mkdtempSync(join(tmpdir(), 'levels-seek-'))
process.on('exit', () => rmSync(dir, { recursive: true, force: true }))

function writeSession(): number {
  const path = join(dir, 'signals.ndjson')
  const file = openSync(path, 'w')
  const hash = createHash('sha256')
  for (let n = 0; n < SNAPS; n += 100) {
    const snaps = Array.from({ length: 100 }, (_, i) =>
      snapOf(FIRST_TS + (n + i) * 250, 1 + Math.floor(random() * LEVELS_MAX), random),
    )
    const text = snaps.map((snap) => `${encodeLevelSignals(snap)}\n`).join('')
    writeSync(file, text)
    hash.update(text)
  }
  closeSync(file)
  const manifest = {
    schema: 'levels.run.v1',
    run_id: 'bench',
    state: 'complete',
    reason: null,
    sources: [],
    symbol: 'ESH6',
    config: { levels: { snapIntervalMs: 250 } },
    snaps: SNAPS,
    first_snap_ts: FIRST_TS,
    last_snap_ts: FIRST_TS + (SNAPS - 1) * 250,
    digest: hash.digest('hex'),
  }
  writeFileSync(join(dir, 'manifest.json'), JSON.stringify(manifest))
  return statSync(path).size
}

const bytes = writeSession()
globalThis.gc?.()
const before = process.memoryUsage()
const openMs = performance.now()
const gateway = await createGateway({ source: replaySource(dir) })
const openedS = (performance.now() - openMs) / 1000
globalThis.gc?.()
const { heapUsed, arrayBuffers } = process.memoryUsage()
const heldMiB = (heapUsed - before.heapUsed + arrayBuffers - before.arrayBuffers) / 2 ** 20
console.log(
  `${SNAPS} snaps, ${(bytes / 1e6).toFixed(0)} MB: open in ${openedS.toFixed(1)} s, ${heldMiB.toFixed(0)} MiB held`,
)

const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/ws`)
let onMessage: (message: ServerMessage, characters: number) => void = () => undefined
socket.addEventListener('message', (event) => {
  const data = event.data as string
  const result = decodeServerMessage(data)
  if (!result.ok) throw new Error(result.reason)
  onMessage(result.message, data.length)
})
const helloMs = performance.now()
await new Promise((resolve) => {
  onMessage = ({ type }) => type === 'events' && resolve(undefined)
})
console.log(
  `a new client has the present, the history and all changes in ${(performance.now() - helloMs).toFixed(0)} ms`,
)

function ask(command: object, isAnswer: (message: ServerMessage) => boolean): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>()
  const startMs = performance.now()
  onMessage = (message) => {
    if (isAnswer(message)) resolve(performance.now() - startMs)
  }
  socket.send(JSON.stringify(command))
  return promise
}

async function measure(name: string, count: number, once: (id: number) => Promise<number>) {
  const times = new Float64Array(count)
  for (let id = 0; id < count; id++) {
    times[id] = await once(id)
    // No faster than a client may ask.
    await new Promise((resolve) => setTimeout(resolve, name === 'history' ? 100 : 10))
  }
  times.sort()
  const [p50, p99, max] = [0.5, 0.99, 1].map((share) => quantile(times, share).toFixed(2))
  console.log(`${name}: p50 ${p50} ms, p99 ${p99} ms, max ${max} ms (${count})`)
}

await measure('seek', SEEKS, (id) => {
  const ts = FIRST_TS + Math.floor(random() * SNAPS * 250)
  return ask(
    { type: 'seek', id, ts },
    (message) => message.type === 'snap' && message.seekId === id,
  )
})
await measure('history', HISTORIES, (id) => {
  const span = { fromTs: null, toTs: null, pointsMax: 2000 + id, levelIds: null }
  return ask(
    { type: 'history', id, ...span },
    (message) => message.type === 'history' && message.id === id,
  )
})
socket.close()
await gateway.close()
