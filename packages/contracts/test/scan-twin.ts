import type { MarketMessage, MarketScanner, MarketSubject, Mbp10 } from '../src/index.ts'
import {
  AGGRESSORS,
  decodeMarketEvent,
  RIGHTS,
  ScanColumn,
  ScanSlot,
  Subject,
} from '../src/index.ts'

/** What a scanner made of a payload: one that is refused it may leave without being sure of a fault. */
export type ScanVerdict = 'taken' | 'left' | 'refused' | 'refused, unsure'

/**
 * Scans a payload and reads it in full, and compares. A scanner may leave a valid message; what it
 * takes must be valid and come out the same. A terse refusal must be the same, but for the words,
 * and so must a fault that the scanner is certain of.
 *
 * @throws Error when it takes what is refused, reads another value, or refuses for another reason
 */
export function scanVerdict(
  scanner: MarketScanner,
  subject: MarketSubject,
  payload: Uint8Array,
): ScanVerdict {
  const decoded = decodeMarketEvent(subject, payload)
  const terse = decodeMarketEvent(subject, payload, { isTerse: true })
  const [code, terseCode] = [decoded, terse].map((each) => (each.ok ? 'none' : each.reject.code))
  if (code !== terseCode) throw new Error(`expected the refusal ${code}, was ${terseCode}`)
  const isTaken = scanner.scan(subject, payload)
  const fault = scanner.faultOf(subject)
  if (fault !== null && fault !== code) {
    throw new Error(`expected the fault ${code} or none that is certain, was ${fault}`)
  }
  if (!decoded.ok) {
    if (!isTaken) return fault === null ? 'refused, unsure' : 'refused'
    throw new Error(`expected no message, was one: ${decoded.reject.message}`)
  }
  if (!isTaken) return 'left'
  const expected = numbersOf(decoded.value)
  for (const [slot, value] of expected) {
    const was = scanner.numbers[slot]
    if (!Object.is(was, value)) throw new Error(`slot ${slot}: expected ${value}, was ${was}`)
  }
  const { event } = decoded.value
  if ('levels' in event) compareDepth(scanner, event)
  if ('strike' in event) compareAggressor(scanner, event.aggressor)
  const symbol = 'symbol' in event ? event.symbol : event.underlying
  const bytes = new TextEncoder().encode(symbol)
  const others = [bytes.subarray(1), new Uint8Array([...bytes, 0x20]), bytes.map((b) => b ^ 1)]
  if (!scanner.isOf(bytes) || others.some((other) => scanner.isOf(other))) {
    throw new Error(`expected the symbol ${symbol} and no other`)
  }
  if (scanner.symbol !== symbol) throw new Error(`expected ${symbol}, was ${scanner.symbol}`)
  return 'taken'
}

/** The slots of a message's kind. */
function numbersOf({ subject, event }: MarketMessage): [slot: number, value: number][] {
  const stamp: [number, number][] = [
    [ScanSlot.EventS, Number(event.tsEventNs / 1_000_000_000n)],
    [ScanSlot.EventNs, Number(event.tsEventNs % 1_000_000_000n)],
    [ScanSlot.RecvS, Number(event.tsRecvNs / 1_000_000_000n)],
    [ScanSlot.RecvNs, Number(event.tsRecvNs % 1_000_000_000n)],
    [ScanSlot.Seq, event.seq ?? NaN],
  ]
  switch (subject) {
    case Subject.FuturesMbp10:
      return stamp
    case Subject.FuturesTrades:
      return [
        ...stamp,
        [ScanSlot.Price, event.price],
        [ScanSlot.PriceTicks, Math.round(event.price / 0.25)],
        [ScanSlot.Size, event.size],
        [ScanSlot.Aggressor, AGGRESSORS.indexOf(event.aggressor)],
        [ScanSlot.Exchange, event.exchange ?? NaN],
      ]
    case Subject.StockTrades:
      return [
        ...stamp,
        [ScanSlot.Price, event.price],
        [ScanSlot.Size, event.size],
        [ScanSlot.Exchange, event.exchange ?? NaN],
      ]
    case Subject.StockQuotes:
      return [
        ...stamp,
        [ScanSlot.BidPx, event.bidPx],
        [ScanSlot.AskPx, event.askPx],
        [ScanSlot.BidSz, event.bidSz],
        [ScanSlot.AskSz, event.askSz],
      ]
    case Subject.OptionTrades:
      return [
        ...stamp,
        [ScanSlot.Expiry, Number(event.expDate.replaceAll('-', ''))],
        [ScanSlot.Strike, event.strike],
        [ScanSlot.Right, RIGHTS.indexOf(event.right)],
        [ScanSlot.Price, event.price],
        [ScanSlot.Size, event.size],
        [ScanSlot.OptBid, event.optBid ?? NaN],
        [ScanSlot.OptAsk, event.optAsk ?? NaN],
        [ScanSlot.Delta, event.delta ?? NaN],
        [ScanSlot.Gamma, event.gamma ?? NaN],
      ]
  }
}

/** One that is left out is none in the numbers, and UNKNOWN in the message. */
function compareAggressor({ numbers }: MarketScanner, expected: (typeof AGGRESSORS)[number]): void {
  const was = AGGRESSORS[numbers[ScanSlot.Aggressor]!] ?? 'UNKNOWN'
  if (was !== expected) throw new Error(`aggressor: expected ${expected}, was ${was}`)
}

function compareDepth({ depth, numbers }: MarketScanner, { levels, isSnapshot }: Mbp10): void {
  const { book, bidCount, askCount } = depth
  const expected = new Int32Array(book.length)
  levels.forEach(({ bidPx, bidSz, askPx, askSz }, i) => {
    expected[ScanColumn.BidTicks + i] = Math.round(bidPx / 0.25)
    expected[ScanColumn.BidLots + i] = bidSz
    expected[ScanColumn.AskTicks + i] = Math.round(askPx / 0.25)
    expected[ScanColumn.AskLots + i] = askSz
  })
  const counts = [
    levels.filter(({ bidPx }) => bidPx > 0).length,
    levels.filter(({ askPx }) => askPx > 0).length,
  ]
  if (expected.join() !== book.join() || counts.join() !== [bidCount, askCount].join()) {
    throw new Error(`expected ${expected.join()} and ${counts.join()}, was ${book.join()}`)
  }
  if ((numbers[ScanSlot.IsSnapshot] === 1) !== isSnapshot) {
    throw new Error(`is_snapshot: expected ${isSnapshot}, was ${numbers[ScanSlot.IsSnapshot]}`)
  }
}
