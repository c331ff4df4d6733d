// A real nats-server for tests and benches: JetStream on, on loopback, and gone when they are.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { requireNatsServer } from './nats-server-program.ts'

export interface NatsServerOptions {
  /** More configuration in the server's own syntax: `authorization {…}`, `tls {…}`, `max_payload: 1KB`. */
  readonly config?: string
  /** Port on 127.0.0.1; a free one by default. */
  readonly port?: number
  /** Folder of the streams, kept by `stop`; a temporary one that `stop` removes by default. */
  readonly storeDir?: string
}

/** A server that a test owns. */
export interface NatsServer {
  /** `nats://127.0.0.1:<port>`, the same after a restart. */
  readonly url: string
  readonly port: number
  readonly storeDir: string
  /** Its process, null while there is none. */
  readonly pid: number | null
  /** What it logged last, some 64 KiB. */
  readonly log: string
  /** Ends it in order and removes its temporary folder: for good. */
  stop(): Promise<void>
  /** Ends it at once, as a crash does: SIGKILL. Its streams stay. */
  kill(): Promise<void>
  /** Runs it again on the same port and streams; one that still runs ends in order before. */
  restart(): Promise<void>
  /** Takes another configuration while it runs; connections stay. Resolves once it is in force. */
  reload(config: string): Promise<void>
  /** Makes its process stand still (SIGSTOP): connections stay open, and nothing answers from now on. */
  suspend(): void
  /** Lets it go on after `suspend`. */
  resume(): void
}

/** A nats-server that did not start; the message ends with its log. */
export class NatsServerError extends Error {
  override readonly name = 'NatsServerError'
  readonly code = 'NATS_SERVER_FAILED'
}

const READY_MS_MAX = 30_000
const LOG_CHARS_MAX = 65_536

/**
 * Starts a nats-server with JetStream and waits until it takes connections. It ends with this
 * process at the latest, however this process ends.
 * @throws NatsServerMissingError when the machine has none and none could be installed
 * @throws NatsServerError when it does not start, a wrong configuration for one
 */
export async function startNatsServer(options: NatsServerOptions = {}): Promise<NatsServer> {
  const program = await requireNatsServer()
  for (let attempt = 1; ; attempt += 1) {
    const server = new OwnedServer(program, options, options.port ?? (await freePort()))
    try {
      await server.start()
      return server
    } catch (error) {
      await server.stop()
      // Someone else took the port that was free a moment ago.
      const isTaken = /address already in use/.test(String(error)) && options.port === undefined
      if (!isTaken || attempt === 5) throw error
    }
  }
}

class OwnedServer implements NatsServer {
  readonly url: string
  readonly port: number
  readonly storeDir: string
  readonly #program: string
  readonly #folder: string
  #child: ChildProcess | null = null
  #log = ''
  #isStopped = false

  constructor(program: string, options: NatsServerOptions, port: number) {
    this.#program = program
    this.#folder = mkdtempSync(join(tmpdir(), 'levels-nats-'))
    this.port = port
    this.url = `nats://127.0.0.1:${port}`
    this.storeDir = options.storeDir ?? join(this.#folder, 'store')
    this.#configure(options.config ?? '')
  }

  #configure(config: string): void {
    writeFileSync(join(this.#folder, 'nats.conf'), `${config}\n`)
  }

  async reload(config: string): Promise<void> {
    this.#configure(config)
    const { promise, resolve } = Promise.withResolvers<undefined>()
    let told = ''
    const look = (text: string): void => {
      told += text
      if (told.includes('Reloaded server configuration')) resolve(undefined)
    }
    this.#child?.stderr?.on('data', look)
    this.#child?.kill('SIGHUP')
    await promise
    this.#child?.stderr?.off('data', look)
  }

  get pid(): number | null {
    return this.#child?.pid ?? null
  }

  get log(): string {
    return this.#log
  }

  async start(): Promise<void> {
    const child = spawnGuarded(this.#folder, [
      this.#program,
      ...['--addr', '127.0.0.1', '--port', String(this.port)],
      ...['--jetstream', '--store_dir', this.storeDir],
      ...['--config', join(this.#folder, 'nats.conf')],
    ])
    this.#child = child
    child.once('exit', () => {
      // A line tells the guard that there is nothing left to end.
      guardPipe(child).end('\n')
      if (this.#child === child) this.#child = null
    })
    const ready = this.#readLog(child)
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
    }, READY_MS_MAX)
    const isReady = await Promise.race([ready, once(child, 'exit').then(() => false)])
    clearTimeout(timer)
    if (!isReady) {
      throw new NatsServerError(`expected nats-server to start, was: ${this.#log.trimEnd()}`)
    }
  }

  /** Resolves when the log says that it takes connections, and keeps the log's end from then on. */
  #readLog(child: ChildProcess): Promise<true> {
    const { promise, resolve } = Promise.withResolvers<true>()
    let first: string | null = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#log = (this.#log + text).slice(-LOG_CHARS_MAX)
      if (first === null) return
      first += text
      if (!first.includes('Server is ready')) return
      first = null
      resolve(true)
    })
    return promise
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#end('SIGTERM')
    rmSync(this.#folder, { recursive: true, force: true })
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL')
  }

  async restart(): Promise<void> {
    if (this.#isStopped)
      throw new NatsServerError('expected a server that was not stopped for good')
    await this.#end('SIGTERM')
    await this.start()
  }

  suspend(): void {
    const pid = this.pid
    if (pid === null) return
    this.#child?.kill('SIGSTOP')
    // Its threads stop one after the other, a moment later.
    while (!isStopped(pid));
  }

  resume(): void {
    this.#child?.kill('SIGCONT')
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child
    if (child === null) return
    const ended = once(child, 'exit')
    child.ref()
    // A suspended process takes no SIGTERM before it goes on.
    if (signal === 'SIGTERM') child.kill('SIGCONT')
    child.kill(signal)
    await ended
  }
}

/**
 * Starts a program that ends when this process does, even by SIGKILL. A shell beside it holds the
 * other end of a pipe of ours: when the pipe breaks without a word, it kills the program and removes
 * the folder. The program takes the first shell's place, so that its id and exit are the child's.
 */
function spawnGuarded(folder: string, command: readonly string[]): ChildProcess {
  const guard = '(read -r _ <&3 || { kill -9 $$; rm -rf "$folder"; }) >/dev/null 2>&1 &'
  const script = `folder=$1; shift; ${guard} exec "$@" 3<&-`
  // In a session of its own: a Ctrl-C in the terminal reaches the tests, which end it.
  const child = spawn('sh', ['-c', script, 'sh', folder, ...command], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const pipe = guardPipe(child)
  // When the guard is gone before the line is written, there is nothing left to tell it.
  pipe.on('error', () => undefined)
  child.unref()
  pipe.unref()
  if (child.stderr instanceof Socket) child.stderr.unref()
  return child
}

/** Node closes stdin of a child that has ended before it says so: hence a pipe beside the three. */
function guardPipe(child: ChildProcess): Socket {
  const pipe = child.stdio[3]
  if (!(pipe instanceof Socket)) throw new NatsServerError('expected a pipe to the guard, was none')
  return pipe
}

/** Whether all threads of a process stand still: `T` in their state, as Linux or `ps` tells it. */
function isStopped(pid: number): boolean {
  const tasks = `/proc/${pid}/task`
  const states = existsSync(tasks)
    ? readdirSync(tasks).map(
        (task) => readFileSync(join(tasks, task, 'stat'), 'utf8').split(') ')[1],
      )
    : [execFileSync('ps', ['-o', 'state=', '-p', String(pid)], { encoding: 'utf8' })]
  return states.every((state) => state?.startsWith('T') === true)
}

/**
 * A port that is free now, below those that the system gives to connections: a client that calls a
 * dead server again and again could otherwise be given the server's port, and reach itself.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_768)
    const probe = createServer()
    const answer = Promise.race([
      once(probe, 'listening').then(() => true),
      once(probe, 'error').then(() => false),
    ])
    probe.listen(port, '127.0.0.1')
    if (!(await answer)) continue
    probe.close()
    await once(probe, 'close')
    return port
  }
}
