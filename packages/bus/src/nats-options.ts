import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { createSecureContext } from 'node:tls'
import {
  type Authenticator,
  type ConnectionOptions,
  credsAuthenticator,
  nkeyAuthenticator,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from '@nats-io/transport-node'
import { BusError } from './errors.ts'

/** Who we are, to a server that asks. Files are read again at every connection. */
export type NatsCredentials =
  | { readonly credsFile: string }
  | { readonly nkeySeedFile: string }
  | { readonly user: string; readonly password: string }
  | { readonly token: string }

/** Files in PEM. With an empty object the server must speak TLS and is checked as the system does. */
export interface NatsTls {
  readonly caFile?: string
  readonly certFile?: string
  readonly keyFile?: string
  /** TLS from the first byte, as the server's `handshake_first` demands. */
  readonly isHandshakeFirst?: boolean
}

export interface NatsOptions {
  /**
   * `nats://host:port`, `tls://host:port` or `host:port`, several for a cluster, also apart by commas.
   * A user and password or a token in one of them serve for all, when no credentials are given.
   */
  readonly servers: string | readonly string[]
  /** How this client shows in the server's monitoring. */
  readonly name?: string
  readonly credentials?: NatsCredentials
  readonly tls?: NatsTls
  /** How long to try for the first connection, ms (10,000). From then on it is tried for ever. */
  readonly connectTimeoutMs?: number
  /** How long to wait for an answer, ms (5,000). */
  readonly timeoutMs?: number
  /** How often to ask whether the server is there, ms (5,000). Two silences end the connection. */
  readonly pingIntervalMs?: number
}

const RECONNECT_MS = 50
const RECONNECT_MS_MAX = 2_000

/** How long to wait between attempts: doubling, with a third of chance, so that clients spread out. */
export class ReconnectDelay {
  #attemptCount = 0
  #delayMs = 0

  /** The client library asks several times an attempt and takes the answers to be the same. */
  readonly delayMs = (): number => this.#delayMs

  onDial(isDialing: boolean): void {
    this.#attemptCount = isDialing ? this.#attemptCount + 1 : 0
    const delayMs = Math.min(RECONNECT_MS_MAX, RECONNECT_MS * 2 ** this.#attemptCount)
    this.#delayMs = isDialing ? delayMs * (1 + Math.random() / 3) : 0
  }
}

/**
 * What the client library is given. Credentials leave the addresses here, so that no message of it
 * can hold them.
 * @throws BusError `INVALID_ARGUMENT`, `CREDENTIALS`
 */
export function connectionOptions(options: NatsOptions, delay: ReconnectDelay): ConnectionOptions {
  checkPaths({ ...options.credentials, ...options.tls })
  const servers = parseServers([options.servers].flat())
  const credentials = options.credentials ?? servers.find((server) => server.login !== null)?.login
  const isTls = servers.some((server) => server.isTls) || options.tls !== undefined
  return {
    servers: servers.map((server) => server.address),
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(credentials ? { authenticator: authenticatorOf(credentials) } : {}),
    ...(isTls ? { tls: { ...tlsOf(options.tls ?? {}), ...hostToCheck(servers) } } : {}),
    timeout: options.timeoutMs ?? 5_000,
    pingInterval: options.pingIntervalMs ?? 5_000,
    maxPingOut: 2,
    maxReconnectAttempts: -1,
    reconnectDelayHandler: delay.delayMs,
    // A password that is changed on the server first, and here a minute later, ends nothing.
    ignoreAuthErrorAbort: true,
    noAsyncTraces: true,
  }
}

interface Server {
  readonly address: string
  readonly isTls: boolean
  readonly login: NatsCredentials | null
}

/** What a secret looks like where a path was expected: PEM or a creds file, a seed, a JWT. */
const SECRET = /-----BEGIN |[\r\n]|S[A-Z][A-Z2-7]{40}|^eyJ[\w-]+\.eyJ/

/** Whether a text is a secret itself, by its look, rather than the path of the file with it. */
export function isSecretItself(text: string): boolean {
  return SECRET.test(text)
}

/** A path is told in errors and by who logs what he was given: a secret in its place must not be. */
function checkPaths(options: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(options)) {
    if (name.endsWith('File') && typeof value === 'string' && isSecretItself(value)) {
      const message = `${name}: expected the path of a file, was the secret itself`
      throw new BusError('CREDENTIALS', message)
    }
  }
}

const SCHEME = /^(?:nats|tls):\/\//i

/** A comma in a login tears it: what follows then is no server, though it may look like one. */
function parseServers(given: readonly string[]): Server[] {
  const texts = given.flatMap((each) => each.split(',')).map((each) => each.trim())
  const isTorn = texts.some((each) => each.includes('@') && !SCHEME.test(each))
  if (isTorn && texts.length > 1) {
    throw new BusError(
      'INVALID_ARGUMENT',
      'expected nats:// before each login, and a comma in a login as %2C, was a login without',
    )
  }
  return texts.map(parseServer)
}

function parseServer(text: string): Server {
  const url = URL.parse(text.includes('://') ? text : `nats://${text}`)
  const isServer = url !== null && ['nats:', 'tls:'].includes(url.protocol) && url.hostname !== ''
  // A "/", "?" or "#" in a password ends the host early: what is before it would count as its name.
  if (!isServer || !['', '/'].includes(url.pathname + url.search + url.hash)) {
    throw notAServer(text, 'a server like nats://host:4222')
  }
  const [user, password] = [url.username, url.password].map((part) => decoded(part, text))
  const login = password ? { user: user ?? '', password } : { token: user ?? '' }
  return {
    address: `${url.hostname}:${url.port === '' ? '4222' : url.port}`,
    isTls: url.protocol === 'tls:',
    login: user ? login : null,
  }
}

function decoded(part: string, text: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw notAServer(text, 'a login with a percent sign as %25')
  }
}

/**
 * The text may hold a password: only what comes after it is shown, and no cause. What is no port may
 * be one too, its host forgotten.
 */
function notAServer(text: string, expected: string): BusError {
  const shown = text.slice(text.lastIndexOf('@') + 1).replace(/:(?!\/\/|\d+$).*$/s, ':***')
  return new BusError('INVALID_ARGUMENT', `expected ${expected}, was "${shown}"`)
}

function authenticatorOf(credentials: NatsCredentials): Authenticator {
  if ('credsFile' in credentials) {
    const { credsFile } = credentials
    const read = rereadFile(credsFile)
    if (!/BEGIN NATS USER JWT[^]*BEGIN USER NKEY SEED/.test(read().toString('utf8'))) {
      throw new BusError(
        'CREDENTIALS',
        `${credsFile}: expected NATS credentials, was something else`,
      )
    }
    return credsAuthenticator(read)
  }
  if ('nkeySeedFile' in credentials) {
    const { nkeySeedFile } = credentials
    const read = rereadFile(nkeySeedFile)
    const seed = (): Uint8Array => Buffer.from(seedIn(read().toString('utf8'), nkeySeedFile))
    seed()
    return nkeyAuthenticator(seed)
  }
  if ('token' in credentials) return tokenAuthenticator(credentials.token)
  return usernamePasswordAuthenticator(credentials.user, credentials.password)
}

function seedIn(text: string, file: string): string {
  const seed = /^\s*(SU[A-Z2-7]{56})\s*$/m.exec(text)?.[1]
  if (seed !== undefined) return seed
  throw new BusError(
    'CREDENTIALS',
    `${file}: expected the seed of a user's nkey, was something else`,
  )
}

/** Reads a file at each connection; what was read last serves where it cannot be read any more. */
function rereadFile(path: string): () => Buffer {
  let last = readCredentials(path)
  return () => {
    try {
      last = readCredentials(path)
    } catch {
      // Whether the former ones still serve is the server's to say.
    }
    return last
  }
}

function readCredentials(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new BusError('CREDENTIALS', `${path}: expected a readable file, was ${reason}`, {
      cause: error,
    })
  }
}

function tlsOf(tls: NatsTls): NonNullable<ConnectionOptions['tls']> {
  const pem = (path: string | undefined): string | undefined =>
    path === undefined ? undefined : readCredentials(path).toString('utf8')
  const ca = pem(tls.caFile)
  const cert = pem(tls.certFile)
  const key = pem(tls.keyFile)
  checkPem([tls.caFile, tls.certFile, tls.keyFile], { ca, cert, key })
  return {
    handshakeFirst: tls.isHandshakeFirst === true,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  }
}

/**
 * Whom a certificate must be of, where a server is given by its address: the client library tells
 * only names, and Node then takes it for "localhost". Of several addresses each would need its own.
 */
function hostToCheck([server, ...others]: readonly Server[]): { readonly host?: string } {
  const host = server?.address.slice(0, server.address.lastIndexOf(':')).replace(/^\[|\]$/g, '')
  return host !== undefined && others.length === 0 && isIP(host) !== 0 ? { host } : {}
}

/** Files that are none of theirs, or a key of another certificate: no connection would ever come about. */
function checkPem(
  paths: readonly (string | undefined)[],
  pem: Readonly<Record<'ca' | 'cert' | 'key', string | undefined>>,
): void {
  const given = Object.fromEntries(Object.entries(pem).filter(([, text]) => text !== undefined))
  try {
    createSecureContext(given)
  } catch (error) {
    const files = paths.filter((path) => path !== undefined).join(', ')
    const reason = error instanceof Error ? error.message : String(error)
    throw new BusError(
      'CREDENTIALS',
      `${files}: expected certificates and a key that belong together, was ${reason}`,
    )
  }
}
