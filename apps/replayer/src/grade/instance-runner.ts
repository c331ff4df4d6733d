import { BarrierEngine } from '@levels/barrier'
import { BARRIER_STATES, type BarrierState, type FuelEffect } from '@levels/contracts'
import { FuelEngine } from '@levels/fuel'
import {
  ASK_TICKS,
  BID_TICKS,
  ES_SPY,
  EventKind,
  NS_PER_MS,
  NS_PER_S,
  type MarketEvent,
} from '@levels/kernel'
import { LevelSignalPipeline, type LevelsConfig } from '@levels/level-signals'
import type { MarketState } from '@levels/market-state'
import {
  marketOptions,
  MarketSimulator,
  ScenarioAgent,
  type Difficulty,
  type Label,
  type ScenarioName,
} from '@levels/sim'
import { TapeEngine } from '@levels/tape'
import { EventRecording } from './event-recording.ts'
import type {
  FalseAlarms,
  FuelOutcome,
  InstanceOutcome,
  StateOutcome,
  SweepOutcome,
} from './instance-outcome.ts'
import { gradeSeries } from './state-series.ts'
import { isOnTape, matchSweeps, type SweepReading, type TrueSweep } from './sweep-matching.ts'
import { tapeSweeps } from './tape-sweeps.ts'

/** One instance: the same plan gives the same outcome, on every machine. */
export interface InstancePlan {
  readonly scenario: ScenarioName
  readonly difficulty: Difficulty
  readonly seed: number
}

/** Before a script comes on: the baseline of sizes fills. Seconds of event time. */
const FIRST_AFTER_S = 360

/** By when a label has come, s of event time; a script that never labels is a fault of ours. */
const LABEL_WITHIN_S = 3_600

/** Event time that is simulated in one go: then the label may have come. */
const RUN_NS = NS_PER_S

/** Few quotes, and a basis that stands still: the ratio is not what is graded here. */
const EQUITY = {
  ...{ ratio: 10, basisSpread: 0, basisReturnPerS: 1, lagS: 0 },
  ...{ quotesPerS: 1, tradesPerS: 0 },
}

/** What the engines said at the snaps of a labelled interval. */
interface Readings {
  readonly tsNs: number[]
  readonly states: BarrierState[]
  readonly effects: FuelEffect[]
  readonly sweeps: SweepReading[]
  readonly distances: number[]
}

/** Simulates instances and grades what the engines see: no file, no bus, one after the other. */
export class InstanceRunner {
  readonly #config: LevelsConfig
  readonly #snapNs: number
  readonly #barrier: BarrierEngine
  readonly #tape: TapeEngine
  readonly #fuel: FuelEngine
  readonly #recording = new EventRecording()

  constructor(config: LevelsConfig) {
    this.#config = config
    this.#snapNs = config.levels.snapIntervalMs * NS_PER_MS
    this.#barrier = new BarrierEngine(config.barrier)
    this.#tape = new TapeEngine(config.tape)
    this.#fuel = new FuelEngine(config.fuel)
  }

  /**
   * Plays one scenario, then gives its events to the market state that a run uses, and asks the
   * engines four times a second of its labelled interval.
   */
  run(plan: InstancePlan): InstanceOutcome {
    const { labels, epochNs } = this.#simulate(plan)
    const { scenario, difficulty } = plan
    const fromNs = Math.min(...labels.map(beginOf))
    const untilNs = Math.max(...labels.map(endOf))
    const readings = this.#read(epochNs, labels, fromNs, untilNs)
    return {
      ...{ scenario, difficulty, events: this.#recording.events.length },
      states: labels.flatMap((label) => stateOutcome(label, readings) ?? []),
      sweeps: this.#sweepOutcome(labels, readings),
      fuel: labels.flatMap((label) => fuelOutcome(label, readings) ?? []),
    }
  }

  #sweepOutcome(labels: readonly Label[], readings: Readings): SweepOutcome {
    const { tape } = this.#config
    const sweeps = labels.flatMap(({ sweep }): TrueSweep[] =>
      sweep === null
        ? []
        : [{ fromNs: sweep.fromRelNs, toNs: sweep.untilRelNs, direction: sweep.direction }],
    )
    const { hits, misses, alarms, delaysMs } = matchSweeps(sweeps, readings.sweeps)
    const runs = alarms.length === 0 ? [] : tapeSweeps(this.#recording.events, tape, ES_SPY)
    const lookbackNs = tape.sweepLookbackS * NS_PER_S
    const isAround = ({ tsNs }: { readonly tsNs: number }): boolean =>
      sweeps.some(
        ({ fromNs, toNs }) => tsNs >= fromNs - AROUND_SWEEP_NS && tsNs <= toNs + AFTER_SWEEP_NS,
      )
    const counted = (some: readonly SweepReading[]): FalseAlarms => ({
      count: some.length,
      unscripted: some.filter((alarm) => isOnTape(alarm, runs, lookbackNs)).length,
    })
    return {
      ...{ hits, misses, delaysMs },
      alarms: counted(alarms.filter(isAround)),
      idleAlarms: counted(alarms.filter((alarm) => !isAround(alarm))),
      idleMs:
        (readings.sweeps.filter((reading) => !isAround(reading)).length * this.#snapNs) / NS_PER_MS,
    }
  }

  #simulate({ scenario, difficulty, seed }: InstancePlan): { labels: Label[]; epochNs: bigint } {
    const labels: Label[] = []
    const recording = this.#recording
    recording.clear()
    const direction = seed % 2 === 0 ? 'SUPPORT' : 'RESISTANCE'
    const play = { scenario, difficulty, direction } as const
    const agent = new ScenarioAgent([play], { firstAfterS: FIRST_AFTER_S, pauseS: 1 })
    const market = new MarketSimulator(
      { ...marketOptions({ seed, agents: [agent] }), equity: EQUITY },
      {
        futures: (event) => recording.add(event),
        equity: (event) => recording.add(event),
        label: (label) => labels.push({ ...label }),
      },
    )
    const { startRelNs } = market
    let now = startRelNs
    const pass = (): void => market.runUntil((now += RUN_NS))
    while (labels.length === 0 && now < startRelNs + LABEL_WITHIN_S * NS_PER_S) pass()
    if (labels.length === 0) throw new RangeError(`${scenario}, seed ${seed}: expected a label`)
    while (now < Math.max(...labels.map(endOf))) pass()
    return { labels, epochNs: market.epochNs }
  }

  #read(epochNs: bigint, labels: readonly Label[], fromNs: number, untilNs: number): Readings {
    const readings: Readings = { tsNs: [], states: [], effects: [], sweeps: [], distances: [] }
    const pipeline = new LevelSignalPipeline({
      ...{ epochNs, config: this.#config, keepsHistory: false },
      onSignals: () => undefined,
    })
    const snapNs = this.#snapNs
    let next = Math.ceil(fromNs / snapNs) * snapNs
    const book = { bestBid: 0, bestAsk: 0 }
    for (const event of this.#recording.events) {
      for (; next < event.tsRelNs && next <= untilNs; next += snapNs) {
        pipeline.state.advanceTo(next)
        this.#readSnap(pipeline.state, labels, book, readings)
      }
      if (next > untilNs) break
      if (event.kind === EventKind.Depth) takeBest(event, book)
      pipeline.onEvent(event)
    }
    return readings
  }

  #readSnap(
    state: MarketState,
    labels: readonly Label[],
    { bestBid, bestAsk }: { bestBid: number; bestAsk: number },
    readings: Readings,
  ): void {
    const [label] = labels
    if (label === undefined) return
    const { levelUsd, direction } = label
    const tsNs = state.tsRelNs
    const levelTicks = state.priceConverter.spyToTicks(levelUsd)
    const { sweep } = this.#tape.computeTapeState(levelUsd, state)
    readings.tsNs.push(tsNs)
    readings.states.push(this.#barrier.computeBarrierState(levelUsd, direction, state).state)
    readings.effects.push(this.#fuel.computeFuelState(levelUsd, state).effect)
    readings.sweeps.push({ tsNs, direction: sweep.direction, notional: sweep.notional })
    readings.distances.push(direction === 'SUPPORT' ? bestBid - levelTicks : levelTicks - bestAsk)
  }
}

function takeBest({ book }: MarketEvent, best: { bestBid: number; bestAsk: number }): void {
  best.bestBid = book[BID_TICKS] ?? 0
  best.bestAsk = book[ASK_TICKS] ?? 0
}

/** Around a sweep alarms are looked for too. Ns. */
const AROUND_SWEEP_NS = 20 * NS_PER_S
const AFTER_SWEEP_NS = 10 * NS_PER_S

function beginOf({ fromRelNs, sweep }: Label): number {
  return Math.min(fromRelNs, sweep === null ? Infinity : sweep.fromRelNs - AROUND_SWEEP_NS)
}

function endOf({ untilRelNs, sweep }: Label): number {
  return Math.max(untilRelNs, sweep === null ? 0 : sweep.untilRelNs + AFTER_SWEEP_NS)
}

/** The snaps of an interval: the first, and the one after the last. */
function snapsOf({ tsNs }: Readings, fromNs: number, untilNs: number): [number, number] {
  return [tsNs.findIndex((ts) => ts >= fromNs), tsNs.findLastIndex((ts) => ts <= untilNs) + 1]
}

function stateOutcome(label: Label, readings: Readings): StateOutcome | null {
  const { state: truth, fromRelNs, untilRelNs } = label
  if (truth === null) return null
  const [from, to] = snapsOf(readings, fromRelNs, untilRelNs)
  const tsNs = readings.tsNs.slice(from, to)
  const said = readings.states.slice(from, to)
  const grade = gradeSeries(truth, fromRelNs, untilRelNs, tsNs, said)
  const { answer, counts, detectMs, flips, settledMs } = grade
  const settled = [...counts.values()].reduce((sum, snaps) => sum + snaps, 0)
  const near = readings.distances.slice(to - settled, to)
  return {
    ...{ truth, answer, detectMs, flips, settledMs },
    said: BARRIER_STATES.map((state) => counts.get(state) ?? 0),
    distanceTicks: near.reduce((sum, ticks) => sum + ticks, 0) / near.length,
  }
}

const SIGNS = { AMPLIFY: -1, NEUTRAL: 0, DAMPEN: 1 } as const satisfies Record<FuelEffect, number>

function fuelOutcome(label: Label, readings: Readings): FuelOutcome | null {
  const { dealerSign, fromRelNs, untilRelNs } = label
  if (dealerSign === null) return null
  const truth: FuelEffect = dealerSign < 0 ? 'AMPLIFY' : 'DAMPEN'
  const [from, to] = snapsOf(readings, fromRelNs, untilRelNs)
  const tsNs = readings.tsNs.slice(from, to)
  const said = readings.effects.slice(from, to)
  const { answer, detectMs } = gradeSeries(truth, fromRelNs, untilRelNs, tsNs, said)
  return { truth: dealerSign, answer: SIGNS[answer], detectMs }
}
