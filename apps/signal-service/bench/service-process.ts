import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** The service as it is run, in a process of its own. */
export class BenchService {
  readonly child: ChildProcess
  readonly startedMs = performance.now()
  #out = ''

  constructor(args: readonly string[]) {
    const main = join(import.meta.dirname, '../src/main.ts')
    const all = ['--conditions=@levels/source', main, '--http-port', '0', ...args]
    this.child = spawn(process.execPath, all, { stdio: ['ignore', 'pipe', 'inherit'] })
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#out += text))
  }

  /** When it wrote that it is live, ms after its start. */
  async live(): Promise<number> {
    while (!this.#out.includes('"state":"LIVE"')) await sleep(2)
    return performance.now() - this.startedMs
  }

  /** What reading the stream up to its end took at the start, ms. */
  get recoveredMs(): number {
    return Number(/"elapsedMs":(\d+),"msg":"recovered"/.exec(this.#out)?.[1])
  }

  async metrics(): Promise<ReadonlyMap<string, number>> {
    const url = /"http":"([^"]+)"/.exec(this.#out)?.[1] ?? ''
    const text = await (await fetch(`${url}/metrics`)).text()
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    return new Map(
      lines.map((line) => {
        const at = line.lastIndexOf(' ')
        return [line.slice(0, at), Number(line.slice(at + 1))]
      }),
    )
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const exit = once(this.child, 'exit')
    this.child.kill(signal)
    await exit
  }
}
