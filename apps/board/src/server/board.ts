import { randomBytes } from 'node:crypto'
import type { Bus, NatsOptions } from '@levels/bus'
import { connectNats } from '@levels/bus'
import type { Gateway, OpeningProgress } from '@levels/gateway'
import { createGateway, isLoopback, liveSource, replaySource } from '@levels/gateway'
import { pino } from 'pino'
import { builtPage } from './page-folder.ts'

/** A user and password, or a token, in the address of a server: nobody's to read. */
const LOGIN = /[^/,\s]+@/g

/** What to show. */
export type BoardSource = { readonly nats: NatsOptions } | { readonly runDir: string }

export interface BoardOptions {
  readonly source: BoardSource
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  /** Null: none on loopback, one that is made up elsewhere. */
  readonly token: string | null
  readonly allowedHosts: readonly string[]
  /** Told in lines what is being done. */
  readonly say: (line: string) => void
}

/** A board at work. */
export interface Board {
  /** To be opened in a browser. Holds the token behind the `#`, which no browser sends anywhere. */
  readonly address: string
  /** The same for other machines, where it listens on all addresses that this one has: 16 at most. */
  readonly otherAddresses: readonly string[]
  close(): Promise<void>
}

/** @throws PageError, BusError, GatewayError; then nothing is left open */
export async function startBoard(options: BoardOptions): Promise<Board> {
  const { source, host, say } = options
  const token = options.token ?? (isLoopback(host) ? null : randomBytes(24).toString('base64url'))
  const pageDir = await builtPage(say)
  const bus = 'nats' in source ? await connect(source.nats, say) : null
  try {
    const gateway = await createGateway({
      source: 'runDir' in source ? replay(source.runDir, say) : liveSource(bus as Bus),
      pageDir,
      token,
      host,
      port: options.port,
      allowedHosts: options.allowedHosts,
    })
    const fragment = token === null ? '' : `#token=${token}`
    return {
      address: `${gateway.url}/${fragment}`,
      otherAddresses: gateway.otherUrls.map((url) => `${url}/${fragment}`),
      close: () => closeBoth(gateway, bus),
    }
  } catch (error) {
    await bus?.close()
    throw error
  }
}

async function closeBoth(gateway: Gateway, bus: Bus | null): Promise<void> {
  await gateway.close()
  await bus?.close()
}

/** The board of one that runs for days: what happens to its bus is on record. */
async function connect(nats: NatsOptions, say: BoardOptions['say']): Promise<Bus> {
  const servers = [nats.servers].flat().join(', ')
  say(`Connecting to ${servers.replace(LOGIN, '')} …`)
  const bus = await connectNats(nats)
  const log = pino({ base: { name: 'board' } }, pino.destination({ dest: 2, sync: true }))
  log.info({ bus: bus.name }, 'bus connected')
  bus.onStatus((status) => {
    if (status.kind === 'connected') log.info(status, 'bus')
    else log.warn(status, 'bus')
  })
  return bus
}

/** Opening takes seconds for a whole session: says how far it is, when it takes long. */
function replay(dir: string, say: BoardOptions['say']) {
  let saidMs = performance.now()
  return replaySource(dir, {
    onProgress: ({ byteCount, byteTotal }: OpeningProgress) => {
      if (performance.now() - saidMs < 2000) return
      saidMs = performance.now()
      say(`Reading ${dir}: ${((100 * byteCount) / byteTotal).toFixed(0)} %`)
    },
  })
}
