// A publisher as lean as can be, in a process of its own: depth messages written as NATS' own bytes.
// It goes as far as its parent allows, by messages "how many may be sent altogether".
import { connect } from 'node:net'
import { depthText, type DepthPlan } from './depth-messages.ts'
import { marketText, type MarketMessageText } from './market-messages.ts'
import { type Spoil, spoiledText, SPOILS } from './spoiled-messages.ts'

interface Job extends DepthPlan {
  readonly port: number
  readonly count: number
  /** Messages a second; 0: as many as the parent allows. */
  readonly perSecond: number
  /** Only depth; spoiled, all but the first, one way after the other; or of every kind. */
  readonly kind: 'depth' | 'spoiled' | 'market'
}

const job = JSON.parse(process.argv[2] ?? '{}') as Job
const CHUNK = 256
const socket = connect(job.port, '127.0.0.1')
socket.setNoDelay(true)
socket.on('data', (data) => {
  if (data.includes('PING') && !socket.writableEnded) socket.write('PONG\r\n')
  if (data.includes('-ERR')) throw new Error(String(data))
})
socket.write('CONNECT {"verbose":false,"pedantic":false,"name":"bench"}\r\n')

// Made beforehand, so that it is not the making that is measured. Of millions not all fit into memory:
// beyond that they are made as they go, but for spoiled ones, which are sent again, as every one of them
// is refused like the first.
const texts = depthText(job)
const market = marketText(job)
const spoils = Object.keys(SPOILS) as Spoil[]
let made = 0
const ready: string[] = []
const READY_MAX = job.kind === 'spoiled' ? 28_001 : 200_000
function frame(): string {
  const { subject, text } = nextMessage()
  made++
  return `PUB ${subject} ${text.length}\r\n${text}\r\n`
}
function nextMessage(): MarketMessageText {
  if (job.kind === 'market') return market.next().value
  const text = texts.next().value
  const spoil = spoils[made % spoils.length]
  const isSpoiled = job.kind === 'spoiled' && made > 0 && spoil !== undefined
  return { subject: 'market.futures.mbp10', text: isSpoiled ? spoiledText(text, spoil) : text }
}
for (let i = 0; i < Math.min(job.count, READY_MAX); i++) ready.push(frame())
function frameAt(i: number): string {
  const again = job.kind === 'spoiled' && i > 0 ? 1 + ((i - 1) % (READY_MAX - 1)) : i
  return ready[again] ?? frame()
}

let allowed = 0
let sent = 0
let isWaiting = false
process.on('message', (count: number) => {
  allowed = count
  if (isWaiting) step()
})
process.send?.('ready')
const beganMs = performance.now()

function step(): void {
  isWaiting = false
  const due = job.perSecond === 0 ? Infinity : ((performance.now() - beganMs) * job.perSecond) / 1e3
  const limit = Math.min(allowed, job.count, due)
  while (sent < limit && socket.writableLength < 4 * 2 ** 20) {
    const to = Math.min(limit, sent + CHUNK)
    let chunk = ''
    for (; sent < to; sent++) chunk += frameAt(sent)
    socket.write(chunk)
  }
  if (sent >= job.count) {
    // The server's answer comes behind all of it.
    socket.end('PING\r\n')
    process.disconnect()
    return
  }
  // It takes no processor while it waits: the server and the service need both.
  if (job.perSecond !== 0) setTimeout(step, 2)
  else if (sent < limit) socket.once('drain', step)
  else isWaiting = true
}
step()
