import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { closed, replayed, sessionMessages } from './session.ts'
import { payloadsUpTo, publish, startBus, startService, textsOf, tsOf } from './support.ts'

const folder = mkdtempSync(join(tmpdir(), 'levels-security-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const PASSWORD = 'correct-horse-battery-staple'
const TOKEN = 'a-token-that-no-log-may-hold'
// Made for this test, and of no use elsewhere.
const NKEY = 'UCA7M7O7Y5NIDAK2J34PX3QLQ3NGLB6OLHKQXI3DKONSPATUTMOYQRBQ'
const NKEY_SEED = 'SUAEUAVDX2NNM7WC245QSGUOAYI5VS5256FK7TAONTNJ74O2MRLAMK4NCQ'
const fixture = (name: string): string => join(import.meta.dirname, 'fixtures', name)
// A machine that stands still is no lull.
const PATIENT = ['--lull-grace', '60000']
const session = sessionMessages({ seed: 83, durationS: 10 })

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

type Bus = Awaited<ReturnType<typeof startBus>>
type Service = ReturnType<typeof startService>

/** It runs on this server, and nothing it says anywhere holds the secret. */
async function expectService({ bus }: Bus, service: Service, secret: string): Promise<void> {
  const said: string[] = []
  await bus.subscribe(['levels.>', '$SRV.>'], ({ subject, data }) => {
    said.push(subject, new TextDecoder().decode(data))
  })
  await service.reaches('LIVE')
  await publish(bus, closed(session), { speed: 50 })
  const { payloads } = await replayed(session)
  expect(textsOf(await payloadsUpTo(bus, tsOf(payloads.at(-1))))).toEqual(payloads)
  const url = await service.url()
  for (const path of ['/healthz', '/readyz', '/metrics']) {
    said.push(await (await fetch(`${url}${path}`)).text())
  }
  service.child.kill('SIGTERM')
  expect((await service.exit).code).toBe(0)
  said.push(service.out, service.err)
  expect(said.join('\n')).toContain('STOPPING')
  expect(said.join('\n')).not.toContain(secret)
}

describe.concurrent('a server that demands', () => {
  it('a user and a password over TLS is served, and neither is told to anyone', async () => {
    const [cert, key] = [fixture('server.pem'), fixture('server.key')]
    const config = `authorization { user: levels, password: "${PASSWORD}" }
      tls { cert_file: "${cert}", key_file: "${key}" }`
    const credentials = { user: 'levels', password: PASSWORD }
    await using bus = await startBus({ config }, { credentials, tls: { caFile: cert } })
    const args = [...PATIENT, '--nats-user', 'levels', '--tls-ca', cert]
    await using service = startService(bus.server.url, args, { LEVELS_NATS_PASSWORD: PASSWORD })
    await expectService(bus, service, PASSWORD)
  })

  it('a token is served, given in the address', async () => {
    const config = `authorization { token: "${TOKEN}" }`
    await using bus = await startBus({ config }, { credentials: { token: TOKEN } })
    const url = bus.server.url.replace('//', `//${TOKEN}@`)
    await using service = startService('nats://overruled:4222', [...PATIENT, '--nats', url])
    await expectService(bus, service, TOKEN)
  })

  it('an nkey is served', async () => {
    const nkeySeedFile = file('user.nk', NKEY_SEED)
    const config = `authorization { users: [ { nkey: ${NKEY} } ] }`
    await using bus = await startBus({ config }, { credentials: { nkeySeedFile } })
    await using service = startService(bus.server.url, [...PATIENT, '--nkey', nkeySeedFile])
    await expectService(bus, service, NKEY_SEED)
  })

  it('credentials of an operator is served', async () => {
    const credsFile = fixture('levels.creds')
    const config = readFileSync(fixture('operator.conf'), 'utf8')
    await using bus = await startBus({ config }, { credentials: { credsFile } })
    await using service = startService(bus.server.url, [...PATIENT, '--creds', credsFile])
    const seed = /^SU[A-Z2-7]{56}$/m.exec(readFileSync(credsFile, 'utf8'))![0]
    await expectService(bus, service, seed)
  })

  it('other credentials ends the service with code 3, and its words hold no secret', async () => {
    const config = 'authorization { user: levels, password: "another" }'
    const credentials = { user: 'levels', password: 'another' }
    await using bus = await startBus({ config }, { credentials })
    const env = { LEVELS_NATS_USER: 'levels', LEVELS_NATS_PASSWORD: PASSWORD }
    await using service = startService(bus.server.url, [], env)
    expect(await service.exit).toMatchObject({ code: 3 })
    expect(service.err).toMatch(/^error: AUTH_FAILED: /)
    expect(service.err + service.out).not.toContain(PASSWORD)
  })

  const rights = 'rights that it lacks ends the service with code 3, and it says which'
  it.each<[string, string[], string[], RegExp]>([
    ['to ask for streams', ['levels.>'], ['_INBOX.>'], /\$JS\.API\.STREAM\.INFO/],
    ['to hear answers', ['levels.>', '$JS.API.>'], ['market.>'], /_INBOX/],
    [
      'to read streams',
      ['levels.>', '$JS.API.INFO', '$JS.API.STREAM.>'],
      ['_INBOX.>'],
      /\$JS\.API\.CONSUMER/,
    ],
  ])(`${rights}: %s`, async (_name, publishes, subscribes, says) => {
    const allow = (subjects: readonly string[]): string => `{ allow: ${JSON.stringify(subjects)} }`
    const config = `authorization { users: [ { user: all, password: all },
      { user: levels, password: "${PASSWORD}", permissions: {
        publish: ${allow(publishes)}, subscribe: ${allow(subscribes)} } } ] }`
    await using bus = await startBus({ config }, { credentials: { user: 'all', password: 'all' } })
    const env = { LEVELS_NATS_USER: 'levels', LEVELS_NATS_PASSWORD: PASSWORD }
    await using service = startService(bus.server.url, [], env)
    expect(await service.exit).toMatchObject({ code: 3 })
    expect(service.err).toMatch(/^error: PERMISSION_DENIED: /)
    expect(service.err).toMatch(says)
    expect(service.err + service.out).not.toContain(PASSWORD)
  })

  it('a subject that it may not publish is told, and the rest goes on', async () => {
    const config = `authorization { users: [ { user: all, password: all },
      { user: levels, password: "${PASSWORD}", permissions: { publish: { deny: "levels.status" } } } ] }`
    await using bus = await startBus({ config }, { credentials: { user: 'all', password: 'all' } })
    const env = { LEVELS_NATS_USER: 'levels', LEVELS_NATS_PASSWORD: PASSWORD }
    await using service = startService(bus.server.url, PATIENT, env)
    await service.reaches('DEGRADED PUBLISH_FORBIDDEN')
    expect(service.out).toContain('expected the right to publish levels.status')
    await publish(bus.bus, closed(session), { speed: 50 })
    const { payloads } = await replayed(session)
    expect(textsOf(await payloadsUpTo(bus.bus, tsOf(payloads.at(-1))))).toEqual(payloads)
  })

  it('a right that is withdrawn while it is live is told, and a right that is back is used', async () => {
    const users = (rights: string): string =>
      `authorization { users: [ { user: all, password: all }, { user: levels, password: "${PASSWORD}"${rights} } ] }`
    const credentials = { user: 'all', password: 'all' }
    await using bus = await startBus({ config: users('') }, { credentials })
    const env = { LEVELS_NATS_USER: 'levels', LEVELS_NATS_PASSWORD: PASSWORD }
    await using service = startService(bus.server.url, ['--source', 'core'], env)
    const live = await service.reaches('LIVE')
    await bus.server.reload(users(', permissions: { subscribe: { deny: "market.>" } }'))
    const told = await service.reaches('DEGRADED START_FAILED', live)
    await bus.server.reload(users(''))
    await service.reaches('LIVE', told)
  })

  it('trust that it does not deserve ends the service with code 3, as waiting does not help', async () => {
    const [cert, key] = [fixture('server.pem'), fixture('server.key')]
    const config = `tls { cert_file: "${cert}", key_file: "${key}" }`
    await using bus = await startBus({ config }, { tls: { caFile: cert } })
    await using service = startService(bus.server.url, ['--tls'])
    expect(await service.exit).toMatchObject({ code: 3 })
    expect(service.err).toMatch(/^error: TLS_FAILED: expected a server to be trusted .*self.signed/)
  })

  it('a login, torn by a comma in the address, is told of without any part of it', async () => {
    await using service = startService('nats://levels:1234,hidden@127.0.0.1:4222')
    expect(await service.exit).toMatchObject({ code: 2 })
    expect(service.err).toMatch(/a comma in a login as %2C/)
    expect(service.err + service.out).not.toMatch(/levels:|1234|hidden/)
  })

  it('a file that is no credentials ends it with code 2', async () => {
    const creds = file('none.creds', 'SECRET STUFF')
    await using service = startService('nats://127.0.0.1:1', ['--creds', creds])
    expect(await service.exit).toMatchObject({ code: 2 })
    expect(service.err).toMatch(/^error: CREDENTIALS: .*none\.creds: expected NATS credentials/)
    expect(service.err + service.out).not.toContain('SECRET STUFF')
  })
})
