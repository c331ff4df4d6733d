import { readdirSync, readlinkSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'

/**
 * By how much the helpers are nicer than the main thread. It keeps one that is woken from taking the
 * main thread's core; more of it would leave the collection of garbage, in which the main thread waits
 * for them, without a core on a busy machine (at 10 it takes three times as long there).
 */
const NICENESS = 3
const NICENESS_MAX = 19

/**
 * Lets the engine's compiler and collector threads give way to the thread that reads the market. On
 * Linux a helper that is woken may take the core of the thread that woke it, for as long as a function
 * takes to compile, 1 to 3 ms, though another core is free: a payload that is being made waits.
 *
 * Where a thread has no priority of its own (any system but Linux) nothing is changed.
 */
export function lowerHelperThreads(): void {
  try {
    // Another number: what is mounted there counts the processes of some other container.
    if (readlinkSync('/proc/self') !== String(process.pid)) return
    const niceness = Math.min(NICENESS_MAX, getPriority() + NICENESS)
    for (const thread of readdirSync('/proc/self/task')) {
      if (Number(thread) !== process.pid) lower(Number(thread), niceness)
    }
  } catch {
    // There is no such folder: the priorities are as they were.
  }
}

function lower(thread: number, niceness: number): void {
  try {
    setPriority(thread, niceness)
  } catch {
    // It has just ended.
  }
}
