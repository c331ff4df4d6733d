import { fromRelNs, Side, ticksToPrice, type InstrumentPair } from '@levels/kernel'
import type { FlowObserver } from '@levels/market-state'
import type { LineFile } from './line-file.ts'

/**
 * Writes every flow of liquidity as a line of NDJSON, so that anyone can check conservation from
 * outside: at every moment, side and price, `added − canceled − filled + unobserved` summed since
 * the start is the displayed size.
 */
export function flowWriter(file: LineFile, epochNs: bigint, pair: InstrumentPair): FlowObserver {
  return (tsRelNs, side, tick, added, canceled, filled, unobserved) => {
    const ts = fromRelNs(tsRelNs, epochNs)
    const bookSide = side === Side.Bid ? 'BID' : 'ASK'
    file.writeLine(
      `{"ts_event_ns":${ts},"side":"${bookSide}","price":${ticksToPrice(tick, pair.tick)},` +
        `"added":${added},"canceled":${canceled},"filled":${filled},"unobserved":${unobserved}}`,
    )
  }
}
