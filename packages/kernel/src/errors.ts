/**
 * Base of every error Levels throws on purpose. `code` is stable and meant for programs;
 * the message is for people and reads "expected X, was Y".
 */
export class LevelsError extends Error {
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
    this.code = code
  }
}

/** A fault of ours, not of the input: the state can no longer be trusted. */
export class InvariantError extends LevelsError {
  constructor(rule: string) {
    super('INVARIANT', `Invariant: ${rule}`)
  }
}

/** A value that a caller passed is outside what the function accepts. */
export class RangeViolationError extends LevelsError {
  constructor(message: string) {
    super('OUT_OF_RANGE', message)
  }
}

/** A price that does not lie on its instrument's tick grid. */
export class OffTickError extends LevelsError {
  constructor(price: number, tickSize: number) {
    super('OFF_TICK', `expected a multiple of the tick ${tickSize}, was ${price}`)
  }
}

/** Saved state that cannot be read: damaged, of another version or of another kind. */
export class StateCodecError extends LevelsError {
  constructor(message: string) {
    super('STATE_CODEC', message)
  }
}

/**
 * Throws when a rule that our own code must keep does not hold.
 *
 * @param rule the rule in positive form, e.g. "the window's head is not behind its tail"
 * @throws InvariantError when `condition` is false
 */
export function invariant(condition: boolean, rule: string): asserts condition {
  if (!condition) throw new InvariantError(rule)
}
