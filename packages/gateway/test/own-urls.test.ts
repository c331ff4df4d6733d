import type { NetworkInterfaceInfo } from 'node:os'
import { describe, expect, it } from 'vitest'
import { OTHER_URLS_MAX, otherUrls, ownUrl } from '../src/own-urls.ts'

const info = (address: string, internal = false): NetworkInterfaceInfo => {
  const common = { address, netmask: '', mac: '', cidr: null, internal }
  return address.includes(':')
    ? { ...common, family: 'IPv6', scopeid: 0 }
    : { ...common, family: 'IPv4' }
}
const INTERFACES = {
  lo: [info('127.0.0.1', true), info('::1', true)],
  eth0: [info('fe80::1'), info('2001:db8::7'), info('192.0.2.7')],
  eth1: [info('198.51.100.3'), info('192.0.2.7')],
  gone: undefined,
}

describe('who listens on all addresses', () => {
  it('is found at each that is for others, once; IPv6 in brackets, IPv4 first', () => {
    expect(otherUrls('::', 9470, INTERFACES)).toEqual([
      'http://192.0.2.7:9470',
      'http://198.51.100.3:9470',
      'http://[2001:db8::7]:9470',
    ])
    expect(otherUrls('0.0.0.0', 1, INTERFACES)).toEqual([
      'http://192.0.2.7:1',
      'http://198.51.100.3:1',
    ])
  })

  it('is told of no more of them than one reads', () => {
    const many = Array.from({ length: 500 }, (_, n) => info(`10.0.${n >> 8}.${n & 255}`))
    expect(otherUrls('0.0.0.0', 1, { many })).toHaveLength(OTHER_URLS_MAX)
  })

  it('is found by this machine on loopback, however all of them were spelled', () => {
    expect(ownUrl('0.0.0.0', '0.0.0.0', 1)).toBe('http://127.0.0.1:1')
    expect(ownUrl('0', '0.0.0.0', 1)).toBe('http://127.0.0.1:1')
    expect(ownUrl('::', '::', 1)).toBe('http://127.0.0.1:1')
  })
})

it('who listens on one address is found there alone', () => {
  expect(ownUrl('::1', '::1', 1)).toBe('http://[::1]:1')
  expect(ownUrl('board.test', '192.0.2.7', 1)).toBe('http://board.test:1')
  for (const address of ['127.0.0.1', '::1', '192.0.2.7', '2001:db8::7']) {
    expect(otherUrls(address, 1, INTERFACES)).toEqual([])
  }
})
