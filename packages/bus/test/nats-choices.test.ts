import { describe, expect, it } from 'vitest'
import { natsOptionsFrom } from '../src/nats-choices.ts'

const nats = 'nats://a:4222'

describe('the options of a connection', () => {
  it('come from the command line, or else from the environment', () => {
    const env = {
      NATS_URL: 'nats://b:4222, nats://c:4222',
      LEVELS_NATS_CREDS_FILE: 'env.creds',
      LEVELS_NATS_TLS_CA_FILE: '',
    }
    expect(natsOptionsFrom({}, env, 'program')).toEqual({
      servers: ['nats://b:4222', 'nats://c:4222'],
      name: 'program',
      credentials: { credsFile: 'env.creds' },
    })
    expect(natsOptionsFrom({ nats, creds: 'mine.creds', tlsCa: 'ca.pem' }, env, 'program')).toEqual(
      {
        servers: [nats],
        name: 'program',
        credentials: { credsFile: 'mine.creds' },
        tls: { caFile: 'ca.pem' },
      },
    )
  })

  it.each<[string, object, Record<string, string>, object]>([
    ['a user', { natsUser: 'me' }, { LEVELS_NATS_PASSWORD: 'p' }, { user: 'me', password: 'p' }],
    ['a token', {}, { LEVELS_NATS_TOKEN: 't' }, { token: 't' }],
    ['an nkey', { nkey: 'seed' }, {}, { nkeySeedFile: 'seed' }],
  ])('log in %s', (_name, flags, env, credentials) => {
    expect(natsOptionsFrom({ nats, ...flags }, env, 'program').credentials).toEqual(credentials)
  })

  it('demand TLS when told to, with a certificate of ours when there is one', () => {
    expect(natsOptionsFrom({ nats, tls: true }, {}, 'program').tls).toEqual({})
    expect(natsOptionsFrom({ nats }, { LEVELS_NATS_TLS: 'true' }, 'program').tls).toEqual({})
    expect(natsOptionsFrom({ nats }, { LEVELS_NATS_TLS: 'false' }, 'program').tls).toBeUndefined()
    expect(natsOptionsFrom({ nats }, { LEVELS_NATS_TLS: '' }, 'program').tls).toBeUndefined()
    expect(
      natsOptionsFrom({ nats, tls: true }, { LEVELS_NATS_TLS: 'false' }, 'program').tls,
    ).toEqual({})
    const files = { tlsCert: 'c.pem', tlsKey: 'k.pem' }
    expect(natsOptionsFrom({ nats, ...files }, {}, 'program').tls).toEqual({
      certFile: 'c.pem',
      keyFile: 'k.pem',
    })
  })

  it.each<[string, object, Record<string, string>, string]>([
    ['no server', {}, { NATS_URL: '' }, '--nats: expected the URL of a server'],
    [
      'two ways to log in',
      { nats, nkey: 'x', natsUser: 'me' },
      {},
      'one way to log in to NATS, was user and password and --nkey',
    ],
    ['a user without password', { nats, natsUser: 'me' }, {}, 'together, was one of the two'],
    ['a certificate without key', { nats, tlsCert: 'c' }, {}, 'together, was one of the two'],
    ...['1', 'yes', 'TRUE'].map((word): [string, object, Record<string, string>, string] => [
      `TLS switched to ${word}`,
      { nats },
      { LEVELS_NATS_TLS: word },
      `LEVELS_NATS_TLS: expected true or false, was "${word}"`,
    ]),
  ])('are refused with %s', (_name, flags, env, message) => {
    expect(() => natsOptionsFrom(flags, env, 'program')).toThrow(message)
  })
})
