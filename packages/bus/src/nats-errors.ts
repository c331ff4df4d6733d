import { JetStreamApiError } from '@nats-io/jetstream'
import { errors } from '@nats-io/transport-node'
import { BusError, type BusErrorCode } from './errors.ts'

/** Numbers of JetStream's errors, as its server names them, and what they are here. */
const API_CODES: ReadonlyMap<number, BusErrorCode> = new Map([
  [10_002, 'STREAM_FULL'], // the account's resources are used up
  [10_008, 'NO_JETSTREAM'], // temporarily unavailable: a cluster without a leader
  [10_014, 'STREAM_MISSING'], // consumer not found, which goes with its stream
  [10_023, 'STREAM_FULL'], // insufficient resources
  [10_028, 'STREAM_FULL'], // memory
  [10_039, 'NO_JETSTREAM'],
  [10_047, 'STREAM_FULL'], // storage
  [10_054, 'TOO_LARGE'], // the stream's own limit for a message
  [10_059, 'STREAM_MISSING'],
  [10_076, 'NO_JETSTREAM'], // switched off for this account or on this server
])
/** The server could not store a message, and says why only in words. */
const STORE_FAILED = 10_077

/**
 * What Node calls a certificate that is not to be trusted (not ours, of another host, out of date),
 * by OpenSSL's names, and a handshake that two parties cannot agree on. Each stays as it is until
 * someone sets it right, unlike an end in the middle of a handshake.
 */
const TLS_FAULT =
  /^(?:CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|ERR_TLS_CERT|ERR_SSL_.*(?:CERTIFICATE|UNKNOWN_CA|WRONG_VERSION|UNSUPPORTED_PROTOCOL|NO_SHARED|HANDSHAKE_FAILURE))/
/** The library's words for a server that does not speak TLS, where we demand it. */
const NO_TLS = /^server does not support 'tls'/

/** Any error of the client library as one of ours. What it says holds no credentials. */
export function toBusError(error: unknown): BusError {
  if (error instanceof BusError) return error
  const message = error instanceof Error ? error.message : String(error)
  return new BusError(codeOf(error, message), message, { cause: error })
}

function codeOf(error: unknown, message: string): BusErrorCode {
  if (error instanceof JetStreamApiError) {
    if (error.code === STORE_FAILED && /maximum|exceeded|no space/.test(message)) {
      return 'STREAM_FULL'
    }
    return API_CODES.get(error.code) ?? 'REFUSED'
  }
  if (isTlsFault(error)) return 'TLS_FAILED'
  // The library keeps this class to itself.
  if (error instanceof Error && error.name === 'JetStreamNotEnabled') return 'NO_JETSTREAM'
  if (error instanceof errors.NoRespondersError) return 'NO_JETSTREAM'
  if (error instanceof errors.TimeoutError) return 'TIMEOUT'
  if (error instanceof errors.PermissionViolationError) return 'PERMISSION_DENIED'
  if (error instanceof errors.AuthorizationError) return 'AUTH_FAILED'
  if (error instanceof errors.UserAuthenticationExpiredError) return 'AUTH_FAILED'
  if (error instanceof errors.ClosedConnectionError) return 'CLOSED'
  if (error instanceof errors.DrainingConnectionError) return 'CLOSED'
  if (error instanceof errors.ConnectionError) return 'DISCONNECTED'
  if (error instanceof errors.InvalidArgumentError) {
    return /max_payload/.test(message) ? 'TOO_LARGE' : 'INVALID_ARGUMENT'
  }
  // "connection disconnected", or the cause of a request that went wrong.
  if (error instanceof errors.RequestError) {
    return error.cause === undefined ? 'DISCONNECTED' : codeOf(error.cause, message)
  }
  return 'REFUSED'
}

function isTlsFault(error: unknown): boolean {
  for (let each = error; each instanceof Error; each = each.cause) {
    if ('code' in each && TLS_FAULT.test(String(each.code))) return true
    if (NO_TLS.test(each.message)) return true
  }
  return false
}
