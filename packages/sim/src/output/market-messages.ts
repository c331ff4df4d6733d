import { encodeMarketEvent } from '@levels/contracts'
import { contractFromEvent, type PaceClock, systemPaceClock } from '@levels/feed'
import { type MarketEvent, NS_PER_MS, RangeViolationError } from '@levels/kernel'
import { MarketSimulator } from '../market/market-simulator.ts'
import { FUTURES_SYMBOL, marketOptions, type SessionOptions } from './session.ts'

/** A message of the bus. */
export interface MarketMessageBytes {
  readonly subject: string
  /** UTF-8 JSON. */
  readonly data: Uint8Array
}

export interface MessageOptions extends SessionOptions {
  /** Event time over wall time; 0: as fast as they are taken. */
  readonly speed: number
  /** Event time to end after, s; default: never. */
  readonly durationS?: number
  readonly signal?: AbortSignal
  readonly clock?: PaceClock
}

/** Event time made at once, ms: the most that a message is late by. */
const STEP_MS = 10

const utf8 = new TextEncoder()

/**
 * A market's messages when they happen: paced by the clock, without end unless one is given. Memory
 * does not depend on how long it runs.
 *
 * @throws RangeViolationError when the speed is negative or the options contradict themselves
 */
export async function* marketMessages(
  options: MessageOptions,
): AsyncGenerator<MarketMessageBytes, void, undefined> {
  const { speed, durationS = Infinity, signal, clock = systemPaceClock } = options
  if (!(speed >= 0 && speed < Infinity)) {
    throw new RangeViolationError(`expected a speed ≥ 0, was ${speed}`)
  }
  const made: MarketMessageBytes[] = []
  const market = marketOptions(options)
  const take = (event: MarketEvent): void => {
    const message = contractFromEvent(event, as)
    const text = encodeMarketEvent(message, { tickSize: market.pair.tick })
    made.push({ subject: message.subject, data: utf8.encode(text) })
  }
  const simulator = new MarketSimulator(market, { futures: take, equity: take })
  const { epochNs, startRelNs } = simulator
  const as = { epochNs, pair: market.pair, futuresSymbol: FUTURES_SYMBOL, source: 'sim' } as const
  const beganMs = clock.nowMs()
  let eventMs = 0
  while (signal?.aborted !== true && eventMs < durationS * 1_000) {
    const elapsedMs = speed === 0 ? eventMs + STEP_MS : (clock.nowMs() - beganMs) * speed
    // After a pause of the process: catch up in steps, so that little is held at a time.
    eventMs = Math.min(elapsedMs, eventMs + STEP_MS * Math.max(1, speed), durationS * 1_000)
    simulator.runUntil(startRelNs + Math.floor(eventMs * NS_PER_MS))
    yield* made
    made.length = 0
    if (speed === 0 || eventMs < elapsedMs) continue
    await clock.sleep(STEP_MS, signal)
  }
}
