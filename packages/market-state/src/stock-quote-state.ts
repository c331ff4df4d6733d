import type { StateReader, StateWriter, StockQuoteEvent } from '@levels/kernel'

/** The equity's newest quote, US dollars; zero prices before the first. */
export class StockQuoteState {
  tsRelNs = -Infinity
  bidPx = 0
  askPx = 0

  set(event: StockQuoteEvent): void {
    this.tsRelNs = event.tsRelNs
    this.bidPx = event.bidPx
    this.askPx = event.askPx
  }

  encode(writer: StateWriter): void {
    writer.number(this.tsRelNs).number(this.bidPx).number(this.askPx)
  }

  decode(reader: StateReader): void {
    this.tsRelNs = reader.number()
    this.bidPx = reader.number()
    this.askPx = reader.number()
  }
}
