import { SessionClock } from '@levels/calendar'
import { faultText, isoOfNs, openSource, replay, replayEpoch, SymbolGate } from '@levels/feed'
import { ES_SPY, fromRelNs } from '@levels/kernel'
import type { Inspection } from './inspect-command.ts'
import { counted } from './run-report.ts'

/** Reads a file of bus events, NDJSON or Parquet, to its end or its fault. */
export async function inspectEvents(path: string, format: string): Promise<Inspection> {
  let gate = new SymbolGate(ES_SPY, null)
  let reading = await readAll(path, gate)
  if (reading.result.faults[0]?.code === 'SYMBOL_REQUIRED') {
    // Another future ends a reading that follows none in particular: it is counted apart.
    gate = new SymbolGate(ES_SPY, gate.futuresSymbol)
    reading = await readAll(path, gate)
  }
  const { source, epochNs, result } = reading
  const { events, rejects, rejected, firstRelNs, lastRelNs, faults } = result
  const facts: [string, string][] = []
  if (format === 'parquet')
    facts.push(['holds', source.info.schema ?? 'events of several subjects'])
  facts.push(['events', countsText(events) || 'none'], ...futureFacts(gate))
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
  return { facts, fault: fault === undefined ? null : faultText(fault) }
}

async function readAll(path: string, gate: SymbolGate) {
  const source = await openSource(path, { gate })
  const epochNs = replayEpoch([source])
  const ignore = (): void => undefined
  const result = await replay({
    sources: [source],
    consumer: { onEvent: ignore, onBoundary: ignore },
    hours: new SessionClock(epochNs),
    epochNs,
  })
  return { source, epochNs, result }
}

function futureFacts({
  futuresSymbol,
  passedOverSymbols,
  passedOverCount,
}: SymbolGate): [string, string][] {
  if (futuresSymbol === null) return []
  if (passedOverCount === 0) return [['future', futuresSymbol]]
  const others = `${passedOverSymbols.join(', ')}: ${counted(passedOverCount, 'event')} not in the above`
  return [
    ['future', `${futuresSymbol}, of several: run follows one, by --symbol`],
    ['', others],
  ]
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
