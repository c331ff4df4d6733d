import { GAP_PLACES, IMBALANCES, type MarketProfile, QUEUES } from '../profile.ts'
import { ChoiceKind, type OrderChoices, QUEUE_CLASSES } from './order-choices.ts'

// An imported constant is read from its module at every use; a module's own is folded into code.
const LIMIT: number = ChoiceKind.Limit
const CANCEL: number = ChoiceKind.Cancel
const MARKET: number = ChoiceKind.Market
const GAP: number = ChoiceKind.Gap
const QUEUE_COUNT: number = QUEUES
const PLACES: number = GAP_PLACES
const BALANCES: number = IMBALANCES

const CLASSES = QUEUE_CLASSES.length
const ROUNDS = 40
/** Orders by which a rate that was hardly seen is drawn to that of all queue sizes. */
const PRIOR_ORDERS = 4
/** Spreads told apart inside: 2, 3, 4 and more ticks. */
const SPREAD_ROWS = 3

const LIMIT_AT = 0
const CANCEL_AT = LIMIT_AT + QUEUE_COUNT * CLASSES
const MARKET_AT = CANCEL_AT + QUEUE_COUNT * CLASSES
const GAP_AT = MARKET_AT + CLASSES
const IMBALANCE_AT = GAP_AT + 2 * SPREAD_ROWS * PLACES
const WIDE_AT = IMBALANCE_AT + 3 * BALANCES
const PARAMETERS = WIDE_AT + 3

/** The part of a profile that says which order comes next. */
export type FittedRates = Pick<
  MarketProfile,
  'limit' | 'cancel' | 'market' | 'imbalance' | 'wideSpread' | 'gap'
>

/**
 * Fits rates to which orders came in which state of the book, by maximum likelihood of a choice
 * among all orders that could have come: p = rate / sum of rates. Each round sets every rate to
 * (times chosen) / (times expected) of its former self, which never lowers the likelihood
 * (D. R. Hunter, "MM algorithms for generalized Bradley–Terry models", Annals of Statistics 32,
 * 2004). Neither clock nor bursts matter: only the order of orders does.
 */
export class RateFit {
  readonly #choices: OrderChoices
  readonly #values = new Float64Array(PARAMETERS).fill(0.02)
  readonly #seen = new Float64Array(PARAMETERS)
  readonly #expected = new Float64Array(PARAMETERS)
  #meanTotal = 1

  constructor(choices: OrderChoices) {
    this.#choices = choices
    this.#values.fill(1, IMBALANCE_AT)
    this.#countSeen()
  }

  run(): FittedRates {
    for (let round = 0; round < ROUNDS; round++) {
      this.#expect()
      this.#update(0, IMBALANCE_AT, true)
      this.#expect()
      this.#update(IMBALANCE_AT, PARAMETERS, false)
    }
    this.#expect()
    return this.#result()
  }

  #countSeen(): void {
    const choices = this.#choices
    const bump = (at: number): void => {
      this.#seen[at] = (this.#seen[at] ?? 0) + 1
    }
    for (let order = 0; order < choices.count; order++) {
      const choice = choices.choice(order)
      const side = choice & 1
      const kind = (choice >> 1) & 3
      const place = choice >> 3
      if (kind === GAP) {
        bump(gapAt(choices, order, side, place))
        continue
      }
      bump(mainAt(kind, place, choices.queue(order, side, place)))
      if (place > 0) continue
      bump(IMBALANCE_AT + kind * BALANCES + choices.imbalance(order, side))
      if (choices.spread(order) > 1) bump(WIDE_AT + kind)
    }
  }

  /** How often each rate would have been chosen, on average, by the rates as they are. */
  #expect(): void {
    const choices = this.#choices
    this.#expected.fill(0)
    let sum = 0
    for (let order = 0; order < choices.count; order++) {
      const total = this.#visit(order, 0)
      sum += total
      this.#visit(order, 1 / total)
    }
    this.#meanTotal = choices.count === 0 ? 1 : sum / choices.count
  }

  /** Adds up the rates of all orders possible; with a share > 0, notes each as expected. */
  #visit(order: number, share: number): number {
    const choices = this.#choices
    const values = this.#values
    const spread = choices.spread(order)
    let total = 0
    for (let side = 0; side < 2; side++) {
      for (let place = 1; place < QUEUE_COUNT; place++) {
        const queue = choices.queue(order, side, place)
        const limitAt = mainAt(LIMIT, place, queue)
        const cancelAt = mainAt(CANCEL, place, queue)
        const limit = values[limitAt] ?? 0
        const cancel = queue === 0 ? 0 : (values[cancelAt] ?? 0)
        total += limit + cancel
        if (share > 0) {
          this.#note(limitAt, limit * share)
          this.#note(cancelAt, cancel * share)
        }
      }
      for (let kind = 0; kind < 3; kind++) total += this.#visitTouch(order, side, kind, share)
      for (let place = 0; place < PLACES && place < spread - 1; place++) {
        const at = gapAt(choices, order, side, place)
        total += values[at] ?? 0
        if (share > 0) this.#note(at, (values[at] ?? 0) * share)
      }
    }
    return total
  }

  #visitTouch(order: number, side: number, kind: number, share: number): number {
    const choices = this.#choices
    const values = this.#values
    const at = mainAt(kind, 0, choices.queue(order, side, 0))
    const imbalanceAt = IMBALANCE_AT + kind * BALANCES + choices.imbalance(order, side)
    const isWide = choices.spread(order) > 1
    const wide = isWide ? (values[WIDE_AT + kind] ?? 1) : 1
    const rate = (values[at] ?? 0) * (values[imbalanceAt] ?? 1) * wide
    if (share > 0) {
      this.#note(at, rate * share)
      this.#note(imbalanceAt, rate * share)
      if (isWide) this.#note(WIDE_AT + kind, rate * share)
    }
    return rate
  }

  #note(at: number, expected: number): void {
    this.#expected[at] = (this.#expected[at] ?? 0) + expected
  }

  #update(from: number, to: number, isRate: boolean): void {
    for (let at = from; at < to; at++) {
      const value = this.#values[at] ?? 0
      const prior = isRate ? this.#priorOf(at) : 1
      const exposure = value > 0 ? (this.#expected[at] ?? 0) / value : 0
      this.#values[at] = ((this.#seen[at] ?? 0) + PRIOR_ORDERS) / (exposure + PRIOR_ORDERS / prior)
    }
  }

  /** The rate over all queue sizes at the same distance. */
  #priorOf(at: number): number {
    const size = at < GAP_AT ? CLASSES : PLACES
    const from =
      at < GAP_AT ? at - (at % CLASSES) : GAP_AT + Math.floor((at - GAP_AT) / size) * size
    let seen = 1
    let exposure = 50
    for (let i = from; i < from + size; i++) {
      const value = this.#values[i] ?? 0
      seen += this.#seen[i] ?? 0
      if (value > 0) exposure += (this.#expected[i] ?? 0) / value
    }
    return Math.max(seen / exposure, 1e-6)
  }

  #result(): FittedRates {
    const scale = 1 / this.#meanTotal
    const rates = (from: number, count: number): number[] =>
      Array.from(this.#values.subarray(from, from + count), (value) => rounded(value * scale))
    const factors = (from: number, count: number): number[] =>
      Array.from(this.#values.subarray(from, from + count), rounded)
    const rows = (from: number, count: number, size: number): number[][] =>
      Array.from({ length: count }, (_, i) => rates(from + i * size, size))
    const [limit = 1, cancel = 1, market = 1] = factors(WIDE_AT, 3)
    return {
      limit: rows(LIMIT_AT, QUEUE_COUNT, CLASSES),
      cancel: rows(CANCEL_AT, QUEUE_COUNT, CLASSES),
      market: rates(MARKET_AT, CLASSES),
      imbalance: {
        limit: factors(IMBALANCE_AT, BALANCES),
        cancel: factors(IMBALANCE_AT + BALANCES, BALANCES),
        market: factors(IMBALANCE_AT + 2 * BALANCES, BALANCES),
      },
      wideSpread: { limit, cancel, market },
      gap: {
        back: rows(GAP_AT, SPREAD_ROWS, PLACES),
        on: rows(GAP_AT + SPREAD_ROWS * PLACES, SPREAD_ROWS, PLACES),
      },
    }
  }
}

function mainAt(kind: number, place: number, queue: number): number {
  if (kind === MARKET) return MARKET_AT + queue
  return (kind === LIMIT ? LIMIT_AT : CANCEL_AT) + place * CLASSES + queue
}

function gapAt(choices: OrderChoices, order: number, side: number, place: number): number {
  const row = Math.min(Math.max(choices.spread(order), 2), SPREAD_ROWS + 1) - 2
  const isBack = choices.gaveWay(order) === side
  return GAP_AT + ((isBack ? 0 : SPREAD_ROWS) + row) * PLACES + place
}

/** Four significant digits. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4))
}
