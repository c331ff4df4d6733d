import type { NetworkInterfaceInfo } from 'node:os'
import { networkInterfaces } from 'node:os'
import { isIPv6 } from 'node:net'

/** Own addresses told of at most; a machine of containers has one for each. */
export const OTHER_URLS_MAX = 16

/** Addresses by the interface that has them, as the system tells. */
export type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>

/**
 * Where a browser of this machine finds who listens.
 *
 * @param host name or address that was asked for
 * @param boundAddress address that is listened on
 */
export function ownUrl(host: string, boundAddress: string, port: number): string {
  return urlOf(familiesOf(boundAddress).length > 0 ? '127.0.0.1' : host, port)
}

/**
 * Where others may find who listens on all addresses: at each that this machine has for them, IPv4
 * first. None where it listens on one alone. Link-local ones are left out: they need the name of an
 * interface, which no browser takes.
 */
export function otherUrls(
  boundAddress: string,
  port: number,
  interfaces: Interfaces = knownInterfaces(),
): string[] {
  const all = Object.values(interfaces).flatMap((infos) => infos ?? [])
  const urls = familiesOf(boundAddress).flatMap((wanted) =>
    all
      .filter(({ family, internal }) => family === wanted && !internal)
      .filter(({ address }) => !/^fe[89ab]/i.test(address))
      .map(({ address }) => urlOf(address, port)),
  )
  return [...new Set(urls)].slice(0, OTHER_URLS_MAX)
}

/** What is listened on by an address that stands for all of them; none: it is a single one. */
function familiesOf(address: string): readonly ('IPv4' | 'IPv6')[] {
  if (address === '::') return ['IPv4', 'IPv6']
  return address === '0.0.0.0' ? ['IPv4'] : []
}

function urlOf(name: string, port: number): string {
  return `http://${isIPv6(name) ? `[${name}]` : name}:${port}`
}

/** A system that does not tell has none to tell of. */
function knownInterfaces(): Interfaces {
  try {
    return networkInterfaces()
  } catch {
    return {}
  }
}
