// node --expose-gc --conditions=@levels/source packages/barrier/bench/barrier.bench.ts
// What reading the barrier of 30 levels costs while depth updates come at 1x and at 10x a rate.
import os from 'node:os'
import {
  ASK_LOTS,
  ASK_TICKS,
  BID_LOTS,
  BID_TICKS,
  Aggressor,
  epochFor,
  MarketEvent,
  NS_PER_HOUR,
  NS_PER_S,
} from '@levels/kernel'
import { BarrierEngine } from '@levels/barrier'
import { defaultMarketStateConfig, MarketState } from '@levels/market-state'

const UPDATES_PER_S = 200
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

/** One market whose best bid wanders around the level and whose sizes change all the time. */
class BusyMarket {
  readonly state = new MarketState({
    epochNs: epochFor(1_765_897_200_000_000_000n),
    config: defaultMarketStateConfig,
  })
  readonly #depth = new MarketEvent()
  readonly #trade = new MarketEvent()
  readonly #random = createRandom(7)
  readonly #stepNs: number
  #bestBid = LEVEL_TICK
  #nowNs = 15 * NS_PER_HOUR

  constructor(updatesPerS: number) {
    this.#stepNs = NS_PER_S / updatesPerS
    this.#trade.aggressor = Aggressor.Sell
    this.#depth.bidCount = this.#depth.askCount = 10
    this.#shift(0)
  }

  runFor(durationNs: number): void {
    const endNs = this.#nowNs + durationNs
    while (this.#nowNs < endNs) this.#step()
    this.state.advanceTo(endNs)
  }

  #step(): void {
    this.#nowNs += this.#stepNs
    const random = this.#random
    const at = Math.floor(random() * 10)
    this.#depth.book[(random() < 0.5 ? BID_LOTS : ASK_LOTS) + at] = 1 + Math.floor(random() * 80)
    if (random() < 0.01) this.#shift(random() < 0.5 ? 1 : -1)
    if (random() < 0.1) {
      this.#trade.tsRelNs = this.#nowNs
      this.#trade.priceTicks = this.#bestBid
      this.#trade.size = 1 + Math.floor(random() * 5)
      this.state.updateEsTrade(this.#trade)
    }
    this.#depth.tsRelNs = this.#nowNs
    this.state.updateEsMbp10(this.#depth)
  }

  #shift(ticks: number): void {
    const next = this.#bestBid + ticks
    this.#bestBid = Math.abs(next - LEVEL_TICK) > 10 ? this.#bestBid : next
    const { book } = this.#depth
    for (let i = 0; i < 10; i++) {
      book[BID_TICKS + i] = this.#bestBid - i
      book[ASK_TICKS + i] = this.#bestBid + 1 + i
      book[BID_LOTS + i] ||= 30
      book[ASK_LOTS + i] ||= 30
    }
  }
}

const engine = new BarrierEngine()
const kept: unknown[] = []
let checksum = 0

function readLevels(state: MarketState): void {
  for (let i = 0; i < LEVELS.length; i++) {
    const metrics = engine.computeBarrierState(LEVELS[i] ?? 0, 'SUPPORT', state)
    kept[i] = metrics
    checksum += metrics.churn + metrics.depthInZone
  }
}

const markets = [1, 10].map((factor) => new BusyMarket(UPDATES_PER_S * factor))
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
console.log(`one level at ${UPDATES_PER_S} updates/s:   ${slow?.toFixed(0)} ns`)
console.log(`one level at ${UPDATES_PER_S * 10} updates/s:  ${fast?.toFixed(0)} ns`)
console.log(`ratio 10x : 1x             ${((fast ?? NaN) / (slow ?? NaN)).toFixed(2)}`)
console.log(`heap per level and reading ${bytesEach.toFixed(0)} bytes`)
console.log(`checksum ${checksum}`)
