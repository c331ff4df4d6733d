// The clients of the delivery bench, in a process of their own: the platform's WebSocket, which they
// read as a browser does, down to the text.
const PAYLOAD_TS = /\n\{"ts":([0-9]+),/

/** What the parent asks for. */
export type ClientsOrder =
  | { readonly kind: 'connect'; readonly url: string; readonly count: number }
  | { readonly kind: 'measure'; readonly snapCount: number }

/** Told once every client has had every snap, or the time for it is over. */
export interface Deliveries {
  /** Publishing to the text at hand, ms, ascending. */
  readonly latenciesMs: number[]
  readonly missing: number
}

const GRACE_MS = 5000

const sockets: WebSocket[] = []
let latenciesMs: number[] = []
let expected = 0
let onComplete: (() => void) | null = null

process.on('message', (order: ClientsOrder) => {
  if (order.kind === 'connect') void connect(order.url, order.count)
  else measure(order.snapCount)
})

async function connect(url: string, count: number): Promise<void> {
  const startMs = performance.now()
  // Some at a time, as pages come: the queue of connections not yet taken is short.
  for (let n = 0; n < count; n += 50) {
    await Promise.all(Array.from({ length: Math.min(50, count - n) }, () => connectOne(url)))
  }
  process.send?.({ connectedMs: performance.now() - startMs })
}

function connectOne(url: string): Promise<undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>()
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`)
  sockets.push(socket)
  socket.addEventListener('error', () => {
    reject(new Error('expected a connection, was none'))
  })
  socket.addEventListener('message', (event) => {
    const data = event.data as string
    if (data.startsWith('{"type":"events","isReset":true')) resolve(undefined)
    if (!data.startsWith('{"type":"snap"')) return
    latenciesMs.push(Date.now() - Number(PAYLOAD_TS.exec(data)?.[1]))
    if (latenciesMs.length === expected) onComplete?.()
  })
  return promise
}

function measure(snapCount: number): void {
  latenciesMs = []
  expected = snapCount * sockets.length
  const tell = (): void => {
    onComplete = null
    clearTimeout(timer)
    latenciesMs.sort((a, b) => a - b)
    const deliveries: Deliveries = { latenciesMs, missing: expected - latenciesMs.length }
    process.send?.(deliveries)
  }
  const timer = setTimeout(tell, snapCount * 250 + GRACE_MS)
  onComplete = tell
}
