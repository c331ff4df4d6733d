import { invariant, NS_PER_S } from '@levels/kernel'
import type { FuturesTradeEvent, StateReader, StateWriter } from '@levels/kernel'
import type { Now } from './now.ts'

/** Times are split into limbs of this many bits, prices into limbs of 16. */
const TIME_LIMB_BITS = 18
const TIME_LIMB = 2 ** TIME_LIMB_BITS
/** Times lie in 0 … 2^36 ns after the origin. */
const MAX_SPAN_NS = TIME_LIMB * TIME_LIMB
const PRICE_LIMB_BITS = 16
const PRICE_LIMB_MASK = (1 << PRICE_LIMB_BITS) - 1

/** Longest window, ns (34.36 s). */
export const MAX_VELOCITY_WINDOW_NS = MAX_SPAN_NS / 2
/**
 * Most trades held at once: products of two limbs stay below 2^36, so that sums of this many are
 * exact in a double. Beyond it the oldest leaves early and is counted.
 */
export const VELOCITY_CAPACITY = 1 << 17

// Sums kept, by the limbs (T = time, P = price; h = high, l = low) that are multiplied.
const T_H = 0
const T_L = 1
const P_H = 2
const P_L = 3
const T_HH = 4
const T_HL = 5
const T_LL = 6
const TP_HH = 7
const TP_HL = 8
const TP_LH = 9
const TP_LL = 10
const SUMS = 11

/**
 * The least-squares slope of price over time of the trades in a rolling window, exact: it depends
 * on the trades in the window alone, not on those that passed through it.
 *
 * With n trades at times x and prices y, the slope is N / D, N = n·Σxy − Σx·Σy and
 * D = n·Σx² − (Σx)². Both stay the same when all times shift, so the origin may move at will. The
 * sums are kept as limbs, which doubles hold exactly; N and D are formed as bigints.
 *
 * Adding and expiring are O(1) amortised, reading is O(1). Memory: 12 bytes a trade, growing by
 * doubling up to `VELOCITY_CAPACITY` trades.
 */
export class VelocityWindow {
  readonly #windowNs: number
  #timesNs = new Float64Array(1024)
  #ticks = new Int32Array(1024)
  #head = 0
  #count = 0
  #droppedCount = 0
  #originNs = -Infinity
  readonly #sums = new Float64Array(SUMS)
  #slope = 0
  #isSlopeKnown = true

  /** @param windowNs at most `MAX_VELOCITY_WINDOW_NS` */
  constructor(windowNs: number) {
    invariant(
      windowNs > 0 && windowNs <= MAX_VELOCITY_WINDOW_NS,
      `a velocity window lies within 1 … ${MAX_VELOCITY_WINDOW_NS} ns`,
    )
    this.#windowNs = windowNs
  }

  get count(): number {
    return this.#count
  }

  get droppedCount(): number {
    return this.#droppedCount
  }

  /** @param trade not before any earlier one */
  add(trade: Pick<FuturesTradeEvent, 'tsRelNs' | 'priceTicks'>): void {
    this.advanceWith(trade)
    if (this.#count === this.#timesNs.length) this.#makeRoom()
    if (this.#count === 0) this.#originNs = trade.tsRelNs
    else if (trade.tsRelNs - this.#originNs >= MAX_SPAN_NS) this.#moveOrigin()
    const at = (this.#head + this.#count) & (this.#timesNs.length - 1)
    this.#timesNs[at] = trade.tsRelNs
    this.#ticks[at] = trade.priceTicks
    this.#count++
    this.#sum(at, 1)
    this.#isSlopeKnown = false
  }

  /** Lets trades leave that are a window or more before the present. */
  advanceWith(now: Now): void {
    const edge = now.tsRelNs - this.#windowNs
    while (this.#count > 0 && (this.#timesNs[this.#head] ?? 0) <= edge) this.#removeOldest()
  }

  /** Ticks per second; 0 below two distinct times. */
  ticksPerS(): number {
    if (!this.#isSlopeKnown) {
      this.#slope = this.#solve()
      this.#isSlopeKnown = true
    }
    return this.#slope
  }

  encode(writer: StateWriter): void {
    writer.number(this.#droppedCount).number(this.#count)
    const mask = this.#timesNs.length - 1
    for (let i = 0; i < this.#count; i++) {
      const at = (this.#head + i) & mask
      writer.number(this.#timesNs[at] ?? 0).number(this.#ticks[at] ?? 0)
    }
  }

  /** Replaces the trades with what `encode` wrote. */
  decode(reader: StateReader): void {
    const droppedCount = reader.number()
    const count = reader.number()
    this.#head = 0
    this.#count = 0
    this.#sums.fill(0)
    this.#isSlopeKnown = false
    for (let i = 0; i < count; i++) {
      this.add({ tsRelNs: reader.number(), priceTicks: reader.number() })
    }
    this.#droppedCount = droppedCount
  }

  #solve(): number {
    const s = this.#sums
    const n = BigInt(this.#count)
    const t = join(s[T_H], s[T_L], TIME_LIMB_BITS)
    const p = join(s[P_H], s[P_L], PRICE_LIMB_BITS)
    const tt =
      join(s[T_HH], 0, 2 * TIME_LIMB_BITS) + join(2 * (s[T_HL] ?? 0), s[T_LL], TIME_LIMB_BITS)
    const tp =
      join(s[TP_HH], s[TP_LH], TIME_LIMB_BITS) * BigInt(1 << PRICE_LIMB_BITS) +
      join(s[TP_HL], s[TP_LL], TIME_LIMB_BITS)
    const denominator = n * tt - t * t
    if (denominator === 0n) return 0
    return (Number(n * tp - t * p) / Number(denominator)) * NS_PER_S
  }

  /** Adds (`sign` 1) or takes away (−1) one trade's part of every sum. */
  #sum(at: number, sign: number): void {
    const s = this.#sums
    const time = (this.#timesNs[at] ?? 0) - this.#originNs
    const tick = this.#ticks[at] ?? 0
    const th = Math.floor(time / TIME_LIMB)
    const tl = time - th * TIME_LIMB
    const ph = tick >> PRICE_LIMB_BITS
    const pl = tick & PRICE_LIMB_MASK
    s[T_H] = (s[T_H] ?? 0) + sign * th
    s[T_L] = (s[T_L] ?? 0) + sign * tl
    s[P_H] = (s[P_H] ?? 0) + sign * ph
    s[P_L] = (s[P_L] ?? 0) + sign * pl
    s[T_HH] = (s[T_HH] ?? 0) + sign * (th * th)
    s[T_HL] = (s[T_HL] ?? 0) + sign * (th * tl)
    s[T_LL] = (s[T_LL] ?? 0) + sign * (tl * tl)
    s[TP_HH] = (s[TP_HH] ?? 0) + sign * (th * ph)
    s[TP_HL] = (s[TP_HL] ?? 0) + sign * (th * pl)
    s[TP_LH] = (s[TP_LH] ?? 0) + sign * (tl * ph)
    s[TP_LL] = (s[TP_LL] ?? 0) + sign * (tl * pl)
  }

  #removeOldest(): void {
    this.#sum(this.#head, -1)
    this.#head = (this.#head + 1) & (this.#timesNs.length - 1)
    this.#count--
    this.#isSlopeKnown = false
  }

  /** Counts times from the oldest trade again. At most once in the time a window spans. */
  #moveOrigin(): void {
    this.#originNs = this.#timesNs[this.#head] ?? 0
    this.#sums.fill(0)
    const mask = this.#timesNs.length - 1
    for (let i = 0; i < this.#count; i++) this.#sum((this.#head + i) & mask, 1)
  }

  #makeRoom(): void {
    const size = this.#timesNs.length
    if (size === VELOCITY_CAPACITY) {
      this.#removeOldest()
      this.#droppedCount++
      return
    }
    const timesNs = new Float64Array(size * 2)
    const ticks = new Int32Array(size * 2)
    for (let i = 0; i < this.#count; i++) {
      const at = (this.#head + i) & (size - 1)
      timesNs[i] = this.#timesNs[at] ?? 0
      ticks[i] = this.#ticks[at] ?? 0
    }
    this.#timesNs = timesNs
    this.#ticks = ticks
    this.#head = 0
  }
}

function join(high: number | undefined, low: number | undefined, bits: number): bigint {
  return (BigInt(high ?? 0) << BigInt(bits)) + BigInt(low ?? 0)
}
