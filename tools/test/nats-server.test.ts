// The server that tests talk to: real, restartable, and never left behind.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { findNatsServer, installNatsServer } from '../nats-server-program.ts'
import { type NatsServer, startNatsServer } from '../nats-server.ts'
import { repositoryRoot } from '../repository.ts'

const folder = mkdtempSync(join(tmpdir(), 'levels-find-nats-'))
const program = join(folder, 'nats-server')
writeFileSync(program, '#!/bin/sh\n')
chmodSync(program, 0o755)
afterAll(() => {
  rmSync(folder, { recursive: true })
})

/** Says something to a server in its own protocol, and waits for an answer that looks like this. */
async function ask(port: number, text: string, expected: RegExp): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(`CONNECT {"verbose":false,"headers":true}\r\n${text}`)
  let answer = ''
  for await (const part of socket.setEncoding('utf8')) {
    answer += String(part)
    if (expected.test(answer)) return answer
  }
  throw new Error(`expected ${String(expected)}, was ${answer}`)
}
const request = (subject: string, body = ''): string =>
  `SUB answer 1\r\nPUB ${subject} answer ${body.length}\r\n${body}\r\n`

const closed = (socket: Socket): true => {
  socket.destroy()
  return true
}

async function dial(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  return socket
}

describe('the program', () => {
  it('is the one that NATS_SERVER names, before any other', () => {
    const named = join(folder, 'named')
    writeFileSync(named, '#!/bin/sh\n', { mode: 0o755 })
    expect(findNatsServer({ NATS_SERVER: named, PATH: folder })).toBe(named)
  })

  it('is found on the PATH, then in the usual folders', () => {
    expect(findNatsServer({ PATH: `/nowhere:${folder}` }, [])).toBe(program)
    expect(findNatsServer({ PATH: '/nowhere' }, ['/nowhere', folder])).toBe(program)
    expect(findNatsServer({}, [])).toBeNull()
  })

  it('is not replaced by another when NATS_SERVER is wrong', () => {
    expect(() => findNatsServer({ NATS_SERVER: join(folder, 'absent'), PATH: folder })).toThrow(
      /expected NATS_SERVER to name a program, was ".*absent"/,
    )
    expect(() => findNatsServer({ NATS_SERVER: folder })).toThrow(/expected NATS_SERVER/)
  })

  it.runIf(process.getuid?.() === 0 && existsSync('/usr/bin/apt-get'))(
    'is installed once by those who ask together',
    async () => {
      expect(await Promise.all([installNatsServer(), installNatsServer()])).toEqual([null, null])
    },
  )
})

describe('a server', () => {
  it('keeps port and streams over a kill, and its folder goes with it', async () => {
    const server = await startNatsServer()
    const { url, port, storeDir } = server
    const stream = '{"name":"KEPT","subjects":["kept"]}'
    await ask(port, request('$JS.API.STREAM.CREATE.KEPT', stream), /"did_create":true/)
    await server.kill()
    expect(server.pid).toBeNull()
    await server.restart()
    expect([server.url, server.port]).toEqual([url, port])
    await ask(port, request('$JS.API.STREAM.INFO.KEPT'), /"subjects":\["kept"\]/)
    await server.stop()
    expect(existsSync(storeDir)).toBe(false)
    await expect(server.restart()).rejects.toThrow(/stopped for good/)
  })

  it('takes more configuration, and says what is wrong with it', async () => {
    const server = await startNatsServer({ config: 'max_payload: 1KB' })
    await ask(server.port, 'PING\r\n', /"max_payload":1024\b.*PONG/s)
    await server.stop()
    await expect(startNatsServer({ config: 'max_payload: many' })).rejects.toThrow(
      /expected nats-server to start, was: .*nats\.conf:1/s,
    )
  })

  it('answers nothing while suspended, and all of it afterwards', async () => {
    const server = await startNatsServer()
    server.suspend()
    // To connect is the kernel's work and succeeds; the server's greeting does not come.
    const socket = await dial(server.port)
    const greeting = once(socket, 'data')
    const isSilent = Promise.race([greeting.then(() => false), dial(server.port).then(closed)])
    expect(await isSilent).toBe(true)
    server.resume()
    await greeting
    socket.destroy()
    await server.stop()
  })

  it('ends, and its folder with it, when the process that started it is killed', async () => {
    const script = `
      import { startNatsServer } from '${join(repositoryRoot, 'tools/nats-server.ts')}'
      const { port, pid, storeDir } = await startNatsServer()
      console.log(JSON.stringify({ port, pid, storeDir }))
      setInterval(() => undefined, 1000)
    `
    const owner = spawn(process.execPath, ['--input-type=module-typescript', '--eval', script])
    const [line] = (await once(owner.stdout, 'data')) as [Buffer]
    const started = JSON.parse(line.toString()) as Pick<NatsServer, 'port' | 'storeDir'>
    const socket = await dial(started.port)
    socket.on('error', () => undefined).resume()
    // The server's end is seen by the connection that it loses.
    const lost = new Promise((resolve) => socket.once('close', resolve)) // a reset is an end as well
    owner.kill('SIGKILL')
    await lost
    await expect.poll(() => existsSync(started.storeDir), { timeout: 20_000 }).toBe(false)
  })

  it('keeps no process alive that has nothing else to do, but while it is awaited', async () => {
    const script = `
      import { startNatsServer } from '${join(repositoryRoot, 'tools/nats-server.ts')}'
      const server = await startNatsServer()
      await server.restart()
      await startNatsServer()
    `
    const owner = spawn(process.execPath, ['--input-type=module-typescript', '--eval', script])
    expect(await once(owner, 'exit')).toEqual([0, null])
  })
})
