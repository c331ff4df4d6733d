import {
  ASK_LOTS,
  ASK_TICKS,
  BID_LOTS,
  BID_TICKS,
  BOOK_DEPTH,
  EventKind,
  type MarketEvent,
  NS_PER_S,
} from '@levels/kernel'
import { log } from '../numeric/elementary.ts'
import { CountDistribution } from '../numeric/distribution.ts'
import { BookFlow, type QueueChange } from './book-flow.ts'

const LOTS_MAX = 400
const SPREAD_MAX = 10
/** Classes of times between events: twenty to a decade from 100 ns on. */
const TIME_CLASSES = 220
const PER_DECADE = 20
const LN10 = 2.302585092994046
/** Lags of the autocorrelation of price changes. */
export const LAGS = 5
/** Sampling intervals of the volatility signature, s. */
export const SIGNATURE_S = [0.1, 0.5, 1, 5, 15, 60, 300] as const

/** The class of a time between events. */
function timeClass(ns: number): number {
  if (ns <= 100) return 0
  return Math.min(TIME_CLASSES - 1, Math.floor((log(ns / 100) / LN10) * PER_DECADE))
}

/**
 * Statistics of a stream of futures depth and trades. The same for recorded and for made events,
 * so that they can be set side by side. Constant memory.
 *
 * "By event" counts the book after each change of its ten levels, "by time" weighs it with how
 * long it stood.
 */
export class MarketStatistics {
  readonly #flow = new BookFlow()
  adds = 0
  cancels = 0
  trades = 0
  tradedLots = 0
  /** Changes of the ten levels. */
  events = 0
  durationNs = 0
  readonly spreadByEvent = new CountDistribution(SPREAD_MAX)
  readonly spreadByTime = new CountDistribution(SPREAD_MAX)
  /** Both sides together, by level. */
  readonly lotsByEvent = Array.from({ length: BOOK_DEPTH }, () => new CountDistribution(LOTS_MAX))
  readonly lotsByTime = Array.from({ length: BOOK_DEPTH }, () => new CountDistribution(LOTS_MAX))
  readonly addLots = new CountDistribution(LOTS_MAX)
  readonly cancelLots = new CountDistribution(LOTS_MAX)
  readonly tradeLots = new CountDistribution(LOTS_MAX)
  readonly interEvent = new CountDistribution(TIME_CLASSES)
  readonly moves = new MoveStatistics()
  #lastRelNs = NaN
  #lastChangeRelNs = NaN

  /** Takes an event in; other kinds than futures trades and depth are passed over. */
  take(event: MarketEvent): void {
    if (event.kind === EventKind.FuturesTrade) {
      this.trades++
      this.tradedLots += event.size
      this.tradeLots.add(event.size)
      this.#flow.trade(event)
      return
    }
    if (event.kind === EventKind.Depth) this.#takeDepth(event)
  }

  /** Another session follows: what comes is not to be compared with what was. */
  restart(): void {
    this.#flow.forget()
    this.moves.restart()
    this.#lastRelNs = NaN
    this.#lastChangeRelNs = NaN
  }

  #takeDepth(event: MarketEvent): void {
    const isCompared = this.#flow.hasBook
    const { before } = this.#flow
    const elapsed = event.tsRelNs - this.#lastRelNs
    if (isCompared && elapsed > 0) {
      this.#weigh(before, elapsed)
      this.moves.pass(event.tsRelNs, mid(before))
    }
    const changes = this.#flow.depth(event, this.#count)
    this.#flow.accept(event)
    if (changes < 0) this.#lastRelNs = event.tsRelNs
    if (changes <= 0) {
      if (elapsed > 0) this.#advance(event.tsRelNs, elapsed)
      return
    }
    this.events++
    const wait = event.tsRelNs - this.#lastChangeRelNs
    if (wait >= 0) this.interEvent.add(timeClass(wait))
    this.#lastChangeRelNs = event.tsRelNs
    this.#advance(event.tsRelNs, elapsed)
    const { book } = event
    this.spreadByEvent.add((book[ASK_TICKS] ?? 0) - (book[BID_TICKS] ?? 0))
    for (let level = 0; level < BOOK_DEPTH; level++) {
      this.lotsByEvent[level]?.add(book[BID_LOTS + level] ?? 0)
      this.lotsByEvent[level]?.add(book[ASK_LOTS + level] ?? 0)
    }
    this.moves.change(mid(book))
  }

  #advance(relNs: number, elapsedNs: number): void {
    if (elapsedNs > 0) this.durationNs += elapsedNs
    this.#lastRelNs = relNs
  }

  #weigh(book: Int32Array, elapsedNs: number): void {
    const weight = elapsedNs / NS_PER_S
    this.spreadByTime.add((book[ASK_TICKS] ?? 0) - (book[BID_TICKS] ?? 0), weight)
    for (let level = 0; level < BOOK_DEPTH; level++) {
      this.lotsByTime[level]?.add(book[BID_LOTS + level] ?? 0, weight)
      this.lotsByTime[level]?.add(book[ASK_LOTS + level] ?? 0, weight)
    }
  }

  readonly #count = (change: QueueChange): void => {
    if (change.added > 0) {
      this.adds++
      this.addLots.add(change.added)
    }
    if (change.canceled > 0) {
      this.cancels++
      this.cancelLots.add(change.canceled)
    }
  }
}

/** Twice the mid, in ticks. */
function mid(book: Int32Array): number {
  return (book[BID_TICKS] ?? 0) + (book[ASK_TICKS] ?? 0)
}

/** How the mid moves: from change to change, and over fixed times. */
export class MoveStatistics {
  readonly #recent = new Float64Array(LAGS)
  readonly #products = new Float64Array(LAGS)
  readonly #squares = new Float64Array(SIGNATURE_S.length)
  readonly #samples = new Float64Array(SIGNATURE_S.length)
  readonly #nextRelNs = new Float64Array(SIGNATURE_S.length).fill(NaN)
  readonly #lastSample = new Float64Array(SIGNATURE_S.length)
  #moveCount = 0
  #squareSum = 0
  #lastMid = NaN

  restart(): void {
    this.#nextRelNs.fill(NaN)
    this.#lastMid = NaN
    this.#recent.fill(0)
  }

  /** After a change of the book. */
  change(mid: number): void {
    const move = mid - this.#lastMid
    this.#lastMid = mid
    if (move === 0 || move !== move) return
    for (let lag = 0; lag < LAGS; lag++) {
      this.#products[lag] = (this.#products[lag] ?? 0) + move * (this.#recent[lag] ?? 0)
    }
    this.#recent.copyWithin(1, 0)
    this.#recent[0] = move
    this.#moveCount++
    this.#squareSum += move * move
  }

  /** Time has passed up to here with the mid unchanged. */
  pass(relNs: number, mid: number): void {
    for (let i = 0; i < SIGNATURE_S.length; i++) {
      const step = (SIGNATURE_S[i] ?? 1) * NS_PER_S
      let next = this.#nextRelNs[i] ?? NaN
      if (next !== next) {
        this.#nextRelNs[i] = relNs + step
        this.#lastSample[i] = mid
        continue
      }
      while (next <= relNs) {
        const move = (mid - (this.#lastSample[i] ?? mid)) / 2
        this.#squares[i] = (this.#squares[i] ?? 0) + move * move
        this.#samples[i] = (this.#samples[i] ?? 0) + 1
        this.#lastSample[i] = mid
        next += step
      }
      this.#nextRelNs[i] = next
    }
  }

  get count(): number {
    return this.#moveCount
  }

  /** Correlation of a change of the mid with the one `lag` changes before, 1 … `LAGS`. */
  autocorrelation(lag: number): number {
    return this.#squareSum === 0 ? 0 : (this.#products[lag - 1] ?? 0) / this.#squareSum
  }

  /** Volatility by sampling interval, ticks for the root of a second. */
  signature(): number[] {
    return SIGNATURE_S.map((seconds, i) => {
      const samples = this.#samples[i] ?? 0
      return samples === 0 ? 0 : Math.sqrt((this.#squares[i] ?? 0) / samples / seconds)
    })
  }
}
