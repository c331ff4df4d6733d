import { frameOf } from './frame.ts'
import type { HistoryQuery } from './history-view.ts'
import { historyColumns, WHOLE_HISTORY } from './history-view.ts'
import type { Metrics } from './metrics.ts'
import type { ReplayRun } from './replay-run.ts'

/** What all clients of a replay share: the run, and the messages that are the same for all. */
export class ReplaySession {
  readonly run: ReplayRun
  /** The first snap; null in a run without any. */
  readonly firstPayload: Uint8Array | null
  readonly #metrics: Metrics
  #history: Uint8Array | null = null
  #events: Uint8Array | null = null

  constructor(run: ReplayRun, firstPayload: Uint8Array | null, metrics: Metrics) {
    this.run = run
    this.firstPayload = firstPayload
    this.#metrics = metrics
  }

  /** @throws RunChangedError */
  async payload(index: number): Promise<Uint8Array> {
    const end = this.#metrics.seek.startTimer()
    const payload = await this.run.payload(index)
    end()
    this.#metrics.serialisations.inc()
    return payload
  }

  /** The history that every client gets at first. */
  historyFrame(): Uint8Array {
    return (this.#history ??= this.historyAnswer(null, WHOLE_HISTORY))
  }

  historyAnswer(id: number | null, query: HistoryQuery): Uint8Array {
    const { record, manifest } = this.run
    const columns = historyColumns(record.history, query, manifest.snapIntervalMs)
    return frameOf({ type: 'history', id, runId: manifest.info.runId, ...columns })
  }

  /** Every change of a signal in the run. */
  eventsFrame(): Uint8Array {
    return (this.#events ??= frameOf(this.run.record.log.since(null)))
  }
}
