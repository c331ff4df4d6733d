import type { StateReader, StateWriter, StockQuoteEvent } from '@levels/kernel'

/** The equity's newest quote, US dollars and shares; zero prices before the first. */
export class StockQuoteState {
  tsRelNs = -Infinity
  bidPx = 0
  askPx = 0
  bidSz = 0
  askSz = 0

  set(event: StockQuoteEvent): void {
    this.tsRelNs = event.tsRelNs
    this.bidPx = event.bidPx
    this.askPx = event.askPx
    this.bidSz = event.bidSz
    this.askSz = event.askSz
  }

  encode(writer: StateWriter): void {
    writer.number(this.tsRelNs).number(this.bidPx).number(this.askPx)
    writer.number(this.bidSz).number(this.askSz)
  }

  decode(reader: StateReader): void {
    this.tsRelNs = reader.number()
    this.bidPx = reader.number()
    this.askPx = reader.number()
    this.bidSz = reader.number()
    this.askSz = reader.number()
  }
}
