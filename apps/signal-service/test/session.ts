// A synthetic session as messages of the bus, and what replaying the same messages gives.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SessionClock } from '@levels/calendar'
import { encodeLevelSignals, encodeMarketEvent } from '@levels/contracts'
import { contractFromEvent, openSources, replay, replayEpoch } from '@levels/feed'
import { ES_SPY, type MarketEvent, NS_PER_MS, NS_PER_S } from '@levels/kernel'
import { LevelSignalPipeline, resolveConfig, type LevelsConfig } from '@levels/level-signals'
import { marketOptions, MarketSimulator } from '@levels/sim'

/** A message to publish. */
export interface FeedMessage {
  readonly subject: string
  readonly text: string
  /** Unix ns. */
  readonly tsEventNs: bigint
}

const FUTURES_SYMBOL = 'ESH6'

export interface SessionOptions {
  readonly seed: number
  readonly durationS: number
  /** Events of ES as a multiple of a quiet evening's ten a second. */
  readonly rate?: number
}

/** Every message of a seeded session from 10:00 on, in the order in which things happened. */
export function sessionMessages({ seed, durationS, rate = 20 }: SessionOptions): FeedMessage[] {
  const messages: FeedMessage[] = []
  const take = (event: MarketEvent): void => {
    const message = contractFromEvent(event, as)
    const text = encodeMarketEvent(message, { tickSize: ES_SPY.tick })
    messages.push({ subject: message.subject, text, tsEventNs: message.event.tsEventNs })
  }
  const market = new MarketSimulator(marketOptions({ seed, rate }), { futures: take, equity: take })
  const { epochNs, startRelNs } = market
  const as = { epochNs, pair: ES_SPY, futuresSymbol: FUTURES_SYMBOL, source: 'sim' } as const
  market.runUntil(startRelNs + durationS * NS_PER_S)
  return messages
}

/** The same messages, those from a place on later by so much: nothing happens meanwhile. */
export function withPause(
  messages: readonly FeedMessage[],
  from: number,
  pauseS: number,
): FeedMessage[] {
  const byNs = BigInt(pauseS) * 1_000_000_000n
  return messages.map((message, i) => {
    if (i < from) return message
    const text = message.text.replaceAll(/(_ns":)(\d+)/g, (_, name: string, ns: string) => {
      return `${name}${BigInt(ns) + byNs}`
    })
    return { ...message, text, tsEventNs: message.tsEventNs + byNs }
  })
}

/**
 * The same messages with the last one again, two seconds later: it passes every boundary up to the
 * end of the others, which only a lull would pass else.
 */
export function closed(messages: readonly FeedMessage[]): FeedMessage[] {
  const again = [...messages, ...messages.slice(-1)]
  return withPause(again, messages.length, 2)
}

/** The payloads that a replay of these messages gives, and what it counted. */
export async function replayed(
  messages: readonly FeedMessage[],
  config: LevelsConfig = resolveConfig(),
) {
  const folder = mkdtempSync(join(tmpdir(), 'levels-twin-'))
  try {
    const path = join(folder, 'bus.ndjson')
    const lines = messages.map(({ subject, text }) => `{"subject":"${subject}",${text.slice(1)}\n`)
    writeFileSync(path, lines.join(''))
    const sources = await openSources([path])
    const epochNs = replayEpoch(sources)
    const payloads: string[] = []
    let duplicates = 0
    const pipeline = new LevelSignalPipeline({
      epochNs,
      config,
      onSignals: (signals) => payloads.push(encodeLevelSignals(signals)),
      onRefused: () => duplicates++,
    })
    const result = await replay({
      sources,
      consumer: pipeline,
      hours: new SessionClock(epochNs),
      epochNs,
      latenessNs: config.feed.latenessMs * NS_PER_MS,
      intervalNs: config.levels.snapIntervalMs * NS_PER_MS,
    })
    return { payloads, rejects: result.rejects, duplicates, eventCount: result.eventCount }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Seeded numbers in [0, 1). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** The same messages, each published up to `withinNs` of event time later than it happened. */
export function shuffled(
  messages: readonly FeedMessage[],
  seed: number,
  withinNs: number,
): FeedMessage[] {
  const random = randomFrom(seed)
  return messages
    .map((message, i) => {
      const delay = BigInt(Math.floor(random() * withinNs))
      return { message, i, at: message.tsEventNs + delay }
    })
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.i - b.i))
    .map(({ message }) => message)
}

/** The same messages, some of them published again a little later. */
export function repeated(
  messages: readonly FeedMessage[],
  seed: number,
  share: number,
): FeedMessage[] {
  const random = randomFrom(seed)
  const out: FeedMessage[] = []
  const again: { readonly message: FeedMessage; readonly at: number }[] = []
  messages.forEach((message, i) => {
    out.push(message)
    if (random() < share) again.push({ message, at: i + Math.floor(random() * 20) })
    while (again[0] !== undefined && again[0].at <= i) {
      const due = again.shift()
      if (due !== undefined) out.push(due.message)
    }
  })
  return out
}

/** The same messages with those of one subject ahead of or behind the others by `byNs`. */
export function interleaved(
  messages: readonly FeedMessage[],
  byNs: Readonly<Record<string, number>>,
): FeedMessage[] {
  return messages
    .map((message, i) => ({
      message,
      i,
      at: message.tsEventNs + BigInt(byNs[message.subject] ?? 0),
    }))
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.i - b.i))
    .map(({ message }) => message)
}
