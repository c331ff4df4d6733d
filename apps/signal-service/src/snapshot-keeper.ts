import type { Bus } from '@levels/bus'
import type { LiveRunner } from './live-runner.ts'
import type { Outbox } from './outbox.ts'
import type { RunIdentity, RunSnapshot } from './run-snapshot.ts'
import type { RunState } from './run-state.ts'
import type { SignalSink } from './signal-sink.ts'
import type { SnapshotStore } from './snapshot-store.ts'

export interface SnapshotKeeperOptions {
  readonly bus: Bus
  readonly store: SnapshotStore
  readonly run: RunIdentity
  readonly outbox: Outbox
  readonly sink: SignalSink
  /** Stream that keeps the payloads, and where those of this run ended at the start. */
  readonly signals: RunSnapshot['signals']
  readonly everyMs: number
  readonly onSaved: (sizeBytes: number, elapsedMs: number) => void
  readonly onFailure: (error: unknown) => void
}

/** A state taken, with where the payloads stored by then end. */
interface Taken {
  readonly state: RunState
  readonly ackedSeq: number
  readonly takenAt: string
  readonly beganMs: number
}

/** Takes snapshots of a run, one at a time, and stores each once all it implies is published. */
export class SnapshotKeeper {
  readonly #options: SnapshotKeeperOptions
  readonly #timer: NodeJS.Timeout
  #isWanted = false
  #saving: Promise<void> | null = null
  #savedAtMs: number | null = null
  #isStopped = false

  constructor(options: SnapshotKeeperOptions) {
    this.#options = options
    this.#timer = setInterval(() => {
      this.#isWanted = true
    }, options.everyMs)
    this.#timer.unref()
  }

  /** Age of the newest snapshot that is stored, s; null before the first. */
  get ageS(): number | null {
    return this.#savedAtMs === null ? null : (performance.now() - this.#savedAtMs) / 1_000
  }

  /** The run has nothing due: takes a snapshot where it is time for one. */
  onSettled(runner: LiveRunner): void {
    if (!this.#isWanted || this.#saving !== null || this.#isStopped) return
    this.#isWanted = false
    this.#saving = this.save(runner).finally(() => {
      this.#saving = null
    })
  }

  /** Takes a snapshot now and stores it. A failure is told, never thrown. */
  async save(runner: LiveRunner): Promise<void> {
    const { outbox, signals } = this.#options
    const taken: Taken = {
      beganMs: performance.now(),
      state: runner.save(),
      ackedSeq: outbox.ackedSeq ?? signals.lastSeq,
      takenAt: new Date().toISOString(),
    }
    try {
      await this.#store(taken)
    } catch (error) {
      this.#options.onFailure(error)
    }
  }

  /** The run's turns begin no further snapshot; one that is being stored is waited for. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#isStopped = true
    await this.#saving
  }

  async #store({ state, ackedSeq, takenAt, beganMs }: Taken): Promise<void> {
    const { store, run, sink, outbox, onSaved } = this.#options
    const { lastBoundaryMs } = state
    while (lastBoundaryMs !== null && sink.storedMs < lastBoundaryMs) {
      if (outbox.depth === 0) break // all of it is of a former start
      await outbox.progress()
      if (outbox.isStopped) return
    }
    const signals = await this.#signalsNow(ackedSeq)
    const sizeBytes = await store.save({ run, state, signals, takenAt })
    this.#savedAtMs = beganMs
    onSaved(sizeBytes, performance.now() - beganMs)
  }

  /** Places of a stream that was made anew meanwhile say nothing: then all of it is looked through. */
  async #signalsNow(ackedSeq: number): Promise<RunSnapshot['signals']> {
    const { bus, signals } = this.#options
    const { createdAt, lastSeq } = await bus.streamState(signals.name)
    const isSame = createdAt === signals.createdAt && ackedSeq <= lastSeq
    return { name: signals.name, createdAt, lastSeq: isSame ? ackedSeq : 0 }
  }
}
