import { NS_PER_S, Side } from '@levels/kernel'
import { LevelFrame } from './level-frame.ts'
import type { ScenarioRun, Script } from './scenario-run.ts'

/** Seconds after which a window of the barrier (240 s) has forgotten. */
const FORGOTTEN_S = 250
/** Ticks on either side of a level that its barrier looks at. */
const ZONE_TICKS = 8
/** How long a state is held once it stands, s. */
const HELD_S = 90
/** How long attackers need to eat a level, and how long they then wait for it to give way, s. */
const EATEN_S = 45
/** How long a level takes to thin out, s. */
const THINNING_S = 30
/** Ticks of the monitor band: $0.25. */
const NEAR_TICKS = 10
/** Prices that a side of ten levels shows where every tick is taken. */
const SHOWN_TICKS = 10
/** Best price of the defenders, ticks ahead of the level, from which on price is through. */
const THROUGH_TICKS = -4
/** How much more market orders lean for each tick that price is off, and at most. */
const RETURN_PER_TICK = 0.7
const RETURN_MAX = 4
/** Ticks that price may be off before somebody brings it back at once. */
const FETCH_TICKS = 2
/** Lots taken at a time for that: too few to be a sweep together with what the crowd does. */
const FETCH_LOTS = 8
/** Times that orders are placed for a script that needs them to stand. */
const TRIES_MAX = 8
/** How long a script waits for price to come back to its side of the level, s. */
const RETURN_WITHIN_S = 120

/** Large bids show for a while, then are taken away before they trade: VACUUM. */
export function* pull(run: ScenarioRun): Script {
  const { desk } = run
  const ticks = anywhereNear(run)
  const crowd = run.by(0.25, 0.5, 0.9)
  const { frame, orders, isStanding } = yield* stand(run, {
    ...{ ticks, crowd, zone: shownZone(ticks, 2), at: { ticks, market: crowd } },
    lots: run.crowdLots * run.by(1.4, 1.6, 2.4),
  })
  const from = desk.nowRelNs
  frame.leanDefenders(desk, { from: -12, to: 12, limit: crowd * 0.5, cancel: crowd * 0.5 })
  while (orders.length > 0) {
    for (const id of orders.splice(0, 4)) desk.cancel(id)
    yield run.in(0.1 + desk.random.unit() * 0.3)
  }
  yield* hold(run, frame, HELD_S, { ticks, market: crowd * 0.5 })
  const state = isStanding ? 'VACUUM' : null
  run.label(frame, from, { state, outcome: outcomeOf(run, frame) })
}

/** Defenders show more and more, and put back what is taken: WALL. */
export function* wall(run: ScenarioRun): Script {
  const { desk } = run
  const ticks = anywhereNear(run)
  const frame = new LevelFrame(desk, run.direction, ticks)
  const crowd = run.by(0.4, 0.7, 1)
  frame.leanDefenders(desk, { from: -12, to: 12, limit: crowd, cancel: crowd })
  yield* settle(run, frame, { ticks })
  const from = desk.nowRelNs
  run.onFill = ({ tick, lots }) => {
    if (isBehindPrice(run, frame, tick)) desk.limit(frame.defenders, tick, lots)
  }
  const orders: number[] = []
  const share = (run.crowdLots * run.by(1.6, 1.3, 0.9)) / 8
  for (let i = 0; i < 8; i++) {
    orders.push(...layOut(run, frame, share, shownZone(frame.bestAhead(desk), 1)))
    yield* hold(run, frame, 2, { ticks })
  }
  yield* hold(run, frame, HELD_S, { ticks })
  run.label(frame, from, { state: 'WALL', outcome: outcomeOf(run, frame) })
  run.onFill = null
  yield* retire(run, orders)
}

/** An iceberg takes whatever is sold into it and shows as much as before: ABSORPTION. */
export function* absorption(run: ScenarioRun): Script {
  const { desk } = run
  const frame = new LevelFrame(desk, run.direction, 1)
  const crowd = run.by(0.35, 0.6, 1)
  frame.leanDefenders(desk, { from: -12, to: 12, limit: crowd, cancel: crowd })
  yield* settle(run, frame, { ticks: 1 })
  const from = desk.nowRelNs
  const attack = run.crowdLots * run.by(0.9, 0.7, 0.5)
  const peak = Math.max(20, Math.floor(attack / 12))
  const orders = [desk.limit(frame.defenders, frame.tick(0), Math.floor(attack * 4), peak)]
  // Who absorbs also shows more behind.
  orders.push(...layOut(run, frame, run.crowdLots * run.by(0.25, 0.15, 0), { from: -6, to: -1 }))
  frame.leanDefenders(desk, { from: 1, to: 12, limit: crowd * 0.6, cancel: crowd * 1.4 })
  yield* attackOver(run, frame, attack, { seconds: 60, market: crowd })
  yield* attackOver(run, frame, attack * 0.5, { seconds: HELD_S, market: crowd })
  run.label(frame, from, { state: 'ABSORPTION', outcome: outcomeOf(run, frame) })
  yield* retire(run, orders)
}

/** Attackers eat what rests at the level, and nobody puts it back: CONSUMED. */
export function* consumed(run: ScenarioRun): Script {
  const { desk } = run
  const crowd = run.by(0.25, 0.45, 0.8)
  const { frame, orders, isStanding } = yield* stand(run, {
    ...{ ticks: 3, crowd, zone: { from: -1, to: 2 }, at: { ticks: 3 } },
    lots: run.crowdLots * 0.5,
  })
  const from = desk.nowRelNs
  frame.leanDefenders(desk, { from: -12, to: 12, limit: crowd * 0.3, cancel: crowd * 0.5 })
  // As much as stands from the best price to two ticks behind the level.
  let standing = 0
  for (let ahead = frame.bestAhead(desk); ahead >= -2; ahead--) {
    standing += desk.lotsAt(frame.defenders, frame.tick(ahead))
  }
  const eaten = standing * run.by(1, 0.9, 0.8)
  yield* attackOver(run, frame, eaten, { seconds: EATEN_S, market: crowd })
  if (frame.bestAhead(desk) > THROUGH_TICKS) yield* hold(run, frame, EATEN_S, { ticks: 0 })
  const state = isStanding ? 'CONSUMED' : null
  run.label(frame, from, { state, outcome: outcomeOf(run, frame) })
  yield* retire(run, orders)
}

/** Orders are taken back and few new ones come, for no reason that shows: WEAK. */
export function* weak(run: ScenarioRun): Script {
  const { desk } = run
  const ticks = anywhereNear(run)
  const frame = new LevelFrame(desk, run.direction, ticks)
  yield* settle(run, frame, { ticks })
  const thin = run.by(0.15, 0.35, 0.6)
  const from = desk.nowRelNs
  frame.leanDefenders(desk, { from: -12, to: 12, limit: thin, cancel: 1 / thin })
  yield* hold(run, frame, THINNING_S, { ticks, market: thin })
  // From then on few come and few go: it stays thin.
  frame.leanDefenders(desk, { from: -12, to: 12, limit: thin, cancel: 3 * thin })
  yield* hold(run, frame, HELD_S, { ticks, market: thin })
  run.label(frame, from, { state: 'WEAK', outcome: outcomeOf(run, frame) })
}

/** Price comes near a level where nothing happens: NEUTRAL. */
export function* neutral(run: ScenarioRun): Script {
  const { desk } = run
  const ticks = anywhereNear(run)
  const frame = new LevelFrame(desk, run.direction, ticks)
  yield* settle(run, frame, { ticks })
  // Harder: the crowd wavers.
  const waver = run.by(1, 0.9, 0.8)
  frame.leanDefenders(desk, { from: -9, to: 9, limit: waver, cancel: 1 / waver })
  const from = desk.nowRelNs
  yield* hold(run, frame, HELD_S, { ticks })
  run.label(frame, from, { state: 'NEUTRAL', outcome: outcomeOf(run, frame) })
}

/** A large order shows and goes before it trades: what came and went leaves nothing, NEUTRAL. */
export function* spoof(run: ScenarioRun): Script {
  const { desk } = run
  const ticks = 2 + anywhereNear(run)
  const frame = new LevelFrame(desk, run.direction, ticks)
  yield* settle(run, frame, { ticks })
  const from = desk.nowRelNs
  for (let i = 0; i < 6; i++) {
    const lots = run.crowdLots * run.by(0.1, 0.2, 0.3)
    const orders = layOut(run, frame, lots, shownZone(frame.bestAhead(desk), 2))
    yield* hold(run, frame, 2 + desk.random.unit() * 3, { ticks })
    for (const id of orders) desk.cancel(id)
    yield* hold(run, frame, 8, { ticks })
  }
  run.label(frame, from, { state: 'NEUTRAL', outcome: outcomeOf(run, frame) })
}

/** How far from its level price is kept: ticks from it to the best price, all of the monitor band. */
function anywhereNear(run: ScenarioRun): number {
  return run.desk.random.below(NEAR_TICKS + 1)
}

/** The ticks of a level's zone that ten levels of depth show, the first few before price aside. */
function shownZone(bestAhead: number, spare: number): { from: number; to: number } {
  const to = Math.min(ZONE_TICKS, bestAhead - spare)
  return { from: Math.min(to, Math.max(-ZONE_TICKS, bestAhead - SHOWN_TICKS + 1)), to }
}

/**
 * Places orders at a level and lets that be forgotten; again at another level where price went
 * through, left them out of sight or took most of them meanwhile: then there is nothing to act on.
 *
 * @returns `isStanding`: whether most of them stand in sight; false after the last try only
 */
function* stand(
  run: ScenarioRun,
  scene: {
    readonly ticks: number
    readonly crowd: number
    readonly lots: number
    readonly zone: { readonly from: number; readonly to: number }
    readonly at: { readonly ticks: number; readonly market?: number }
  },
): Generator<number, { frame: LevelFrame; orders: number[]; isStanding: boolean }, undefined> {
  const { desk } = run
  const { ticks, crowd, lots, zone, at } = scene
  for (let tries = 1; ; tries++) {
    const frame = new LevelFrame(desk, run.direction, ticks)
    frame.leanDefenders(desk, { from: -12, to: 12, limit: crowd, cancel: crowd })
    const orders = layOut(run, frame, lots, zone)
    const lotsOf = (ids: readonly number[]): number =>
      ids.reduce((sum, id) => sum + desk.leftLots(id), 0)
    const placed = lotsOf(orders)
    yield* settle(run, frame, at)
    const ahead = frame.bestAhead(desk)
    // Two orders a tick, from the furthest on.
    const shown = orders.filter((_, i) => ahead - zone.from - (i >> 1) < SHOWN_TICKS)
    const isStanding = ahead >= 0 && lotsOf(shown) >= placed / 2
    if (isStanding || tries === TRIES_MAX) return { frame, orders, isStanding }
    for (const id of orders) desk.cancel(id)
  }
}

/** Lets a script's preparation be forgotten, with price kept near; then waits for it to be there. */
export function* settle(
  run: ScenarioRun,
  frame: LevelFrame,
  at: { readonly ticks: number; readonly market?: number },
): Script {
  const endRelNs = run.in(FORGOTTEN_S)
  while (run.desk.nowRelNs < endRelNs) {
    yield* hold(run, frame, (endRelNs - run.desk.nowRelNs) / NS_PER_S, at)
    yield run.in(0.5) // price may be through: then the lean of before brings it back
  }
  const latestRelNs = run.in(RETURN_WITHIN_S)
  while (frame.bestAhead(run.desk) < 0 && run.desk.nowRelNs < latestRelNs) {
    frame.leanMarket(run.desk, 1 / RETURN_MAX, RETURN_MAX)
    lift(run, frame)
    yield run.in(0.5)
  }
}

/** Leans the background's market orders so that price goes where it is wanted. */
function leanTo(
  { desk }: ScenarioRun,
  frame: LevelFrame,
  { ticks, market = 1 }: { readonly ticks: number; readonly market?: number },
): void {
  const off = frame.bestAhead(desk) - ticks
  const excess = Math.abs(off) - 1
  const factor = excess > 0 ? Math.min(RETURN_MAX, 1 + RETURN_PER_TICK * excess) : 1
  const back = off > 0 ? factor : 1 / factor
  frame.leanMarket(desk, market * back, market / back)
}

/** Takes what the other side shows at its best price: price leaves the level, its defenders rest. */
function lift({ desk }: ScenarioRun, frame: LevelFrame): void {
  const tick = frame.defenders === Side.Bid ? desk.bestAskTicks : desk.bestBidTicks
  desk.market(frame.defenders, Math.min(FETCH_LOTS, desk.lotsAt(frame.attackers, tick)), tick)
}

/** Takes the defenders' best price, ahead of the zone: price comes nearer, the zone rests. */
function lower({ desk }: ScenarioRun, frame: LevelFrame): void {
  const tick = frame.tick(frame.bestAhead(desk))
  desk.market(frame.attackers, Math.min(FETCH_LOTS, desk.lotsAt(frame.defenders, tick)), tick)
}

/**
 * Lets time pass while the background's market orders lean so that price stays where it is wanted;
 * ends early once price is through the level: from then on it is another one.
 */
export function* hold(
  run: ScenarioRun,
  frame: LevelFrame,
  seconds: number,
  at: { readonly ticks: number; readonly market?: number },
): Script {
  const { desk } = run
  const { ticks } = at
  const endRelNs = run.in(seconds)
  let wasBefore = false
  while (desk.nowRelNs < endRelNs) {
    const ahead = frame.bestAhead(desk)
    if (ahead >= 0) wasBefore = true
    if (wasBefore && ahead <= THROUGH_TICKS) return
    leanTo(run, frame, at)
    if (ahead < ticks - FETCH_TICKS) lift(run, frame)
    if (ahead > Math.max(ticks, ZONE_TICKS) + FETCH_TICKS) lower(run, frame)
    yield Math.min(endRelNs, run.in(0.5))
  }
}

/** Places lots evenly over ticks ahead of a level, none that would trade. @returns the orders */
export function layOut(
  run: ScenarioRun,
  frame: LevelFrame,
  lots: number,
  zone: { readonly from: number; readonly to: number },
): number[] {
  const { desk } = run
  const to = Math.min(zone.to, frame.bestAhead(desk))
  const count = Math.max(1, to - zone.from + 1)
  const each = Math.max(1, Math.floor(lots / count / 2))
  const orders: number[] = []
  for (let ahead = zone.from; ahead <= to; ahead++) {
    orders.push(desk.limit(frame.defenders, frame.tick(ahead), each))
    orders.push(desk.limit(frame.defenders, frame.tick(ahead), each))
  }
  return orders.filter((id) => id >= 0)
}

/**
 * Hits the defenders with so many lots over some seconds, one price at a time: no sweep.
 *
 * @param over.market factor on the background's market orders meanwhile
 */
export function* attackOver(
  run: ScenarioRun,
  frame: LevelFrame,
  lots: number,
  over: { readonly seconds: number; readonly market: number },
): Script {
  const { desk } = run
  const endRelNs = run.in(over.seconds)
  let left = lots
  let wasBefore = false
  while (desk.nowRelNs < endRelNs) {
    const share = left / Math.max(1, (endRelNs - desk.nowRelNs) / 1e9)
    const size = Math.max(1, Math.floor(share * (0.5 + desk.random.unit())))
    if (frame.bestAhead(desk) >= 0) wasBefore = true
    if (wasBefore && frame.bestAhead(desk) <= THROUGH_TICKS) return
    leanTo(run, frame, { ticks: 1, market: over.market })
    left -= desk.market(frame.attackers, size, frame.tick(frame.bestAhead(desk)))
    yield run.in(0.4 + desk.random.exponential() * 0.6)
  }
}

/** Takes orders away, slowly, so that it shows as little as can be. */
export function* retire(run: ScenarioRun, orders: readonly number[]): Script {
  for (const id of orders) {
    run.desk.cancel(id)
    yield run.in(0.5)
  }
}

function isBehindPrice(run: ScenarioRun, frame: LevelFrame, tick: number): boolean {
  return (
    frame.tick(frame.bestAhead(run.desk)) !== tick || run.desk.lotsAt(frame.defenders, tick) > 0
  )
}

/** Which way price stands from the level now: four ticks decide. */
export function outcomeOf(run: ScenarioRun, frame: LevelFrame): 'BREAK' | 'REJECT' | null {
  const ahead = frame.bestAhead(run.desk)
  if (ahead <= -4) return 'BREAK'
  return ahead >= 4 ? 'REJECT' : null
}
