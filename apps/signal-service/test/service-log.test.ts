// A service ends in order whatever becomes of the log's reader.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'
import { ServiceProcess, until } from './support.ts'

it('exits 0 though nobody reads its log any more', async () => {
  await using service = new ServiceProcess(['--embedded'])
  await service.reaches('LIVE')
  service.child.stdout?.destroy()
  service.child.kill('SIGTERM')
  expect(await service.exit).toEqual({ code: 0, signal: null })
})

it('exits 0 though its log waits in a pipe that is full', async () => {
  const port = await freePort()
  // 64 KiB are what a pipe holds; the service is the one thing of the group that ends by itself.
  const script = `{ head -c 65536 /dev/zero; "$@" & echo "$!" >&2; wait $!; echo "$?" >&2; } | sleep 600`
  const main = join(import.meta.dirname, '../src/main.ts')
  const service = [process.execPath, '--conditions=@levels/source', main, '--embedded']
  const args = ['--http-port', String(port)]
  const shell = spawn('sh', ['-c', script, 'sh', ...service, ...args], {
    env: { ...process.env, LEVELS_WARM_UP_S: '0' },
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  try {
    const said = createInterface(shell.stderr)[Symbol.asyncIterator]()
    const pid = Number((await said.next()).value)
    await until('ready', async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null)
      return answer?.status === 200
    })
    process.kill(pid, 'SIGTERM')
    expect(await said.next()).toMatchObject({ value: '0' })
  } finally {
    process.kill(-(shell.pid ?? 0), 'SIGKILL')
  }
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
