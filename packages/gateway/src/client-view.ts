import type { ClientMessage, ErrorCode } from './messages.ts'

/**
 * What may wait to be sent to a client, in the order in which it is sent. Of each there is at most
 * one, and what it says is decided when it goes out: so a slow client gets the newest, and what
 * waits for it is bounded.
 */
export const Slot = {
  Hello: 1 << 0,
  Link: 1 << 1,
  Player: 1 << 2,
  Status: 1 << 3,
  Snap: 1 << 4,
  History: 1 << 5,
  Events: 1 << 6,
  /** The history that was asked for. */
  Answer: 1 << 7,
  Error: 1 << 8,
  Beat: 1 << 9,
} as const
export type Slot = (typeof Slot)[keyof typeof Slot]

/** Several slots as one number. */
export type Slots = number

export const SLOTS: readonly Slot[] = Object.values(Slot)

/** What one client sees of a source. */
export interface ClientView {
  /** Sent at first. */
  readonly initialSlots: Slots
  /** The message to send now as UTF-8 text; null: there is none. */
  render(slot: Slot): Uint8Array | null
  /** Does what the client asks for; answers go through the outlet. */
  handle(message: ClientMessage): void
  /** The client has gone. */
  close(): void
}

/** Where a view sends. */
export interface ClientOutlet {
  /** Sends the slots, now or as soon as the client can take more. */
  offer(slots: Slots): void
  /** Tells the client why something was not done. */
  refuse(code: ErrorCode, message: string): void
}
