import { SessionClock } from '@levels/calendar'
import { FeedError, openSource, replay, replayEpoch } from '@levels/feed'
import { fromRelNs } from '@levels/kernel'
import type { Inspection } from './inspect-command.ts'
import { isoOfNs } from './time-option.ts'

/** Reads a file of bus events, NDJSON or Parquet, to its end or its fault. */
export async function inspectEvents(path: string, format: string): Promise<Inspection> {
  const source = await openSource(path)
  const epochNs = replayEpoch([source])
  const ignore = (): void => undefined
  const { events, rejects, rejected, firstRelNs, lastRelNs, faults } = await replay({
    sources: [source],
    consumer: { onEvent: ignore, onBoundary: ignore },
    hours: new SessionClock(epochNs),
    epochNs,
  })
  const facts: [string, string][] = []
  if (format === 'parquet')
    facts.push(['holds', source.info.schema ?? 'events of several subjects'])
  facts.push(['events', countsText(events) || 'none'])
  if (countsText(rejects) !== '') facts.push(['refused', countsText(rejects)])
  for (const { code, line, message } of firstOfEach(rejected)) {
    facts.push([
      '',
      `${code}, first in ${format === 'parquet' ? 'row' : 'line'} ${line ?? 0}: ${message}`,
    ])
  }
  if (firstRelNs !== null && lastRelNs !== null) {
    const [first, last] = [fromRelNs(firstRelNs, epochNs), fromRelNs(lastRelNs, epochNs)]
    facts.push(['event time', `${isoOfNs(first)} – ${isoOfNs(last)}`])
  }
  const [fault] = faults
  return { facts, fault: fault === undefined ? null : new FeedError(fault).message }
}

function countsText(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${count.toLocaleString('en-US')}`)
    .join(', ')
}

function firstOfEach<T extends { readonly code: string }>(rejected: readonly T[]): T[] {
  return [...new Map([...rejected].reverse().map((one) => [one.code, one])).values()].reverse()
}
