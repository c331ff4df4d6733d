// A certificate of one's own, made here: no program and no file needed.
import { createSign, generateKeyPairSync, randomBytes } from 'node:crypto'
import { isIPv4 } from 'node:net'

export interface Certificate {
  readonly certificatePem: string
  readonly keyPem: string
}

export interface CertificateOptions {
  /** Names and IPv4 addresses it is for: 127.0.0.1 and localhost by default. */
  readonly hosts?: readonly string[]
  /** When it ends: in a day by default. */
  readonly validTo?: Date
}

const tlv = (tag: number, ...parts: Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts)
  const { length } = body
  const size =
    length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), body])
}
const sequence = (...parts: Uint8Array[]): Buffer => tlv(0x30, ...parts)
const oid = (hex: string): Buffer => tlv(0x06, Buffer.from(hex, 'hex'))
const bits = (body: Uint8Array): Buffer => tlv(0x03, Buffer.from([0]), body)
const time = (date: Date): Buffer =>
  tlv(0x18, Buffer.from(`${date.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`))

const COMMON_NAME = '550403'
const ALTERNATIVE_NAME = '551d11'
const BASIC_CONSTRAINTS = '551d13'
const ECDSA_SHA256 = '2a8648ce3d040302'

/** An X.509 certificate (RFC 5280) on P-256, signed by itself: it is its own authority. */
export function makeCertificate(options: CertificateOptions = {}): Certificate {
  const dayMs = 24 * 3_600_000
  const { hosts: names = ['localhost', '127.0.0.1'], validTo = new Date(Date.now() + dayMs) } =
    options
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = sequence(oid(ECDSA_SHA256))
  const common = tlv(0x0c, Buffer.from(names[0] ?? ''))
  const name = sequence(tlv(0x31, sequence(oid(COMMON_NAME), common)))
  const hosts = sequence(
    ...names.map((host) =>
      isIPv4(host)
        ? tlv(0x87, Buffer.from(host.split('.').map(Number)))
        : tlv(0x82, Buffer.from(host)),
    ),
  )
  const extensions = sequence(
    sequence(oid(ALTERNATIVE_NAME), tlv(0x04, hosts)),
    sequence(
      oid(BASIC_CONSTRAINTS),
      tlv(0x01, Buffer.from([255])),
      tlv(0x04, sequence(tlv(0x01, Buffer.from([255])))),
    ),
  )
  const body = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    name,
    sequence(time(new Date(validTo.getTime() - 2 * dayMs)), time(validTo)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, extensions),
  )
  const signature = createSign('sha256').update(body).sign(privateKey)
  const lines =
    sequence(body, algorithm, bits(signature))
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return {
    certificatePem: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}
