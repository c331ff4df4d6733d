import { readdirSync, readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { expect, it } from 'vitest'
import { ServiceProcess } from './support.ts'

/** Niceness of a process' main thread, and of its others. */
function nicenessOf(pid: number): { main: number; helpers: number[] } {
  const tasks = `/proc/${pid}/task`
  const read = (thread: string): number => {
    const stat = readFileSync(`${tasks}/${thread}/stat`, 'utf8')
    // The name, in brackets, may hold anything; niceness is the seventeenth field behind it.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])
  }
  const helpers = readdirSync(tasks).filter((thread) => thread !== String(pid))
  return { main: read(String(pid)), helpers: helpers.map(read) }
}

it.runIf(process.platform === 'linux')(
  "lets the engine's helpers give way to the thread that reads the market",
  async () => {
    await using service = new ServiceProcess(['--embedded'])
    await service.reaches('LIVE')
    const { main, helpers } = nicenessOf(service.child.pid ?? 0)
    expect(main).toBe(getPriority())
    expect(helpers.filter((niceness) => niceness > main)).not.toEqual([])
  },
)
