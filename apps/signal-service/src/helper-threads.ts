import { readdirSync } from 'node:fs'
import { setPriority } from 'node:os'

/** Niceness of the helpers: any above the main thread's keeps them from taking its core. */
const NICENESS = 10

/**
 * Lets the engine's compiler and collector threads give way to the thread that reads the market. On
 * Linux a helper that is woken may take the core of the thread that woke it, for as long as a function
 * takes to compile, 1 to 3 ms, though another core is free: a payload that is being made waits.
 *
 * Where a thread has no priority of its own (any system but Linux) nothing is changed.
 */
export function lowerHelperThreads(): void {
  try {
    for (const thread of readdirSync('/proc/self/task')) {
      const id = Number(thread)
      if (id !== process.pid) setPriority(id, NICENESS)
    }
  } catch {
    // No such folder, or a thread that has just ended: the priorities are as they were.
  }
}
