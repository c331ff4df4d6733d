/**
 * How the background market leans: factors on its rates, 1 as fitted. Those of limit and cancel
 * hold for prices from `loTick` to `hiTick`; those of market orders everywhere.
 */
export class Appetite {
  /** Of market orders that buy. */
  marketBuy = 1
  marketSell = 1
  loTick = 0
  hiTick = -1
  bidLimit = 1
  bidCancel = 1
  askLimit = 1
  askCancel = 1

  /** Everything as fitted. */
  reset(): void {
    this.marketBuy = 1
    this.marketSell = 1
    this.loTick = 0
    this.hiTick = -1
    this.bidLimit = 1
    this.bidCancel = 1
    this.askLimit = 1
    this.askCancel = 1
  }
}
