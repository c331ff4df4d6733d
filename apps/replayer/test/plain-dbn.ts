// DBN files read with nothing but a DataView, so that what the program says of them can be checked
// by something that shares no code with it.

const LAST = 128
const SNAPSHOT = 32

/** Displayed sizes by side and price, `BID 6870.25` → lots. */
export type Displayed = ReadonlyMap<string, number>

/** A book as it stands from a moment on. */
export interface PlainBook {
  readonly tsEventNs: bigint
  readonly displayed: Displayed
}

export interface PlainTrade {
  readonly tsEventNs: bigint
  /** The aggressor's: `B`, `A` or `N`. */
  readonly side: string
  readonly size: number
}

/** What a depth file says, in the order of event time. */
export interface PlainSession {
  readonly books: readonly PlainBook[]
  readonly trades: readonly PlainTrade[]
  readonly recordCount: number
  /** Cancels and modifies of orders that are not there; 0 of a format without orders. */
  readonly unknownOrders: number
}

/** Reads the bytes of an uncompressed file of schema mbp-10. */
export function readPlainMbp10(bytes: Uint8Array): PlainSession {
  const books: PlainBook[] = []
  const trades: PlainTrade[] = []
  let recordCount = 0
  for (const record of recordsOf(bytes)) {
    recordCount++
    const tsEventNs = record.getBigUint64(8, true)
    if (letter(record, 28) === 'T') {
      trades.push({ tsEventNs, side: letter(record, 29), size: record.getUint32(24, true) })
    }
    if ((record.getUint8(30) & LAST) === 0) continue
    const displayed = new Map<string, number>()
    for (let level = 0; level < 10; level++) {
      const at = 48 + 32 * level
      show(displayed, 'BID', record.getBigInt64(at, true), record.getUint32(at + 16, true))
      show(displayed, 'ASK', record.getBigInt64(at + 8, true), record.getUint32(at + 20, true))
    }
    books.push({ tsEventNs, displayed })
  }
  return { books: inOrder(books), trades, recordCount, unknownOrders: 0 }
}

/** Reads the bytes of an uncompressed file of schema mbo: keeps every order in a map. */
export function readPlainMbo(bytes: Uint8Array): PlainSession {
  const orders = new Map<bigint, { side: string; price: bigint; size: number }>()
  const sides = new Map([
    ['B', new Map<bigint, number>()],
    ['A', new Map<bigint, number>()],
  ])
  const books: PlainBook[] = []
  const trades: PlainTrade[] = []
  let recordCount = 0
  let unknownOrders = 0
  const change = (side: string, price: bigint, lots: number): void => {
    const levels = sides.get(side)!
    const left = (levels.get(price) ?? 0) + lots
    if (left === 0) levels.delete(price)
    else levels.set(price, left)
  }
  for (const record of recordsOf(bytes)) {
    recordCount++
    const tsEventNs = record.getBigUint64(8, true)
    const id = record.getBigUint64(16, true)
    const price = record.getBigInt64(24, true)
    const size = record.getUint32(32, true)
    const flags = record.getUint8(36)
    const action = letter(record, 38)
    const side = letter(record, 39)
    const order = orders.get(id)
    if (action === 'R') {
      orders.clear()
      for (const levels of sides.values()) levels.clear()
    } else if (action === 'A') {
      orders.set(id, { side, price, size })
      change(side, price, size)
    } else if (action === 'C' || action === 'M') {
      if (order === undefined) unknownOrders++
      else {
        const left = action === 'C' ? order.size - size : size
        change(order.side, order.price, -order.size)
        if (left <= 0) orders.delete(id)
        else {
          const moved = action === 'C' ? order : { side, price, size }
          orders.set(id, { ...moved, size: left })
          change(moved.side, moved.price, left)
        }
      }
    } else if (action === 'T' && (flags & SNAPSHOT) === 0) {
      trades.push({ tsEventNs, side, size })
    }
    if ((flags & LAST) === 0 || (flags & SNAPSHOT) !== 0) continue
    const displayed = new Map<string, number>()
    showBest(displayed, 'BID', sides.get('B')!, (a, b) => a > b)
    showBest(displayed, 'ASK', sides.get('A')!, (a, b) => a < b)
    books.push({ tsEventNs, displayed })
  }
  return { books: inOrder(books), trades, recordCount, unknownOrders }
}

/** The key of a price of a side, `BID 6870.25`. */
export function keyOf(side: string, price: number): string {
  return `${side} ${price}`
}

function* recordsOf(bytes: Uint8Array): Generator<DataView> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 8 + view.getUint32(4, true)
  while (at < bytes.byteLength) {
    const length = 4 * view.getUint8(at)
    yield new DataView(bytes.buffer, bytes.byteOffset + at, length)
    at += length
  }
}

function letter(record: DataView, at: number): string {
  return String.fromCharCode(record.getUint8(at))
}

function show(displayed: Map<string, number>, side: string, price: bigint, size: number): void {
  if (size > 0) displayed.set(keyOf(side, Number(price) / 1e9), size)
}

/** The best ten, found by trying each: an insertion into a list that stays short. */
function showBest(
  displayed: Map<string, number>,
  side: string,
  levels: ReadonlyMap<bigint, number>,
  isBetter: (a: bigint, b: bigint) => boolean,
): void {
  const best: bigint[] = []
  for (const price of levels.keys()) {
    if (best.length === 10 && !isBetter(price, best[9]!)) continue
    let at = best.length
    while (at > 0 && isBetter(price, best[at - 1]!)) at--
    best.splice(at, 0, price)
    if (best.length > 10) best.pop()
  }
  for (const price of best) show(displayed, side, price, levels.get(price)!)
}

/** By event time; what is equal stays as it came. */
function inOrder(books: readonly PlainBook[]): PlainBook[] {
  return books.toSorted((a, b) =>
    a.tsEventNs < b.tsEventNs ? -1 : a.tsEventNs > b.tsEventNs ? 1 : 0,
  )
}
