/** Not a slot: the order is not in the table. */
export const NO_SLOT = -1

const EMPTY = 0
const CAPACITY_FIRST = 1024

/**
 * Resting orders by their 64-bit id, which is kept as two 32-bit words so that no `bigint` is
 * made for a record. Open addressing with linear probing; a removal shifts back what follows, so
 * the table never fills with gravestones. At most half of it is in use: finding is O(1).
 *
 * Memory: 34 to 68 bytes an order; doubles as orders come, and stays.
 */
export class OrderTable {
  #idHigh = new Int32Array(CAPACITY_FIRST)
  #idLow = new Int32Array(CAPACITY_FIRST)
  #ticks = new Int32Array(CAPACITY_FIRST)
  #lots = new Int32Array(CAPACITY_FIRST)
  /** 0 marks an empty slot, so sides are kept as `side + 1`. */
  #sides = new Uint8Array(CAPACITY_FIRST)
  #count = 0

  get count(): number {
    return this.#count
  }

  /** @returns the order's slot, valid until the next `insert` or `remove`; or `NO_SLOT` */
  find(idHigh: number, idLow: number): number {
    const mask = this.#sides.length - 1
    const high = idHigh | 0
    const low = idLow | 0
    let slot = hash(high, low) & mask
    while (this.#sides[slot] !== EMPTY) {
      if (this.#idLow[slot] === low && this.#idHigh[slot] === high) return slot
      slot = (slot + 1) & mask
    }
    return NO_SLOT
  }

  /** Adds an order that is not in the table. */
  insert(idHigh: number, idLow: number, side: number, tick: number, lots: number): void {
    if ((this.#count + 1) * 2 > this.#sides.length) this.#grow()
    this.#count++
    this.#place(idHigh | 0, idLow | 0, side + 1, tick, lots)
  }

  remove(slot: number): void {
    const mask = this.#sides.length - 1
    let hole = slot
    for (let at = (slot + 1) & mask; this.#sides[at] !== EMPTY; at = (at + 1) & mask) {
      const home = hash(this.#idHigh[at] ?? 0, this.#idLow[at] ?? 0) & mask
      // An order may move back to the hole unless its home lies behind the hole.
      if (((at - home) & mask) < ((at - hole) & mask)) continue
      this.#copy(at, hole)
      hole = at
    }
    this.#sides[hole] = EMPTY
    this.#count--
  }

  sideAt(slot: number): number {
    return (this.#sides[slot] ?? 0) - 1
  }

  tickAt(slot: number): number {
    return this.#ticks[slot] ?? 0
  }

  lotsAt(slot: number): number {
    return this.#lots[slot] ?? 0
  }

  set(slot: number, side: number, tick: number, lots: number): void {
    this.#sides[slot] = side + 1
    this.#ticks[slot] = tick
    this.#lots[slot] = lots
  }

  clear(): void {
    this.#sides.fill(EMPTY)
    this.#count = 0
  }

  #place(high: number, low: number, sideCode: number, tick: number, lots: number): void {
    const mask = this.#sides.length - 1
    let slot = hash(high, low) & mask
    while (this.#sides[slot] !== EMPTY) slot = (slot + 1) & mask
    this.#idHigh[slot] = high
    this.#idLow[slot] = low
    this.#sides[slot] = sideCode
    this.#ticks[slot] = tick
    this.#lots[slot] = lots
  }

  #copy(from: number, to: number): void {
    this.#idHigh[to] = this.#idHigh[from] ?? 0
    this.#idLow[to] = this.#idLow[from] ?? 0
    this.#sides[to] = this.#sides[from] ?? 0
    this.#ticks[to] = this.#ticks[from] ?? 0
    this.#lots[to] = this.#lots[from] ?? 0
  }

  #grow(): void {
    const [idHigh, idLow, ticks] = [this.#idHigh, this.#idLow, this.#ticks]
    const [lots, sides] = [this.#lots, this.#sides]
    const capacity = sides.length * 2
    this.#idHigh = new Int32Array(capacity)
    this.#idLow = new Int32Array(capacity)
    this.#ticks = new Int32Array(capacity)
    this.#lots = new Int32Array(capacity)
    this.#sides = new Uint8Array(capacity)
    for (let i = 0; i < sides.length; i++) {
      const side = sides[i] ?? EMPTY
      if (side === EMPTY) continue
      this.#place(idHigh[i] ?? 0, idLow[i] ?? 0, side, ticks[i] ?? 0, lots[i] ?? 0)
    }
  }
}

/** Ids of a venue run on, so neighbours must land apart: two odd multipliers and a fold. */
function hash(high: number, low: number): number {
  const mixed = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b)
  return mixed ^ (mixed >>> 15)
}
