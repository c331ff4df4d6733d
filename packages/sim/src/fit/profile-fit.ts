import {
  ASK_LOTS,
  ASK_TICKS,
  BID_LOTS,
  BID_TICKS,
  BOOK_DEPTH,
  EventKind,
  type MarketEvent,
  NS_PER_S,
} from '@levels/kernel'
import { CountDistribution } from '../numeric/distribution.ts'
import { type MarketProfile, QUEUES, type SizeHistogram } from '../profile.ts'
import { BookFlow, type QueueChange } from './book-flow.ts'
import { fitBursts } from './burst-fit.ts'
import { ChoiceKind, OrderChoices, QUEUE_CLASSES, queueClass } from './order-choices.ts'
import { RateFit, rounded } from './rate-fit.ts'

const LOTS_MAX = 500
const QUANTILES = 20
const TIMES_MAX = 4_000_000
const DELAYS_MAX = 100_000
const DELAY_QUANTILES = 50
/** Sizes above this are drawn together, so that the tables stay small. */
const SIZE_CLASSES_MAX = 60

/** What the time of day does to the rate where nothing was fitted: a day's usual course. */
export const USUAL_DAY: MarketProfile['intraday'] = [
  [0, 0.7],
  [120, 0.6],
  [180, 2],
  [480, 2.5],
  [510, 5],
  [569, 6],
  [570, 30],
  [600, 20],
  [690, 12],
  [750, 8],
  [840, 10],
  [930, 16],
  [958, 26],
  [960, 5],
  [1_020, 1],
  [1_080, 1.3],
  [1_140, 1],
  [1_440, 0.7],
]

/** Takes a recording's events in and estimates a profile from them. */
export class ProfileFit {
  readonly #flow = new BookFlow()
  readonly #choices = new OrderChoices()
  readonly #gap = new CountDistribution(LOTS_MAX)
  readonly #best = new CountDistribution(LOTS_MAX)
  readonly #deeper = new CountDistribution(LOTS_MAX)
  readonly #market = new CountDistribution(LOTS_MAX)
  readonly #levels = Array.from({ length: QUEUES }, () => new CountDistribution(LOTS_MAX))
  readonly #hits = new Float64Array(QUEUE_CLASSES.length)
  readonly #depletions = new Float64Array(QUEUE_CLASSES.length)
  readonly #times: number[] = []
  readonly #delays: number[] = []
  readonly #held: QueueChange[] = []
  #heldCount = 0
  #isMove = false
  readonly #movesFrom = new Float64Array(QUEUES)
  readonly #movesTo = { gap: 0, best: 0, deeper: 0 }
  #walks = 0
  #orders = 0
  #durationNs = 0
  #lastRelNs = NaN
  /** Of the event in hand: what was hit. */
  #hitLots = 0
  #hitQueue = 0
  #isDepleted = false
  #isWalk = false

  get orderCount(): number {
    return this.#orders
  }

  /** Takes an event in; other kinds than futures trades and depth are passed over. */
  take(event: MarketEvent): void {
    if (event.kind === EventKind.FuturesTrade) return this.#flow.trade(event)
    if (event.kind !== EventKind.Depth) return
    this.#hitLots = 0
    this.#isDepleted = false
    this.#isWalk = false
    const { before } = this.#flow
    this.#heldCount = 0
    const changes = this.#flow.depth(event, (change) => this.#hold(change))
    this.#judgeMove()
    for (let i = 0; i < this.#heldCount; i++) {
      const change = this.#held[i]
      if (change !== undefined) this.#order(change, before)
    }
    this.#flow.accept(event)
    if (changes >= 0 && event.tsRelNs > this.#lastRelNs) {
      this.#durationNs += event.tsRelNs - this.#lastRelNs
    }
    this.#lastRelNs = event.tsRelNs
    if (changes <= 0) return
    if (this.#hitLots > 0) this.#marketOrder()
    if (this.#times.length < TIMES_MAX) this.#times.push(event.tsRelNs)
    if (this.#delays.length < DELAYS_MAX) this.#delays.push(event.tsRecvRelNs - event.tsRelNs)
    this.#takeLevels(event.book)
  }

  /** @throws RangeViolationError when there was too little to fit */
  profile(name: string, source: string): MarketProfile {
    const excitation = fitBursts(Float64Array.from(this.#times))
    return {
      name,
      source,
      eventsPerS: rounded(this.#times.length / (this.#durationNs / NS_PER_S)),
      queueClasses: QUEUE_CLASSES,
      ...new RateFit(this.#choices).run(),
      sizes: {
        gap: histogramOf(this.#gap),
        best: histogramOf(this.#best),
        deeper: histogramOf(this.#deeper),
        market: histogramOf(this.#market),
      },
      moves: {
        gap: rounded(this.#movesTo.gap / Math.max(1, this.#gap.total)),
        best: rounded(this.#movesTo.best / Math.max(1, this.#best.total)),
        deeper: rounded(this.#movesTo.deeper / Math.max(1, this.#deeper.total)),
        from: Array.from(this.#movesFrom, (count) => count + 0.1),
      },
      deplete: Array.from(this.#hits, (hits, i) =>
        rounded(((this.#depletions[i] ?? 0) + 0.3) / (hits + 1)),
      ),
      walk: rounded((this.#walks + 0.02) / (sum(this.#depletions) + 1)),
      levelLots: this.#levels.map((level) => quantilesOf(level)),
      excitation,
      haste: 1.3,
      sentiment: { spread: 0.4, returnPerS: 1 / 100 },
      captureDelayNs: delayQuantiles(this.#delays),
      intraday: USUAL_DAY,
    }
  }

  #hold(change: QueueChange): void {
    const at = this.#heldCount++
    this.#held[at] = Object.assign(this.#held[at] ?? {}, change)
  }

  /** One order gone and one come on the same side, nothing traded: it was moved. */
  #judgeMove(): void {
    const [a, b] = this.#held
    this.#isMove = false
    if (this.#heldCount !== 2 || a === undefined || b === undefined) return
    if (a.side !== b.side || a.filled + b.filled > 0) return
    const [come, gone] = a.added > 0 ? [a, b] : [b, a]
    if (come.added === 0 || gone.canceled === 0 || gone.place < 0) return
    this.#isMove = true
    this.#movesFrom[gone.place] = (this.#movesFrom[gone.place] ?? 0) + 1
    const to = come.place < 0 ? 'gap' : come.place === 0 ? 'best' : 'deeper'
    this.#movesTo[to]++
  }

  #order(change: QueueChange, before: Int32Array): void {
    const { side, place, lotsBefore, added, canceled, filled } = change
    this.#orders++
    if (filled > 0) {
      this.#hitLots += filled
      if (place === 0) {
        this.#hitQueue = lotsBefore
        this.#isDepleted = filled >= lotsBefore
      } else {
        this.#isWalk = true
      }
      const order = { side, kind: ChoiceKind.Market, place: 0 }
      if (place === 0) this.#choices.add(order, before)
    }
    // What left to come elsewhere is drawn with what came.
    if (canceled > 0 && place >= 0 && !this.#isMove) {
      this.#choices.add({ side, kind: ChoiceKind.Cancel, place }, before)
    }
    if (added === 0) return
    if (place >= 0) {
      this.#choices.add({ side, kind: ChoiceKind.Limit, place }, before)
      ;(place === 0 ? this.#best : this.#deeper).add(added)
      return
    }
    const spread = (before[ASK_TICKS] ?? 0) - (before[BID_TICKS] ?? 0)
    // An order that trades through the other side's best and rests is no order inside the spread.
    if (-place < spread) this.#choices.add({ side, kind: ChoiceKind.Gap, place }, before)
    this.#gap.add(added)
  }

  #marketOrder(): void {
    if (this.#hitQueue === 0) return
    const at = queueClass(this.#hitQueue)
    this.#hits[at] = (this.#hits[at] ?? 0) + 1
    if (this.#isDepleted) {
      this.#depletions[at] = (this.#depletions[at] ?? 0) + 1
      if (this.#isWalk) this.#walks++
    } else {
      this.#market.add(this.#hitLots)
    }
    this.#hitQueue = 0
  }

  #takeLevels(book: Int32Array): void {
    for (let i = 0; i < BOOK_DEPTH; i++) {
      const bidPlace = (book[BID_TICKS] ?? 0) - (book[BID_TICKS + i] ?? 0)
      const askPlace = (book[ASK_TICKS + i] ?? 0) - (book[ASK_TICKS] ?? 0)
      this.#levels[bidPlace]?.add(book[BID_LOTS + i] ?? 0)
      this.#levels[askPlace]?.add(book[ASK_LOTS + i] ?? 0)
    }
  }
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0)
}

function quantilesOf(level: CountDistribution): number[] {
  return Array.from({ length: QUANTILES }, (_, i) =>
    Math.max(1, level.quantile((i + 0.5) / QUANTILES)),
  )
}

/** The most frequent sizes as they are; the rest by shares of equal weight. */
function histogramOf(sizes: CountDistribution): SizeHistogram {
  const entries = sizes.entries()
  if (entries.length === 0) return [[1, 1]]
  if (entries.length <= SIZE_CLASSES_MAX) return entries
  const byWeight = entries.toSorted((a, b) => b[1] - a[1] || a[0] - b[0])
  const kept = byWeight.slice(0, SIZE_CLASSES_MAX - 10)
  const rest = byWeight.slice(SIZE_CLASSES_MAX - 10).toSorted((a, b) => a[0] - b[0])
  const weight = rest.reduce((total, entry) => total + entry[1], 0)
  const merged = new Map<number, number>()
  let passed = 0
  for (const [lots, own] of rest) {
    const share = Math.floor((passed / weight) * 10)
    passed += own
    merged.set(share, (merged.get(share) ?? 0) + lots * own)
  }
  const weights = new Map<number, number>()
  passed = 0
  for (const [, own] of rest) {
    const share = Math.floor((passed / weight) * 10)
    passed += own
    weights.set(share, (weights.get(share) ?? 0) + own)
  }
  const means = [...merged].map(([share, lots]): [number, number] => {
    const own = weights.get(share) ?? 1
    return [Math.round(lots / own), own]
  })
  return [...kept, ...means].toSorted((a, b) => a[0] - b[0])
}

function delayQuantiles(delays: readonly number[]): number[] {
  const sorted = Float64Array.from(delays).sort()
  return Array.from({ length: DELAY_QUANTILES + 1 }, (_, i) => {
    // The outermost hundredth is left out: a recorder that stalled says nothing of the venue.
    const share = 0.005 + (0.99 * i) / DELAY_QUANTILES
    return Math.max(1_000, sorted[Math.floor(share * (sorted.length - 1))] ?? 1_000)
  })
}
