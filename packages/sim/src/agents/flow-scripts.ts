import { NS_PER_MS, OptionRight } from '@levels/kernel'
import type { SweepLabel } from '../label.ts'
import type { Desk } from './agent.ts'
import { LevelFrame } from './level-frame.ts'
import { attackOver, hold, layOut, outcomeOf, settle } from './liquidity-scripts.ts'
import type { ScenarioRun, Script } from './scenario-run.ts'

/** US dollars a futures tick and lot. */
const TICK_USD = 12.5
/** Least notional that counts as a sweep. */
const SWEEP_USD = 5_000_000
/** Before and after a sweep, s: longer than an engine remembers one. */
const AROUND_S = 25
/** How long a mixture lasts, s. */
const MIXTURE_S = 90

/** Attackers take several prices in one go. */
export function* sweep(run: ScenarioRun): Script {
  const { desk } = run
  const ticks = 2
  const frame = new LevelFrame(desk, run.direction, ticks)
  // The clearer, the quieter the crowd: its own bursts can be sweeps too.
  const market = run.by(0.25, 0.6, 1)
  yield* hold(run, frame, AROUND_S, { ticks, market })
  const found = yield* sweepNow(run, frame, run.by(6, 4, 3))
  // What the label says ends with its last print; the engine may remember it for ten seconds.
  run.label(frame, found?.fromRelNs ?? desk.nowRelNs, { sweep: found })
  yield* hold(run, frame, AROUND_S, { ticks, market })
}

/**
 * One order after another, a price each, milliseconds apart.
 *
 * @returns what it was; null when the book gave too little, or somebody's orders kept price in place
 */
export function* sweepNow(
  run: ScenarioRun,
  frame: LevelFrame,
  levels: number,
): Generator<number, SweepLabel | null, undefined> {
  const { desk } = run
  const gapNs = run.by(2, 20, 45) * NS_PER_MS
  const excess = run.by(2, 1.4, 1.1)
  let lots = 0
  let prints = 0
  let notionalUsd = 0
  let fromRelNs = 0
  let last = 0
  let firstTick = 0
  let lastTick = 0
  for (let i = 0; i < 2 * levels; i++) {
    if (prints >= levels && notionalUsd >= SWEEP_USD * excess) break
    const tick = frame.tick(frame.bestAhead(desk))
    const shown = desk.lotsAt(frame.defenders, tick)
    const taken = desk.market(frame.attackers, shown, tick)
    if (taken === 0) break
    if (prints === 0) {
      fromRelNs = desk.nowRelNs
      firstTick = tick
    }
    last = desk.nowRelNs
    lastTick = tick
    prints++
    lots += taken
    notionalUsd += taken * tick * TICK_USD
    yield desk.nowRelNs + gapNs
  }
  const direction = frame.direction === 'SUPPORT' ? 'DOWN' : 'UP'
  const isBeyond = direction === 'DOWN' ? lastTick < firstTick : lastTick > firstTick
  if (prints < 3 || notionalUsd < SWEEP_USD || !isBeyond) return null
  return { direction, fromRelNs, untilRelNs: last, prints, lots, notionalUsd }
}

/** Customers buy options near the level: dealers are short gamma. */
export function dealerShort(run: ScenarioRun): Script {
  return dealerFlow(run, true)
}

/** Customers sell options near the level: dealers are long gamma. */
export function dealerLong(run: ScenarioRun): Script {
  return dealerFlow(run, false)
}

function* dealerFlow(run: ScenarioRun, isBuy: boolean): Script {
  const { desk } = run
  const frame = new LevelFrame(desk, run.direction, 4)
  const from = desk.nowRelNs
  yield* customers(run, frame, isBuy, 90)
  run.label(frame, from, { dealerSign: isBuy ? -1 : 1 })
}

/** Trades of customers in strikes around a level, most of them the same way. */
function* customers(run: ScenarioRun, frame: LevelFrame, isBuy: boolean, seconds: number): Script {
  const { desk } = run
  const perTrade = run.by(25, 16, 11)
  const tradesPerS = 2.5
  for (let i = 0; i < seconds * tradesPerS; i++) {
    const strikeUsd = Math.floor(frame.levelUsd + 0.5) + desk.random.below(3) - 1
    const isCall = strikeUsd >= frame.levelUsd
    desk.option({
      strikeUsd,
      right: isCall ? OptionRight.Call : OptionRight.Put,
      contracts: desk.random.count(perTrade),
      // Some trade the other way.
      isBuy: desk.random.chance(run.by(0.97, 0.9, 0.85)) === isBuy,
    })
    yield run.in(desk.random.exponential() / tradesPerS)
  }
}

/**
 * All at once: a level is eaten or built up, customers trade options one way, and at the end
 * somebody sweeps through it.
 */
export function* mixture(run: ScenarioRun): Script {
  const { desk } = run
  const isWall = desk.random.chance(0.5)
  const isBuy = desk.random.chance(0.5)
  const frame = new LevelFrame(desk, run.direction, 3)
  const crowd = run.by(0.25, 0.45, 0.8)
  frame.leanDefenders(desk, { from: -12, to: 12, limit: crowd, cancel: crowd })
  if (!isWall) layOut(run, frame, run.crowdLots * 0.7, { from: -1, to: 2 })
  yield* settle(run, frame, { ticks: 3, market: crowd })
  const from = desk.nowRelNs
  const lots = run.crowdLots * (isWall ? run.by(1.6, 1.3, 0.9) : run.by(0.6, 0.5, 0.4))
  const defence = isWall
    ? buildUp(run, frame, lots)
    : attackOver(run, frame, lots, { seconds: MIXTURE_S, market: crowd })
  if (!isWall) {
    frame.leanDefenders(desk, { from: -12, to: 12, limit: crowd * 0.3, cancel: crowd * 0.5 })
  }
  yield* together(desk, [defence, customers(run, frame, isBuy, MIXTURE_S)])
  const found = yield* sweepNow(run, frame, run.by(6, 4, 3))
  const truth = { state: isWall ? 'WALL' : 'CONSUMED', dealerSign: isBuy ? -1 : 1 } as const
  run.label(frame, from, { ...truth, sweep: found, outcome: outcomeOf(run, frame) })
}

/** Shows more and more, then waits. */
function* buildUp(run: ScenarioRun, frame: LevelFrame, lots: number): Script {
  for (let i = 0; i < 8; i++) {
    layOut(run, frame, lots / 8, { from: -6, to: 2 })
    yield run.in(2)
  }
  yield* hold(run, frame, MIXTURE_S - 16, { ticks: 3 })
}

/** Plays scripts side by side until the last has ended. */
function* together(desk: Desk, scripts: readonly Script[]): Script {
  const parts = scripts.map((script) => ({ script, dueRelNs: -Infinity }))
  while (parts.length > 0) {
    const next = parts.reduce((one, other) => (other.dueRelNs < one.dueRelNs ? other : one))
    if (next.dueRelNs > desk.nowRelNs) yield next.dueRelNs
    const step = next.script.next()
    if (step.done === true) parts.splice(parts.indexOf(next), 1)
    else next.dueRelNs = step.value
  }
}

/** Price is driven through the level to where stops lie, and comes back. */
export function* stopRun(run: ScenarioRun): Script {
  const { desk } = run
  const ticks = 3
  const frame = new LevelFrame(desk, run.direction, ticks)
  const market = run.by(0.25, 0.6, 1)
  yield* hold(run, frame, AROUND_S, { ticks, market })
  const from = desk.nowRelNs
  const found = yield* sweepNow(run, frame, run.by(8, 7, 6))
  // Stops follow in the same direction.
  yield* attackOver(run, frame, 10, { seconds: 3, market })
  // Then the other side is bought back, and bids come in again.
  const { defenders } = frame
  for (let i = 0; i < 40 && frame.bestAhead(desk) < 5; i++) {
    const isUp = frame.direction === 'SUPPORT'
    const best = isUp ? desk.bestAskTicks : desk.bestBidTicks
    desk.market(defenders, desk.lotsAt(frame.attackers, best), best)
    layOut(run, frame, 30, { from: frame.bestAhead(desk) - 1, to: frame.bestAhead(desk) })
    yield run.in(0.3 + desk.random.unit() * 0.5)
  }
  yield run.in(20)
  run.label(frame, from, { sweep: found, outcome: outcomeOf(run, frame) })
}
