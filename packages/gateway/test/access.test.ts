import { mkdirSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Gateway } from '../src/index.ts'
import { createGateway, GatewayError, liveSource } from '../src/index.ts'
import { CloseCode } from '../src/protocol.ts'
import { RawSocket } from './raw-socket.ts'
import { busWithStream, metric, startLive, temporaryFolder, TestClient } from './support.ts'

const TOKEN = 'correct-horse-battery'
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })

/** Status line of an attempt to open a WebSocket. */
async function upgrade(gateway: Gateway, headers: Record<string, string>): Promise<string> {
  const socket = await RawSocket.open(gateway.port, headers)
  return (await socket.head()).split('\r\n')[0]!
}

/** Status of a request with headers that fetch would change: `Host`, `If-None-Match`, a bare path. */
function statusOf(
  { port }: Gateway,
  path: string,
  headers: Record<string, string>,
): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>()
  const options = { host: '127.0.0.1', port, path, headers }
  request(options, (response) => {
    response.resume()
    resolve(response.statusCode)
  })
    .on('error', reject)
    .end()
  return promise
}

describe('on loopback', () => {
  it('a name that was made to point here is refused', async () => {
    const gateway = await startLive(await busWithStream())
    const { port } = gateway
    for (const Host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, 'LOCALHOST']) {
      expect(await statusOf(gateway, '/healthz', { Host }), Host).toBe(200)
    }
    for (const Host of [
      'evil.example',
      '127.0.0.1.evil.example',
      'localhost.evil.example:80',
      'a b',
    ]) {
      expect(await statusOf(gateway, '/healthz', { Host }), Host).toBe(403)
      expect(await upgrade(gateway, { Host }), Host).toContain('403')
    }
    expect(await upgrade(gateway, { Host: '' })).toContain('403')
  })

  it('a page of another site cannot open the WebSocket', async () => {
    const gateway = await startLive(await busWithStream())
    const Host = `localhost:${gateway.port}`
    expect(await upgrade(gateway, { Host })).toContain('101')
    expect(await upgrade(gateway, { Host, Origin: `http://${Host}` })).toContain('101')
    const others = ['http://evil.example', 'http://localhost', 'http://localhost:1', 'null', 'x']
    for (const Origin of [...others, `http://${Host}.evil.example`]) {
      expect(await upgrade(gateway, { Host, Origin }), Origin).toContain('403')
    }
    expect(await metric(gateway, 'refusals_total{reason="origin"}')).toBe(6)
  })
})

describe('a token', () => {
  it('is needed wherever others can reach the gateway', async () => {
    const source = liveSource(await busWithStream())
    for (const options of [
      { host: '0.0.0.0' },
      { host: '::' },
      { allowedHosts: ['board.example'] },
    ]) {
      const refused = createGateway({ source, ...options })
      await expect(refused).rejects.toMatchObject({ code: 'CONFIG' })
      await expect(refused).rejects.toBeInstanceOf(GatewayError)
    }
    for (const token of ['short', 'with space in it, long enough', 'ünprintable-and-long']) {
      await expect(createGateway({ source, token })).rejects.toMatchObject({ code: 'CONFIG' })
    }
    const gateway = await startLive(await busWithStream(), { host: '0.0.0.0', token: TOKEN })
    expect(gateway.url).toBe(`http://127.0.0.1:${gateway.port}`)
    expect(await statusOf(gateway, '/healthz', { Host: 'any.example' })).toBe(200)
  })

  it('comes in a header, or as the first message after a challenge', async () => {
    const gateway = await startLive(await busWithStream(), { token: TOKEN })
    const program = await new TestClient(gateway, bearer(TOKEN)).greeted()
    expect(program.messages[0]!.type).toBe('hello')
    const page = new TestClient(gateway)
    await page.next('challenge')
    page.send({ type: 'auth', token: TOKEN })
    await page.next('hello')
    expect(page.messages[1]!.type).toBe('hello')
  })

  it('that is wrong, late or missing lets nobody in, and nothing out', async () => {
    const gateway = await startLive(await busWithStream(), { token: TOKEN, timing: { authMs: 50 } })
    const Host = `localhost:${gateway.port}`
    const wrong = [`${TOKEN}x`, TOKEN.slice(1), TOKEN.toUpperCase()]
    for (const token of wrong) {
      expect(await upgrade(gateway, { Host, ...bearer(token) })).toContain('401')
    }
    expect(await upgrade(gateway, { Host, Authorization: TOKEN })).toContain('401')
    const first = [
      '{"type":"pause"}',
      `{"type":"auth","token":"${TOKEN}x"}`,
      '{',
      '{"type":"auth"}',
    ]
    for (const text of [...first, null]) {
      const client = new TestClient(gateway)
      await client.next('challenge')
      if (text !== null) client.sendRaw(text)
      expect(await client.closed).toMatchObject({ code: CloseCode.Unauthorized })
      const types = client.messages.map(({ type }) => type)
      expect(types.filter((type) => type !== 'error')).toEqual(['challenge'])
    }
    expect((await fetch(`${gateway.url}/metrics`)).status).toBe(401)
    expect(await metric(gateway, 'connections_total', bearer(TOKEN))).toBe(0)
    expect(await metric(gateway, 'clients', bearer(TOKEN))).toBe(0)
  })

  it('is not waited for from more than 64 at once: the one that has waited the longest goes', async () => {
    const gateway = await startLive(await busWithStream(), { token: TOKEN })
    const unknown = Array.from({ length: 64 }, () => new TestClient(gateway))
    for (const client of unknown) await client.next('challenge')
    const late = new TestClient(gateway)
    await late.next('challenge')
    expect(await Promise.race(unknown.map(({ closed }) => closed))).toMatchObject({
      code: CloseCode.Full,
    })
    late.send({ type: 'auth', token: TOKEN })
    await late.next('hello')
    await new TestClient(gateway, bearer(TOKEN)).greeted()
    expect(await metric(gateway, 'refusals_total{reason="full"}', bearer(TOKEN))).toBe(1)
  })

  it('lets its owner in however many others come back again and again without one', async () => {
    const gateway = await startLive(await busWithStream(), { token: TOKEN })
    let isEnding = false
    let comings = 0
    // They answer nothing, not even that they are closed: 64 wait, 64 are on their way out.
    const comeBack = async (): Promise<void> => {
      while (!isEnding) {
        const socket = await RawSocket.open(gateway.port, { Host: 'localhost' }, { isSilent: true })
        comings++
        await socket.ended
      }
    }
    for (let n = 0; n < 130; n++) void comeBack().catch(() => undefined)
    try {
      while (comings < 200) await statusOf(gateway, '/healthz', { Host: 'localhost' })
      for (let n = 0; n < 10; n++) {
        const owner = new TestClient(gateway)
        await owner.next('challenge')
        owner.send({ type: 'auth', token: TOKEN })
        await owner.next('hello')
      }
      expect(await metric(gateway, 'clients', bearer(TOKEN))).toBeLessThanOrEqual(64 + 10)
    } finally {
      isEnding = true
    }
  })

  it('serves names of a proxy, for which pages have the proxy as their origin', async () => {
    const options = { token: TOKEN, allowedHosts: ['board.example'] }
    const gateway = await startLive(await busWithStream(), options)
    const Host = 'board.example'
    expect(await upgrade(gateway, { Host, Origin: 'https://board.example' })).toContain('101')
    expect(await upgrade(gateway, { Host, Origin: 'https://evil.example' })).toContain('403')
    expect(await statusOf(gateway, '/healthz', { Host: 'other.example' })).toBe(403)
  })
})

describe('the page', () => {
  const pageDir = join(temporaryFolder(), 'page')
  beforeAll(() => {
    mkdirSync(join(pageDir, 'assets'), { recursive: true })
    writeFileSync(join(pageDir, 'index.html'), '<!doctype html><title>Levels</title>')
    writeFileSync(join(pageDir, 'assets/index-abc.js'), 'let plain')
    writeFileSync(join(pageDir, 'assets/index-abc.js.br'), 'not really brotli')
    writeFileSync(join(pageDir, '.secret'), 'x')
    writeFileSync(join(pageDir, '../outside'), 'x')
  })

  it('comes with a policy under which nothing inline runs, frames or leaves', async () => {
    const gateway = await startLive(await busWithStream(), { pageDir })
    for (const path of ['/', '/assets/index-abc.js', '/nothing', '/healthz', '/ws']) {
      const { headers } = await fetch(gateway.url + path)
      const policy = headers.get('content-security-policy')!
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("connect-src 'self'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toMatch(/unsafe|http:|data:|\*/)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
    }
  })

  it('is asked for anew each time, what has a name of its own never', async () => {
    const gateway = await startLive(await busWithStream(), { pageDir })
    const page = await fetch(`${gateway.url}/`)
    expect(await page.text()).toContain('<title>Levels')
    expect(page.headers.get('content-type')).toContain('text/html')
    expect(page.headers.get('cache-control')).toBe('no-cache')
    const etag = page.headers.get('etag')!
    expect(await statusOf(gateway, '/', { Host: 'localhost', 'If-None-Match': etag })).toBe(304)
    const asset = await fetch(`${gateway.url}/assets/index-abc.js`, {
      headers: { 'Accept-Encoding': 'identity' },
    })
    expect(await asset.text()).toBe('let plain')
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  })

  it('is sent compressed where that is at hand', async () => {
    const gateway = await startLive(await busWithStream(), { pageDir })
    const url = `${gateway.url}/assets/index-abc.js`
    const { headers } = await fetch(url, { method: 'HEAD', headers: { 'Accept-Encoding': 'br' } })
    expect(headers.get('content-encoding')).toBe('br')
    expect(headers.get('content-type')).toContain('javascript')
    expect(headers.get('cache-control')).toContain('immutable')
    expect(headers.get('vary')).toContain('accept-encoding')
  })

  it('is its folder and nothing else', async () => {
    const gateway = await startLive(await busWithStream(), { pageDir })
    for (const path of [
      '/.secret',
      '/../outside',
      '/%2e%2e/outside',
      '/assets/..%2f..%2foutside',
    ]) {
      expect(await statusOf(gateway, path, { Host: 'localhost' }), path).toBeGreaterThanOrEqual(400)
    }
    const missing = await fetch(`${gateway.url}/<script>alert(1)</script>`)
    expect(missing.status).toBe(404)
    expect(await missing.text()).toBe('not found\n')
  })
})

describe('an address', () => {
  it('that cannot be read is refused as plainly as all else', async () => {
    const gateway = await startLive(await busWithStream())
    const response = await fetch(`${gateway.url}/%zz`)
    expect([response.status, await response.text()]).toEqual([400, 'error\n'])
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  it('that is taken is told, and leaves nothing behind', async () => {
    const gateway = await startLive(await busWithStream())
    const source = liveSource(await busWithStream())
    await expect(createGateway({ source, port: gateway.port })).rejects.toMatchObject({
      code: 'ADDRESS',
    })
  })
})
