import { NS_PER_S } from '@levels/kernel'
import type { Difficulty } from '../label.ts'
import type { Agent, Desk, Fill } from './agent.ts'
import { ScenarioRun, type Script } from './scenario-run.ts'
import { type ScenarioName, SCENARIOS } from './scenarios.ts'

/** A scenario to be played. */
export interface Play {
  readonly scenario: ScenarioName
  readonly difficulty: Difficulty
  readonly direction: 'SUPPORT' | 'RESISTANCE'
}

/** Plays scenarios one after the other, each at a level near the price of its time. */
export class ScenarioAgent implements Agent {
  readonly name = 'scenarios'
  readonly #plays: Iterator<Play>
  readonly #firstAfterS: number
  readonly #pauseS: number
  #instance = 0
  #run: ScenarioRun | null = null
  #script: Script | null = null

  /** @param at.pauseS quiet after each, s: long enough for windows to forget */
  constructor(
    plays: Iterable<Play>,
    at: { readonly firstAfterS: number; readonly pauseS: number },
  ) {
    this.#plays = plays[Symbol.iterator]()
    this.#firstAfterS = at.firstAfterS
    this.#pauseS = at.pauseS
  }

  start(desk: Desk): number {
    return desk.nowRelNs + this.#firstAfterS * NS_PER_S
  }

  wake(desk: Desk): number {
    if (this.#script === null && !this.#begin(desk)) return Infinity
    const step = this.#script?.next()
    if (step?.done === false) return step.value
    desk.appetite.reset()
    this.#run = null
    this.#script = null
    return desk.nowRelNs + this.#pauseS * NS_PER_S
  }

  onFill(fill: Fill): undefined {
    this.#run?.onFill?.(fill)
  }

  #begin(desk: Desk): boolean {
    const play = this.#plays.next()
    if (play.done === true) return false
    const { scenario, difficulty, direction } = play.value
    const instance = this.#instance++
    this.#run = new ScenarioRun(desk, { scenario, instance, difficulty, direction })
    this.#script = SCENARIOS[scenario](this.#run)
    return true
  }
}
