import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { isIPv4 } from 'node:net'
import { GatewayError } from './errors.ts'

/** Characters of a token at least: too many to guess. */
export const TOKEN_LENGTH_MIN = 16

export interface AccessOptions {
  /** Name or address to listen on. */
  readonly host: string
  /** Null: none is needed, on loopback only. */
  readonly token: string | null
  /** Names under which a proxy shows the gateway, e.g. `board.example.com`; needs a token. */
  readonly allowedHosts: readonly string[]
}

/** Why a request is refused: a label of `refusals_total`. */
export type AccessFault = 'host' | 'origin' | 'token'

/**
 * Who may come in. Pages of other sites are kept out by their `Origin`; a name that an attacker
 * makes point to this machine by its `Host`; and where others can reach the port, everyone who does
 * not know the token.
 */
export class Access {
  readonly #options: AccessOptions
  readonly #tokenHash: Buffer | null

  /** @throws GatewayError `CONFIG` when the gateway would be open to everyone */
  constructor(options: AccessOptions) {
    const { host, token, allowedHosts } = options
    if (token !== null && !/^[\x21-\x7e]*$/.test(token)) {
      throw new GatewayError('CONFIG', 'token: expected printable ASCII without spaces')
    }
    if (token !== null && token.length < TOKEN_LENGTH_MIN) {
      const message = `token: expected ${TOKEN_LENGTH_MIN} characters or more, was ${token.length}`
      throw new GatewayError('CONFIG', message)
    }
    if (token === null && !isLoopback(host)) {
      throw new GatewayError(
        'CONFIG',
        `host ${host}: expected a token too, for others can reach it`,
      )
    }
    if (token === null && allowedHosts.length > 0) {
      throw new GatewayError('CONFIG', 'allowed hosts: expected a token too, was none')
    }
    this.#options = options
    this.#tokenHash = token === null ? null : sha256(token)
  }

  /** For every request: that it is meant for us. */
  hostFault(headers: IncomingHttpHeaders): AccessFault | null {
    const name = hostName(headers.host)
    if (name === null) return 'host'
    const { host, allowedHosts } = this.#options
    // Elsewhere the names under which we are reached are not known, and the token protects.
    const isKnown = !isLoopback(host) || isLoopback(name) || allowedHosts.includes(name)
    return isKnown ? null : 'host'
  }

  /** For a WebSocket: that a page of ours opened it, or a program, which sends no origin. */
  originFault(headers: IncomingHttpHeaders): AccessFault | null {
    const { origin, host } = headers
    if (origin === undefined) return null
    if (!URL.canParse(origin)) return 'origin'
    return new URL(origin).host === host?.toLowerCase() ? null : 'origin'
  }

  /**
   * What an `Authorization: Bearer` header shows: `right`, `wrong`, or `none` when there is none.
   * Without a token every request is `right`.
   */
  tokenOf(headers: IncomingHttpHeaders): 'right' | 'wrong' | 'none' {
    if (this.#tokenHash === null) return 'right'
    const { authorization } = headers
    if (authorization === undefined) return 'none'
    const given = /^Bearer +(\S+)$/i.exec(authorization)?.[1]
    return given !== undefined && this.isTokenRight(given) ? 'right' : 'wrong'
  }

  /** Takes the same time whatever is wrong with it. */
  isTokenRight(given: string): boolean {
    return this.#tokenHash === null || timingSafeEqual(sha256(given), this.#tokenHash)
  }
}

/** Whether only programs of this machine reach it. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))
}

/** A `Host` header's name without the port, in lower case; null when there is none. */
function hostName(host: string | undefined): string | null {
  const found = /^(?:\[([0-9a-f:.]+)\]|([^:[\]@/\s]+))(?::[0-9]{1,5})?$/i.exec(host ?? '')
  return (found?.[1] ?? found?.[2])?.toLowerCase() ?? null
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
