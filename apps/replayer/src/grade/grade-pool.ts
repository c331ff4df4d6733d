import { parentPort, Worker, workerData } from 'node:worker_threads'
import type { LevelsConfig } from '@levels/level-signals'
import type { InstanceOutcome } from './instance-outcome.ts'
import { InstanceRunner, type InstancePlan } from './instance-runner.ts'

// A thread runs this very file, from sources and from a build alike, and knows it by its first
// message.

/** Instances that a thread is given at a time. */
const CHUNK = 24

interface Task {
  readonly task: 'levels:grade'
  readonly config: LevelsConfig
}

/**
 * Plays instances, on several threads where that is wanted.
 *
 * @param threads 0: none, all of it here
 * @param onOutcomes told of outcomes in the order of the plans, whoever was done first
 * @throws Error when a thread fails, with what it failed on
 */
export async function playInstances(
  plans: readonly InstancePlan[],
  config: LevelsConfig,
  threads: number,
  onOutcomes: (outcomes: readonly InstanceOutcome[]) => void,
): Promise<void> {
  const chunks: InstancePlan[][] = []
  for (let at = 0; at < plans.length; at += CHUNK) chunks.push(plans.slice(at, at + CHUNK))
  if (threads === 0) {
    const runner = new InstanceRunner(config)
    for (const chunk of chunks) onOutcomes(chunk.map((plan) => runner.run(plan)))
    return
  }
  const queue = new ChunkQueue(chunks, onOutcomes)
  const workers = Array.from({ length: Math.min(threads, chunks.length) }, () => {
    const task: Task = { task: 'levels:grade', config }
    return new Worker(new URL(import.meta.url), { workerData: task })
  })
  try {
    await Promise.all(workers.map((worker) => serve(worker, queue)))
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

/** Hands out chunks, and passes outcomes on in the order of the chunks. */
class ChunkQueue {
  readonly #chunks: readonly (readonly InstancePlan[])[]
  readonly #onOutcomes: (outcomes: readonly InstanceOutcome[]) => void
  readonly #early = new Map<number, readonly InstanceOutcome[]>()
  #next = 0
  #passed = 0

  constructor(
    chunks: readonly (readonly InstancePlan[])[],
    onOutcomes: (outcomes: readonly InstanceOutcome[]) => void,
  ) {
    this.#chunks = chunks
    this.#onOutcomes = onOutcomes
  }

  /** The next chunk and its place; null when there is none left. */
  take(): { readonly place: number; readonly plans: readonly InstancePlan[] } | null {
    const place = this.#next
    const plans = this.#chunks[place]
    if (plans === undefined) return null
    this.#next++
    return { place, plans }
  }

  done(place: number, outcomes: readonly InstanceOutcome[]): void {
    this.#early.set(place, outcomes)
    for (;;) {
      const ready = this.#early.get(this.#passed)
      if (ready === undefined) return
      this.#early.delete(this.#passed++)
      this.#onOutcomes(ready)
    }
  }
}

/** Keeps one thread busy until nothing is left. */
function serve(worker: Worker, queue: ChunkQueue): Promise<void> {
  return new Promise((resolve, reject) => {
    let place = -1
    const give = (): void => {
      const chunk = queue.take()
      if (chunk === null) return resolve()
      place = chunk.place
      worker.postMessage(chunk.plans)
    }
    worker.on('message', (outcomes: readonly InstanceOutcome[]) => {
      try {
        queue.done(place, outcomes)
        give()
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)))
      }
    })
    worker.once('error', reject)
    worker.once('exit', (code) =>
      reject(new Error(`expected a thread to go on, exit code ${code}`)),
    )
    give()
  })
}

function isTask(data: unknown): data is Task {
  return typeof data === 'object' && data !== null && 'task' in data && data.task === 'levels:grade'
}

if (parentPort !== null && isTask(workerData)) {
  const port = parentPort
  const runner = new InstanceRunner(workerData.config)
  port.on('message', (plans: readonly InstancePlan[]) => {
    port.postMessage(plans.map((plan) => runner.run(plan)))
  })
}
