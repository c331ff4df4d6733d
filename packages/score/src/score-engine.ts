import { BREAK_DIRECTIONS } from '@levels/contracts/metrics'
import type {
  BarrierMetrics,
  CompositeScore,
  FuelMetrics,
  Signal,
  TapeMetrics,
} from '@levels/contracts/metrics'
import { invariant, RangeViolationError, StateCodecError } from '@levels/kernel'
import type { StateReader, StateWriter } from '@levels/kernel'
import {
  compositeScore,
  confidenceWord,
  hedgeScore,
  liquidityScore,
  tapeScore,
} from './component-scores.ts'
import { checkScoreConfig, defaultScoreConfig } from './score-parameters.ts'
import type { ScoreConfig } from './score-parameters.ts'
import { createTriggerMemory, stepTrigger } from './trigger.ts'
import type { TriggerMemory, TriggerSnap } from './trigger.ts'

/** What the score of one level at one snap is made from. */
export interface ScoreInput extends TriggerSnap {
  /** Names the level from snap to snap. */
  readonly levelId: string
  readonly barrier: BarrierMetrics
  readonly tape: TapeMetrics
  readonly fuel: FuelMetrics
  /** False when depth is stale, resyncing, crossed or missing. */
  readonly bookReliable: boolean
}

export interface ScoreCounters {
  /** Levels now remembered. */
  readonly tracked: number
  /** Snaps at which levels were not remembered because `levelCapacity` was reached. */
  readonly overflowedSnaps: number
}

/** A level in the monitor band: its trigger before and after the newest snap it was scored at. */
interface Track {
  readonly levelId: string
  tsRelNs: number
  before: TriggerMemory
  after: TriggerMemory
}

/**
 * Makes one break score of what the three other engines say, and turns scores that last into a
 * signal: one trigger per level.
 *
 * The answer depends on the snaps before this one and on the input, not on how often it was
 * asked: scoring a level again at the same time replaces what was said at that time.
 */
export class ScoreEngine {
  readonly #config: ScoreConfig
  readonly #tracks = new Map<string, Track>()
  #snapNs = -Infinity
  #overflowNs = -Infinity
  #overflowedSnaps = 0

  /** @throws ConfigError when weights or thresholds contradict each other */
  constructor(config: ScoreConfig = defaultScoreConfig) {
    checkScoreConfig(config)
    this.#config = config
  }

  get counters(): ScoreCounters {
    return { tracked: this.#tracks.size, overflowedSnaps: this.#overflowedSnaps }
  }

  /**
   * Says that there is a snap at this time, also when no level will be scored at it. Levels that
   * were not scored at the snap before have left the monitor band and are forgotten. Saying it
   * again changes nothing.
   *
   * @param tsRelNs ns since the epoch, not before the newest snap
   * @throws RangeViolationError when time goes back
   */
  beginSnap(tsRelNs: number): void {
    if (!(tsRelNs >= this.#snapNs)) {
      throw new RangeViolationError(`expected a snap at or after ${this.#snapNs}, was ${tsRelNs}`)
    }
    if (tsRelNs === this.#snapNs) return
    for (const track of this.#tracks.values()) {
      if (track.tsRelNs !== this.#snapNs) this.#tracks.delete(track.levelId)
    }
    this.#snapNs = tsRelNs
  }

  /**
   * Scores one level at one snap; begins that snap where it was not begun yet. O(1).
   *
   * @throws RangeViolationError when time goes back
   */
  computeScore(input: ScoreInput): CompositeScore {
    this.beginSnap(input.tsRelNs)
    const config = this.#config
    const componentScores = {
      liquidityScore: liquidityScore(input.barrier.state),
      hedgeScore: hedgeScore(input.fuel.effect),
      tapeScore: tapeScore(input.tape, input.breakDirection, config),
    }
    const rawScore = compositeScore(componentScores, config)
    invariant(rawScore >= 0 && rawScore <= 100, 'a score lies in 0–100')
    return {
      rawScore,
      componentScores,
      signal: this.#signal(input, rawScore),
      confidence: confidenceWord(meanConfidence(input), input.bookReliable, config),
    }
  }

  /** Forgets every level and the time. */
  reset(): void {
    this.#tracks.clear()
    this.#snapNs = -Infinity
    this.#overflowNs = -Infinity
    this.#overflowedSnaps = 0
  }

  encode(writer: StateWriter): void {
    writer.number(this.#snapNs).number(this.#overflowNs).number(this.#overflowedSnaps)
    writer.number(this.#tracks.size)
    for (const track of this.#tracks.values()) {
      writer.string(track.levelId).number(track.tsRelNs)
      encodeMemory(track.before, writer)
      encodeMemory(track.after, writer)
    }
  }

  /**
   * Replaces what is remembered with what `encode` wrote.
   *
   * @throws StateCodecError when it is something else
   */
  decode(reader: StateReader): void {
    this.reset()
    this.#snapNs = reader.number()
    this.#overflowNs = reader.number()
    this.#overflowedSnaps = reader.number()
    const count = reader.number()
    for (let i = 0; i < count; i++) {
      const levelId = reader.string()
      const tsRelNs = reader.number()
      const before = decodeMemory(reader)
      const after = decodeMemory(reader)
      this.#tracks.set(levelId, { levelId, tsRelNs, before, after })
    }
  }

  #signal(input: ScoreInput, score: number): Signal {
    const track = this.#trackAt(input)
    if (track !== null) {
      stepTrigger(track.before, input, score, this.#config, track.after)
      if (track.after.held !== null) return track.after.held
    }
    return isContested(input, score, this.#config) ? 'CONTESTED' : 'NEUTRAL'
  }

  /** The level's track, with `before` as of the snap before this one; null when there is no room. */
  #trackAt({ levelId, tsRelNs }: ScoreInput): Track | null {
    const known = this.#tracks.get(levelId)
    if (known === undefined) {
      if (this.#tracks.size >= this.#config.levelCapacity) {
        if (this.#overflowNs !== tsRelNs) this.#overflowedSnaps++
        this.#overflowNs = tsRelNs
        return null
      }
      const before = createTriggerMemory()
      const track = { levelId, tsRelNs, before, after: createTriggerMemory() }
      this.#tracks.set(levelId, track)
      return track
    }
    if (known.tsRelNs !== tsRelNs) {
      const spare = known.before
      known.before = known.after
      known.after = spare
      known.tsRelNs = tsRelNs
    }
    return known
  }
}

function meanConfidence({ barrier, tape, fuel }: ScoreInput): number {
  return (barrier.confidence + tape.confidence + fuel.confidence) / 3
}

function isContested(input: ScoreInput, score: number, config: ScoreConfig): boolean {
  const { state } = input.barrier
  return (
    score >= config.contestedLowScore &&
    score <= config.contestedHighScore &&
    (state === 'CONSUMED' || state === 'ABSORPTION') &&
    input.tape.buyVol + input.tape.sellVol >= config.contestedVolumeLots
  )
}

const HELD_CODES = [null, 'BREAK', 'REJECT'] as const
const DIRECTION_CODES = [null, ...BREAK_DIRECTIONS] as const

function encodeMemory(memory: TriggerMemory, writer: StateWriter): void {
  writer
    .number(DIRECTION_CODES.indexOf(memory.direction))
    .number(HELD_CODES.indexOf(memory.held))
    .number(memory.highSinceNs)
    .number(memory.touchedLowSinceNs)
    .number(memory.awaySinceNs)
}

function decodeMemory(reader: StateReader): TriggerMemory {
  return {
    direction: wordOf(DIRECTION_CODES, reader.number()),
    held: wordOf(HELD_CODES, reader.number()),
    highSinceNs: reader.number(),
    touchedLowSinceNs: reader.number(),
    awaySinceNs: reader.number(),
  }
}

function wordOf<T>(words: readonly T[], code: number): T {
  const word = words[code]
  if (word === undefined) {
    throw new StateCodecError(`expected a code below ${words.length}, was ${code}`)
  }
  return word
}
