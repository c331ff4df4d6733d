import { fromRelNs, Side, ticksToPrice, type InstrumentPair } from '@levels/kernel'
import type { FlowObserver } from '@levels/market-state'
import { LineFile } from './signal-file.ts'

/**
 * Every flow of liquidity as a line of NDJSON, so that anyone can check conservation from
 * outside: at every moment and price, `added − canceled − filled + unobserved` summed since the
 * start is the displayed size.
 */
export class FlowTrace {
  readonly #file: LineFile

  constructor(path: string) {
    this.#file = new LineFile(path)
  }

  get flowCount(): number {
    return this.#file.lineCount
  }

  /** Receives the flows of a run. */
  observer(epochNs: bigint, pair: InstrumentPair): FlowObserver {
    return (tsRelNs, side, tick, added, canceled, filled, unobserved) => {
      const ts = fromRelNs(tsRelNs, epochNs)
      const bookSide = side === Side.Bid ? 'BID' : 'ASK'
      this.#file.writeLine(
        `{"ts_event_ns":${ts},"side":"${bookSide}","price":${ticksToPrice(tick, pair.tick)},` +
          `"added":${added},"canceled":${canceled},"filled":${filled},"unobserved":${unobserved}}`,
      )
    }
  }

  close(): void {
    this.#file.close()
  }
}
