/** Why a message is refused: the closed list of `levels.rejects`. */
export const REJECT_CODES = [
  'INVALID_JSON',
  'SCHEMA',
  'OFF_TICK',
  'DUPLICATE',
  'LATE',
  'UNKNOWN_SYMBOL',
  'TOO_LARGE',
] as const
export type RejectCode = (typeof REJECT_CODES)[number]

/** Why a payload was not accepted. */
export interface Refusal {
  readonly code: RejectCode
  /** "expected X, was Y". */
  readonly message: string
  /** JSON path on the wire, e.g. `$.levels[3].bid_px`; null when the text as a whole is refused. */
  readonly path: string | null
}

/** What decoding gives: a value, or exactly one reason why not. */
export type DecodeResult<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reject: Refusal }

/** A value that must not be published: it is not what its schema says. */
export class ContractError extends Error {
  readonly code: RejectCode
  readonly path: string | null

  constructor(refusal: Refusal) {
    super(`${refusal.path ?? '$'}: ${refusal.message}`)
    this.name = 'ContractError'
    this.code = refusal.code
    this.path = refusal.path
  }
}

/** A `SCHEMA` refusal as a failed decode result. */
export function refuse(
  path: string | null,
  message: string,
  code: RejectCode = 'SCHEMA',
): { readonly ok: false; readonly reject: Refusal } {
  return { ok: false, reject: { code, message, path } }
}
