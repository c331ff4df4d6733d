// What the tests of a bus have in common.
import type { Bus, BusMessage, BusStatus } from '../src/index.ts'
import type { BusErrorCode } from '../src/errors.ts'

/** Text as the bytes of a message. */
export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** The bytes of a message as text. */
export const text = (data: Uint8Array): string => new TextDecoder().decode(data)

/** Collects what a handler is given, and lets a test wait for it. */
export class Inbox<T> {
  readonly items: T[] = []
  readonly #waiting = new Set<{ isMet: () => boolean; resolve: () => void }>()

  readonly add = (item: T): void => {
    this.items.push(item)
    for (const each of [...this.#waiting]) {
      if (!each.isMet()) continue
      this.#waiting.delete(each)
      each.resolve()
    }
  }

  /** Resolves when so many have come. */
  count(wanted: number): Promise<T[]> {
    return this.until(() => this.items.length >= wanted)
  }

  /** Resolves when the condition holds, now or after another item. */
  until(isMet: () => boolean): Promise<T[]> {
    if (isMet()) return Promise.resolve(this.items)
    const { promise, resolve } = Promise.withResolvers<T[]>()
    const waiting = {
      isMet,
      resolve: () => {
        resolve(this.items)
      },
    }
    this.#waiting.add(waiting)
    return promise
  }
}

/** The statuses of a bus from now on. */
export function statusesOf(bus: Bus): Inbox<BusStatus> {
  const statuses = new Inbox<BusStatus>()
  bus.onStatus(statuses.add)
  return statuses
}

/** Resolves when a bus has said this for the nth time. */
export async function said(
  statuses: Inbox<BusStatus>,
  kind: BusStatus['kind'],
  times = 1,
): Promise<void> {
  await statuses.until(() => statuses.items.filter((each) => each.kind === kind).length >= times)
}

/** A message as plain values: the one that a handler is given is lent. */
export const copyOf = (message: BusMessage): { subject: string; text: string } => ({
  subject: message.subject,
  text: text(message.data),
})

/** What a refusal looks like to `rejects`. */
export const fault = (code: BusErrorCode, message?: RegExp): object => ({
  name: 'BusError',
  code,
  ...(message === undefined ? {} : { message: matching(message) }),
})

function matching(pattern: RegExp): { asymmetricMatch: (value: unknown) => boolean } {
  return { asymmetricMatch: (value) => pattern.test(String(value)) }
}

/** What a handler throws goes to no caller, and ends the process: here it is caught instead. */
export async function uncaught(provoke: () => Promise<void>): Promise<unknown> {
  const listeners = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  const { promise, resolve } = Promise.withResolvers<unknown>()
  process.once('uncaughtException', resolve)
  try {
    await provoke()
    return await promise
  } finally {
    process.removeAllListeners('uncaughtException')
    for (const listener of listeners) process.on('uncaughtException', listener)
  }
}
