import { LevelsError } from '@levels/kernel'

/**
 * What can go wrong on a bus:
 * - `CONNECT_FAILED`: no server answered within the time given
 * - `CREDENTIALS`: a file of credentials or certificates cannot be read, or is none
 * - `AUTH_FAILED`: the server does not take the credentials
 * - `TLS_FAILED`: the server's certificate is not to be trusted, or it speaks no TLS, or not ours
 * - `PERMISSION_DENIED`: the server forbids this subject to this user
 * - `DISCONNECTED`: there is no connection, or it was lost before the answer came
 * - `CLOSED`: the bus was closed
 * - `TIMEOUT`: no answer in time; what was asked may have been done
 * - `TOO_LARGE`: more bytes than the server or the stream takes in a message
 * - `INVALID_ARGUMENT`: a subject, header, name or place that cannot be
 * - `NO_JETSTREAM`: the server has no streams, or has them no longer (its disk is full, for one)
 * - `STREAM_MISSING`: there is no stream of this name, or none that keeps this subject
 * - `STREAM_FULL`: the stream, the account or the server has no room for another message
 * - `STREAM_RESET`: the stream was made anew, or lost its end: it does not go on from where one was
 * - `OBJECT_DAMAGED`: what is stored is not what was put
 * - `REFUSED`: the server refused for another reason, which the message gives
 */
export type BusErrorCode =
  | 'CONNECT_FAILED'
  | 'CREDENTIALS'
  | 'AUTH_FAILED'
  | 'TLS_FAILED'
  | 'PERMISSION_DENIED'
  | 'DISCONNECTED'
  | 'CLOSED'
  | 'TIMEOUT'
  | 'TOO_LARGE'
  | 'INVALID_ARGUMENT'
  | 'NO_JETSTREAM'
  | 'STREAM_MISSING'
  | 'STREAM_FULL'
  | 'STREAM_RESET'
  | 'OBJECT_DAMAGED'
  | 'REFUSED'

/** What is for the user to set right, however often it is tried again. */
const OF_USER: ReadonlySet<BusErrorCode> = new Set([
  'CREDENTIALS',
  'AUTH_FAILED',
  'TLS_FAILED',
  'INVALID_ARGUMENT',
])

/** Something the bus could not do. Message and cause hold no secret. */
export class BusError extends LevelsError {
  declare readonly code: BusErrorCode

  constructor(code: BusErrorCode, message: string, options: ErrorOptions = {}) {
    super(code, message, options)
  }

  /** Whether it is for the user to set right: credentials, certificates, an argument. */
  get isOfUser(): boolean {
    return OF_USER.has(this.code)
  }
}
