// 1,000 clients at 4 Hz on one core: how long a snap takes from being published to being the text
// that a client's handler is given. Gateway and clients are processes of their own, on a core each
// where there is `taskset`; the clients' own work is part of what is measured.
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { ClientsOrder, Deliveries } from './clients-process.ts'
import type { PublishCost, PublishOrder } from './gateway-process.ts'
import { quantile } from './snaps.ts'

const CLIENTS = 1000
const WARM_UP_SNAPS = 20
const SNAPS = 120

const canPin = existsSync('/usr/bin/taskset')

/** A process of the bench on a core of its own. */
function startProcess(file: string, core: number): ChildProcess {
  const node = [process.execPath, '--conditions=@levels/source', join(import.meta.dirname, file)]
  const command = canPin ? ['/usr/bin/taskset', '-c', String(core), ...node] : node
  return spawn(command[0] ?? '', command.slice(1), { stdio: ['ignore', 2, 2, 'ipc'] })
}

async function told<T>(child: ChildProcess): Promise<T> {
  const [message] = (await once(child, 'message')) as [T]
  return message
}

const gateway = startProcess('gateway-process.ts', 0)
const { url } = await told<{ url: string }>(gateway)
const clients = startProcess('clients-process.ts', 1)
const connecting: ClientsOrder = { kind: 'connect', url, count: CLIENTS }
clients.send(connecting)
const { connectedMs } = await told<{ connectedMs: number }>(clients)
console.log(
  `${CLIENTS} clients connected in ${connectedMs.toFixed(0)} ms${canPin ? ', a core each for them and the gateway' : ''}`,
)

async function round(snapCount: number, levelCount: number): Promise<[PublishCost, Deliveries]> {
  const measuring: ClientsOrder = { kind: 'measure', snapCount }
  const order: PublishOrder = { snapCount, levelCount }
  clients.send(measuring)
  gateway.send(order)
  return Promise.all([told<PublishCost>(gateway), told<Deliveries>(clients)])
}

// This process only waits meanwhile: how late it is woken is the machine's doing.
const idle = monitorEventLoopDelay({ resolution: 10 })

let isMissed = false
for (const levelCount of [3, 30]) {
  await round(WARM_UP_SNAPS, levelCount)
  idle.reset()
  idle.enable()
  const [cost, { latenciesMs, missing }] = await round(SNAPS, levelCount)
  idle.disable()
  const [p50, p99, max] = [0.5, 0.99, 1].map((share) => quantile(latenciesMs, share).toFixed(0))
  console.log(
    [
      `${levelCount} levels, ${(cost.snapBytes / 1000).toFixed(1)} kB a snap, ${SNAPS} snaps:`,
      `  delivery p50 ${p50} ms, p99 ${p99} ms, max ${max} ms; ${latenciesMs.length} delivered, ${missing} not, ${cost.superseded} passed over for a newer one`,
      `  gateway ${(100 * cost.cpuShare).toFixed(0)} % of a core, ${cost.rssMiB.toFixed(0)} MiB; ${(cost.serialisations / SNAPS).toFixed(2)} serialisations a snap`,
      `  offered to written, in the gateway: p99 within ${cost.writtenMsP99} ms; an idle process was woken late by p99 ${(idle.percentile(99) / 1e6 - 10).toFixed(0)} ms, max ${(idle.max / 1e6 - 10).toFixed(0)} ms`,
    ].join('\n'),
  )
  if (!(quantile(latenciesMs, 0.99) < 100)) isMissed = true
}
clients.kill()
gateway.send('end')
if (isMissed) console.log('missed: p99 delivery under 100 ms')
