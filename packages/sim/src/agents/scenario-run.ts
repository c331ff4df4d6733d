import type { BarrierState } from '@levels/contracts/metrics'
import { NS_PER_S } from '@levels/kernel'
import type { Difficulty, Label, SweepLabel } from '../label.ts'
import type { Desk, Fill } from './agent.ts'
import type { LevelFrame } from './level-frame.ts'

/** A script: yields the event time, ns since the epoch, up to which it sleeps. */
export type Script = Generator<number, void, undefined>

/** What a script knows of the instance it plays. */
export class ScenarioRun {
  readonly scenario: string
  readonly instance: number
  readonly difficulty: Difficulty
  readonly direction: 'SUPPORT' | 'RESISTANCE'
  readonly desk: Desk
  /** Called after each fill of one of its orders, when set; may trade. */
  onFill: ((fill: Fill) => void) | null = null

  constructor(
    desk: Desk,
    play: {
      readonly scenario: string
      readonly instance: number
      readonly difficulty: Difficulty
      readonly direction: 'SUPPORT' | 'RESISTANCE'
    },
  ) {
    this.desk = desk
    this.scenario = play.scenario
    this.instance = play.instance
    this.difficulty = play.difficulty
    this.direction = play.direction
  }

  /** One of three by the difficulty. */
  by(clear: number, medium: number, hard: number): number {
    if (this.difficulty === 'clear') return clear
    return this.difficulty === 'medium' ? medium : hard
  }

  /** The event time so many seconds from now. */
  in(seconds: number): number {
    return this.desk.nowRelNs + Math.floor(seconds * NS_PER_S)
  }

  /** Lots that the background adds to one side in a window of 240 s: what strength is measured by. */
  get crowdLots(): number {
    return this.desk.crowdLotsPerS * 240
  }

  /** Records what was true from a time until now. */
  label(
    frame: LevelFrame,
    fromRelNs: number,
    truth: {
      readonly state?: BarrierState | null
      readonly sweep?: SweepLabel | null
      readonly dealerSign?: -1 | 1 | null
      readonly outcome?: 'BREAK' | 'REJECT' | null
    },
  ): void {
    const label: Label = {
      scenario: this.scenario,
      instance: this.instance,
      difficulty: this.difficulty,
      fromRelNs,
      untilRelNs: this.desk.nowRelNs,
      levelUsd: frame.levelUsd,
      levelTicks: frame.levelTicks,
      direction: frame.direction,
      state: truth.state ?? null,
      sweep: truth.sweep ?? null,
      dealerSign: truth.dealerSign ?? null,
      outcome: truth.outcome ?? null,
    }
    this.desk.label(label)
  }
}
