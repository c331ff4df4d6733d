// node --expose-gc --conditions=@levels/source packages/tape/bench/tape.bench.ts
// What reading the tape of 30 levels costs while trades come at 1x and at 10x a rate.
import os from 'node:os'
import { Aggressor, epochFor, MarketEvent, NS_PER_HOUR, NS_PER_S } from '@levels/kernel'
import { TapeEngine } from '@levels/tape'
import { defaultMarketStateConfig, MarketState } from '@levels/market-state'

const TRADES_PER_S = 20
const WARM_UP_S = 300
const SNAPS = 400
const SNAP_NS = NS_PER_S / 4
const LEVEL_TICK = 27_480
const LEVELS = Array.from({ length: 30 }, (_, i) => 686.75 + i / 60)

function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** One market whose price wanders around the level, with a burst of one side now and then. */
class BusyMarket {
  readonly state = new MarketState({
    epochNs: epochFor(1_765_897_200_000_000_000n),
    config: defaultMarketStateConfig,
  })
  readonly #trade = new MarketEvent()
  readonly #random = createRandom(7)
  readonly #stepNs: number
  #nowNs = 15 * NS_PER_HOUR
  #priceTicks = LEVEL_TICK

  constructor(tradesPerS: number) {
    this.#stepNs = NS_PER_S / tradesPerS
  }

  runFor(durationNs: number): void {
    const endNs = this.#nowNs + durationNs
    while (this.#nowNs < endNs) this.#step()
    this.state.advanceTo(endNs)
  }

  #step(): void {
    this.#nowNs += this.#stepNs
    const random = this.#random
    const trade = this.#trade
    if (random() < 0.5) trade.aggressor = random() < 0.5 ? Aggressor.Buy : Aggressor.Sell
    if (random() < 0.1) {
      const next = this.#priceTicks + (random() < 0.5 ? 1 : -1)
      if (Math.abs(next - LEVEL_TICK) <= 25) this.#priceTicks = next
    }
    trade.tsRelNs = this.#nowNs
    trade.priceTicks = this.#priceTicks
    trade.size = 1 + Math.floor(random() * 6)
    this.state.updateEsTrade(trade)
  }
}

const engine = new TapeEngine()
const kept: unknown[] = []
let checksum = 0

function readLevels(state: MarketState): void {
  for (let i = 0; i < LEVELS.length; i++) {
    const metrics = engine.computeTapeState(LEVELS[i] ?? 0, state)
    kept[i] = metrics
    checksum += metrics.buyVol + metrics.sweep.numPrints
  }
}

const markets = [1, 10].map((factor) => new BusyMarket(TRADES_PER_S * factor))
for (const market of markets) market.runFor(WARM_UP_S * NS_PER_S)
const nsPerLevel = markets.map(() => new Array<number>())
for (let snap = 0; snap < SNAPS * 2; snap++) {
  markets.forEach((market, i) => {
    market.runFor(SNAP_NS)
    const startNs = process.hrtime.bigint()
    readLevels(market.state)
    const spentNs = Number(process.hrtime.bigint() - startNs)
    if (snap >= SNAPS) nsPerLevel[i]?.push(spentNs / LEVELS.length) // the first half warms up
  })
}
const [slow, fast] = nsPerLevel.map((spent) => spent.sort((a, b) => a - b)[SNAPS >> 1] ?? NaN)

globalThis.gc?.()
const heapBefore = process.memoryUsage().heapUsed
for (let i = 0; i < 20; i++) readLevels(markets[0]!.state)
const bytesEach = (process.memoryUsage().heapUsed - heapBefore) / (20 * LEVELS.length)

console.log(`node ${process.version}, ${os.cpus()[0]?.model ?? 'unknown cpu'}`)
console.log(`one level at ${TRADES_PER_S} trades/s:    ${slow?.toFixed(0)} ns`)
console.log(`one level at ${TRADES_PER_S * 10} trades/s:   ${fast?.toFixed(0)} ns`)
console.log(`ratio 10x : 1x             ${((fast ?? NaN) / (slow ?? NaN)).toFixed(2)}`)
console.log(`heap per level and reading ${bytesEach.toFixed(0)} bytes`)
console.log(`checksum ${checksum}`)
