// Servers that demand to know who is there, and clients that tell them, or do not.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { nkeys } from '@nats-io/transport-node'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { type NatsServer, startNatsServer } from '../../../tools/nats-server.ts'
import { BusError, type BusStatus, connectNats, type NatsOptions } from '../src/index.ts'
import { makeCertificate } from './certificate.ts'
import { bytes, fault, said, statusesOf } from './support.ts'

const folder = mkdtempSync(join(tmpdir(), 'levels-credentials-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})
const file = (name: string, content: string): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

let server: NatsServer
const serve = async (config: string): Promise<void> => {
  server = await startNatsServer({ config })
}
afterEach(() => server.stop())

/** Connects, does something that takes a connection, and closes. */
async function use(options: Partial<NatsOptions>): Promise<void> {
  const bus = await connectNats({ servers: server.url, connectTimeoutMs: 2_000, ...options })
  const statuses = statusesOf(bus)
  await bus.subscribe(['a'], () => undefined)
  bus.publish('a', bytes(''))
  await bus.flush()
  await bus.close()
  await said(statuses, 'closed')
  expect(bus.name).toMatch(/^nats:\/\/[a-z0-9.]+:\d+$/)
}

/** The refusal of a connection, which holds none of the secrets. */
async function refusal(
  options: Partial<NatsOptions>,
  secrets: readonly string[],
): Promise<BusError> {
  const error = await use(options).then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(BusError)
  for (const secret of secrets) expect(inspect(error, { depth: 9 })).not.toContain(secret)
  return error as BusError
}

describe('user and password', () => {
  const credentials = { user: 'levels', password: 's3cret-Word' }
  const demand = (): Promise<void> =>
    serve('authorization { user: levels, password: "s3cret-Word" }')

  it('open the connection', async () => {
    await demand()
    await use({ credentials })
  })

  it('may stand in the address, and are seen nowhere else', async () => {
    await demand()
    const address = `nats://levels:s3cret-Word@127.0.0.1:${server.port}`
    const bus = await connectNats({ servers: address })
    expect(bus.name).toBe(server.url)
    await bus.close()
    const wrong = `nats://levels:wr0ng@127.0.0.1:${server.port}`
    expect(await refusal({ servers: wrong }, ['wr0ng'])).toMatchObject({ code: 'AUTH_FAILED' })
    const absent = { servers: 'nats://levels:wr0ng@127.0.0.1:1', connectTimeoutMs: 0 }
    expect(await refusal(absent, ['wr0ng'])).toMatchObject(
      fault('CONNECT_FAILED', /^expected a NATS server at 127\.0\.0\.1:1, was: /),
    )
    expect(await refusal({ servers: 'nats://levels:wr0ng@' }, ['wr0ng'])).toMatchObject(
      fault('INVALID_ARGUMENT', /^expected a server like nats:\/\/host:4222, was ""$/),
    )
  })

  it('are refused when wrong or absent, at once', async () => {
    await demand()
    const wrong = { user: 'levels', password: 'wr0ng' }
    expect(await refusal({ credentials: wrong }, ['wr0ng'])).toMatchObject({ code: 'AUTH_FAILED' })
    expect(await refusal({}, [])).toMatchObject({ code: 'AUTH_FAILED' })
  })

  it('that the server no longer takes are tried again until it does', async () => {
    const users = (password: string): string =>
      `authorization { user: levels, password: ${password} }`
    await serve(users('first'))
    const { port, storeDir } = server
    const bus = await connectNats({
      servers: server.url,
      credentials: { user: 'levels', password: 'first' },
    })
    const statuses = statusesOf(bus)
    await server.kill()
    await said(statuses, 'disconnected')
    const strict = await startNatsServer({ port, storeDir, config: users('second') })
    await expect.poll(() => strict.log, { timeout: 20_000 }).toMatch(/(authentication error.*){2}/s)
    const why = (each: BusStatus): boolean =>
      each.kind === 'unreachable' && /authorization/i.test(each.reason)
    await statuses.until(() => statuses.items.some(why))
    await strict.stop()
    await server.restart()
    await said(statuses, 'connected')
    await bus.flush()
    await bus.close()
  })
})

describe('a token', () => {
  it('opens the connection, and is refused when wrong', async () => {
    await serve('authorization { token: "t0ken-t0ken" }')
    await use({ credentials: { token: 't0ken-t0ken' } })
    await use({ servers: `nats://t0ken-t0ken@127.0.0.1:${server.port}` })
    const wrong = { credentials: { token: 'wr0ng' } }
    expect(await refusal(wrong, ['wr0ng'])).toMatchObject({ code: 'AUTH_FAILED' })
  })
})

describe('an address', () => {
  const wrong: readonly [string, string, RegExp][] = [
    ['nats://t0ken#x@host:4222', 't0ken', /expected a server like .*, was "host:4222"$/],
    ['nats://levels:54321?x@host:4222', '54321', /expected a server like .*, was "host:4222"$/],
    ['nats://levels:54321/x@host:4222', '54321', /expected a server like .*, was "host:4222"$/],
    ['nats://levels:p%ss@host:4222', 'p%ss', /expected a login .*, was "host:4222"$/],
    ['nats://levels:p55,word@host:4222', 'p55', /a comma in a login as %2C, was a login without$/],
    ['nats://levels:1234,word@host:4222', '1234', /a comma in a login as %2C, was a login/],
    ['nats://a:4222, levels:1234,w,d@host', '1234', /a comma in a login as %2C, was a login/],
    ['nats://levels:p55', 'p55', /expected a server like .*, was "nats:\/\/levels:\*\*\*"$/],
  ]
  it.each(wrong)(
    '%s is refused, and no part of its secret shown',
    async (servers, secret, says) => {
      await serve('')
      expect(await refusal({ servers }, [secret])).toMatchObject(fault('INVALID_ARGUMENT', says))
      const apart = servers.split(',')
      expect(await refusal({ servers: apart }, [secret])).toMatchObject(
        fault('INVALID_ARGUMENT', says),
      )
    },
  )

  it('may be one of several, apart by commas, and hold a comma as %2C', async () => {
    await serve('authorization { user: levels, password: "a,b" }')
    await use({ servers: `nats://127.0.0.1:1, nats://levels:a%2Cb@127.0.0.1:${server.port}` })
  })
})

describe('the path of a file', () => {
  const seed = new TextDecoder().decode(nkeys.createUser().getSeed())
  const cases: readonly [string, Partial<NatsOptions>, string][] = [
    ['a seed', { credentials: { nkeySeedFile: seed } }, seed],
    ['a seed with its line', { credentials: { nkeySeedFile: `# mine\n${seed}\n` } }, seed],
    ['a seed for credentials', { credentials: { credsFile: seed } }, seed],
    ['a JWT', { credentials: { credsFile: 'eyJ0eXAi.eyJqdGki.c2ln' } }, 'eyJqdGki'],
    ['a creds file', { credentials: { credsFile: makeOperator().creds } }, 'BEGIN'],
    ['a key', { tls: { keyFile: makeCertificate().keyPem, certFile: 'mine.pem' } }, 'BEGIN'],
  ]
  it.each(cases)(
    'with %s in its place is refused, and it is not shown',
    async (_, options, text) => {
      await serve('')
      const says = /File: expected the path of a file, was the secret itself$/
      expect(await refusal(options, [text])).toMatchObject(fault('CREDENTIALS', says))
    },
  )
})

describe('an nkey', () => {
  it('opens the connection from the file of its seed, and is refused when wrong', async () => {
    const [mine, others] = [nkeys.createUser(), nkeys.createUser()]
    const seeds = [mine, others].map((key) => new TextDecoder().decode(key.getSeed()))
    await serve(`authorization { users: [ { nkey: ${mine.getPublicKey()} } ] }`)
    await use({ credentials: { nkeySeedFile: file('user.nk', `# mine\n${seeds[0]!}\n`) } })
    const wrong = { credentials: { nkeySeedFile: file('other.nk', seeds[1]!) } }
    expect(await refusal(wrong, seeds)).toMatchObject({ code: 'AUTH_FAILED' })
  })

  it('is told apart from a file that holds none, and from none at all', async () => {
    await serve('')
    const none = { credentials: { nkeySeedFile: file('none.nk', 'SECRET STUFF') } }
    expect(await refusal(none, ['SECRET STUFF'])).toMatchObject(
      fault('CREDENTIALS', /none\.nk: expected the seed of a user's nkey, was something else/),
    )
    const absent = { credentials: { nkeySeedFile: join(folder, 'absent.nk') } }
    expect(await refusal(absent, [])).toMatchObject(
      fault('CREDENTIALS', /absent\.nk: expected a readable file, was ENOENT/),
    )
  })
})

describe('credentials of an operator', () => {
  it('open the connection, and are refused when another operator gave them', async () => {
    const [ours, theirs] = [makeOperator(), makeOperator()]
    await serve(ours.config)
    await use({ credentials: { credsFile: file('levels.creds', ours.creds) } })
    const wrong = { credentials: { credsFile: file('theirs.creds', theirs.creds) } }
    expect(await refusal(wrong, [theirs.seed])).toMatchObject({ code: 'AUTH_FAILED' })
    const none = { credentials: { credsFile: file('none.creds', 'SECRET STUFF') } }
    expect(await refusal(none, ['SECRET STUFF'])).toMatchObject(
      fault('CREDENTIALS', /none\.creds: expected NATS credentials, was something else/),
    )
  })
})

/** An operator, an account and a user, each vouching for the next by a JWT, as `nsc` makes them. */
function makeOperator(): { config: string; creds: string; seed: string } {
  const operator = nkeys.createOperator()
  const [account, system] = [nkeys.createAccount(), nkeys.createAccount()]
  const user = nkeys.createUser()
  const keys = [operator, account, system, user]
  const [operatorId, accountId, systemId, userId] = keys.map((key) => key.getPublicKey())
  const jwt = (sub: string, issuer: nkeys.KeyPair, nats: object): string => {
    const encode = (value: object): string =>
      Buffer.from(JSON.stringify(value)).toString('base64url')
    const claims = { jti: 'x', iat: 1_700_000_000, iss: issuer.getPublicKey(), name: 'levels', sub }
    const body = `${encode({ typ: 'JWT', alg: 'ed25519-nkey' })}.${encode({ ...claims, nats })}`
    return `${body}.${Buffer.from(issuer.sign(bytes(body))).toString('base64url')}`
  }
  const unlimited = {
    subs: -1,
    conn: -1,
    leaf: -1,
    imports: -1,
    exports: -1,
    data: -1,
    payload: -1,
  }
  const asAccount = { type: 'account', version: 2, limits: { ...unlimited, wildcards: true } }
  const asUser = { type: 'user', version: 2, pub: {}, sub: {}, subs: -1, data: -1, payload: -1 }
  const seed = new TextDecoder().decode(user.getSeed())
  return {
    seed,
    config: `
      operator: ${jwt(operatorId!, operator, { type: 'operator', version: 2 })}
      system_account: ${systemId!}
      resolver: MEMORY
      resolver_preload: {
        ${accountId!}: ${jwt(accountId!, operator, asAccount)}
        ${systemId!}: ${jwt(systemId!, operator, asAccount)}
      }`,
    creds: `-----BEGIN NATS USER JWT-----
${jwt(userId!, account, asUser)}
------END NATS USER JWT------

-----BEGIN USER NKEY SEED-----
${seed}
------END USER NKEY SEED------
`,
  }
}

describe('permissions', () => {
  it('that are lacking are told to whoever subscribes or waits for an answer', async () => {
    await serve(`authorization { users: [ { user: levels, password: p,
      permissions: { publish: "levels.>", subscribe: ["market.>", "_INBOX.>"] } } ] }`)
    const credentials = { user: 'levels', password: 'p' }
    const bus = await connectNats({ servers: server.url, credentials })
    const statuses = statusesOf(bus)
    const denied = bus.subscribe(['market.a', 'levels.a'], () => undefined)
    await expect(denied).rejects.toMatchObject(fault('PERMISSION_DENIED', /levels\.a/))
    const identity = { name: 'x', version: '1.0.0', description: '' }
    await expect(bus.announce(identity)).rejects.toMatchObject(fault('PERMISSION_DENIED'))
    const stored = bus.publishStored('market.a', bytes(''))
    await expect(stored).rejects.toMatchObject(fault('PERMISSION_DENIED', /market\.a/))
    await bus.subscribe(['market.>'], () => undefined)
    await said(statuses, 'forbidden')
    expect(statuses.items).toEqual([{ kind: 'forbidden', subject: 'market.a' }])
    await bus.close()
  })

  it('to publish are missed by whoever waits for no answer: every message is told as a status', async () => {
    await serve(`authorization { users: [ { user: levels, password: p,
      permissions: { publish: ["levels.signals", "$JS.>"], subscribe: ">" } } ] }`)
    const credentials = { user: 'levels', password: 'p' }
    const bus = await connectNats({ servers: server.url, credentials })
    const statuses = statusesOf(bus)
    for (const subject of ['levels.status', 'levels.signals', 'levels.status']) {
      bus.publish(subject, bytes('{}'))
    }
    await said(statuses, 'forbidden', 2)
    const forbidden = { kind: 'forbidden', subject: 'levels.status' }
    expect(statuses.items).toEqual([forbidden, forbidden])
    expect(bus.isConnected).toBe(true)
    await bus.close()
  })

  it('for streams, where the account has none, are NO_JETSTREAM', async () => {
    await serve(`accounts { A { users: [ { user: a, password: p } ] }
      B { users: [ { user: b, password: p } ], jetstream: enabled } }`)
    const bus = await connectNats({
      servers: server.url,
      credentials: { user: 'a', password: 'p' },
    })
    const definition = { name: 'M', subjects: ['m'], maxAgeHours: 1 }
    await expect(bus.ensureStream(definition)).rejects.toMatchObject(fault('NO_JETSTREAM'))
    await bus.close()
  })
})

describe('TLS', () => {
  const { certificatePem, keyPem } = makeCertificate()
  const certFile = file('server.pem', certificatePem)
  const keyFile = file('server.key', keyPem)
  const demand = (more = ''): Promise<void> =>
    serve(`tls { cert_file: "${certFile}", key_file: "${keyFile}", ${more} }`)
  const client = makeCertificate()
  const clientCert = file('client.pem', client.certificatePem)
  const clientKey = file('client.key', client.keyPem)

  it('is spoken to a server whose certificate an authority of ours vouches for', async () => {
    await demand()
    await use({ tls: { caFile: certFile } })
    await use({ servers: `tls://localhost:${server.port}`, tls: { caFile: certFile } })
  })

  // Tried for half a minute, unless it is known at once that trying does not help.
  const patient = { connectTimeoutMs: 30_000 }

  it('is not spoken to a server that no one vouches for, nor is it asked twice', async () => {
    await demand()
    const unknown = fault(
      'TLS_FAILED',
      /^expected a server to be trusted over TLS at 127\.0\.0\.1:\d+, was: .*self.signed/,
    )
    expect(await refusal({ tls: {}, ...patient }, [])).toMatchObject(unknown)
    const asTls = `tls://127.0.0.1:${server.port}`
    expect(await refusal({ servers: asTls, ...patient }, [])).toMatchObject(unknown)
    expect(await refusal({ tls: { caFile: clientCert }, ...patient }, [])).toMatchObject(unknown)
  }, 10_000)

  it('is not spoken to a server whose certificate is of another host, or out of date', async () => {
    const wrong = {
      'another host': makeCertificate({ hosts: ['elsewhere.example'] }),
      'out of date': makeCertificate({ validTo: new Date(Date.now() - 3_600_000) }),
    }
    const says = { 'another host': /does not match|altnames/, 'out of date': /expired/ }
    for (const what of ['another host', 'out of date'] as const) {
      const { certificatePem: pem, keyPem: key } = wrong[what]
      const [cert, keyPath] = [file('wrong.pem', pem), file('wrong.key', key)]
      await serve(`tls { cert_file: "${cert}", key_file: "${keyPath}" }`)
      const refused = await refusal({ tls: { caFile: cert }, ...patient }, [])
      expect(refused).toMatchObject(fault('TLS_FAILED', says[what]))
      await server.stop()
    }
  }, 10_000)

  it('is spoken to an address that the certificate is of, whatever it says of names', async () => {
    const ofAddress = makeCertificate({ hosts: ['127.0.0.1'] })
    const cert = file('address.pem', ofAddress.certificatePem)
    const key = file('address.key', ofAddress.keyPem)
    await serve(`tls { cert_file: "${cert}", key_file: "${key}" }`)
    await use({ tls: { caFile: cert } })
    await server.stop()
    const ofName = makeCertificate({ hosts: ['localhost'] })
    const [nameCert, nameKey] = [
      file('name.pem', ofName.certificatePem),
      file('name.key', ofName.keyPem),
    ]
    await serve(`tls { cert_file: "${nameCert}", key_file: "${nameKey}" }`)
    await use({ servers: `tls://localhost:${server.port}`, tls: { caFile: nameCert } })
    const refused = await refusal({ tls: { caFile: nameCert }, ...patient }, [])
    expect(refused).toMatchObject(fault('TLS_FAILED', /IP: 127\.0\.0\.1 is not in the cert/))
  }, 10_000)

  it('is tried again once it had been spoken, and what is wrong by then is told', async () => {
    await demand()
    const { port, storeDir } = server
    const bus = await connectNats({ servers: server.url, tls: { caFile: certFile } })
    const statuses = statusesOf(bus)
    await server.kill()
    await said(statuses, 'disconnected')
    const config = `tls { cert_file: "${clientCert}", key_file: "${clientKey}" }`
    const stranger = await startNatsServer({ port, storeDir, config })
    await statuses.until(() =>
      statuses.items.some((each) => each.kind === 'unreachable' && /self.signed/.test(each.reason)),
    )
    await expect(bus.flush()).rejects.toMatchObject(fault('DISCONNECTED', /self.signed/))
    await stranger.stop()
    await server.restart()
    await said(statuses, 'connected')
    await bus.flush()
    await bus.close()
  }, 20_000)

  it('shows a certificate of our own to a server that asks for one', async () => {
    await demand(`ca_file: "${clientCert}", verify: true`)
    await use({ tls: { caFile: certFile, certFile: clientCert, keyFile: clientKey } })
  })

  it('is not tried again where the server wants a certificate of ours, or another', async () => {
    await demand(`ca_file: "${clientCert}", verify: true`)
    const tls = { caFile: certFile }
    const without = await refusal({ tls, timeoutMs: 500, ...patient }, [])
    expect(without).toMatchObject(
      fault(
        'TLS_FAILED',
        /^expected a server that accepts us without a certificate at 127\.0\.0\.1:\d+, was: .*certificate/,
      ),
    )
    const other = makeCertificate()
    const certs = {
      certFile: file('other.pem', other.certificatePem),
      keyFile: file('other.key', other.keyPem),
    }
    const another = await refusal({ tls: { ...tls, ...certs }, timeoutMs: 500, ...patient }, [])
    expect(another).toMatchObject(
      fault('TLS_FAILED', /^expected a server that accepts our certificate at .*was: .*alert/),
    )
  }, 10_000)

  it('is tried again where the server stands still in the midst of it', async () => {
    await demand()
    server.suspend()
    const silent = await refusal(
      { tls: { caFile: certFile }, timeoutMs: 100, connectTimeoutMs: 0 },
      [],
    )
    server.resume()
    expect(silent).toMatchObject({ code: 'CONNECT_FAILED' })
  })

  it('is not done without when a server has none', async () => {
    await serve('')
    const plain = await refusal({ tls: { caFile: certFile }, connectTimeoutMs: 30_000 }, [])
    expect(plain).toMatchObject(fault('TLS_FAILED', /server does not support 'tls'/))
  })

  it('says which of its files cannot be read', async () => {
    await demand()
    const absent = { caFile: join(folder, 'absent.pem') }
    expect(await refusal({ tls: absent }, [])).toMatchObject(
      fault('CREDENTIALS', /absent\.pem: expected a readable file, was ENOENT/),
    )
    const another = { certFile: clientCert, keyFile }
    expect(await refusal({ tls: another }, [keyPem.slice(40, 80)])).toMatchObject(
      fault('CREDENTIALS', /client\.pem, .*server\.key: expected .* that belong together, was/),
    )
  })
})
