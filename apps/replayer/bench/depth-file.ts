import { closeSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Action, DbnWriter, EventScale, RecordFlag, RecordSide, RecordTags } from '@levels/dbn'
import { Aggressor, epochFor, ES_SPY, EventKind, NS_PER_S } from '@levels/kernel'
import { DEMO_SCENES, SyntheticMarket } from '@levels/sim'

/** A seeded mbp-10 file of a regular session with so many records a second; made once, kept. */
export function depthFile(records: number, recordsPerS: number): string {
  const dir = join(tmpdir(), 'levels-bench')
  const path = join(dir, `es-${records}-at-${recordsPerS}.mbp-10.dbn`)
  const bytesLeast = records * 368
  if (sizeOf(path) >= bytesLeast) return path
  mkdirSync(dir, { recursive: true })
  const startNs = 1_773_149_400_000_000_000n // 2026-03-10 09:30 New York
  const epochNs = epochFor(startNs)
  const fd = openSync(`${path}.partial`, 'w')
  const tags = new RecordTags()
  tags.instrumentId = 1
  const writer = new DbnWriter({
    metadata: {
      dataset: 'GLBX.MDP3',
      schema: 'mbp-10',
      startNs,
      symbols: ['ESH6'],
      mappings: [
        {
          rawSymbol: 'ESH6',
          intervals: [{ startYmd: 20_260_310, endYmd: 20_260_312, symbol: '1' }],
        },
      ],
    },
    scale: new EventScale({ epochNs, tickNanos: 250_000_000 }),
    sink: (chunk) => {
      for (let at = 0; at < chunk.length; ) at += writeSync(fd, chunk, at)
    },
  })
  const quiet = DEMO_SCENES.slice(0, 1).map((scene) => ({ ...scene, optionsPerS: 0 }))
  let written = 0
  const market = new SyntheticMarket(
    {
      seed: 1,
      pair: ES_SPY,
      startRelNs: Number(startNs - epochNs),
      tradingYmd: 20_260_310,
      minutesToExpiry: 390,
      levelUsd: 687,
      ratio: 10.0125,
      updatesPerS: recordsPerS / 1.15,
      scenes: quiet,
    },
    (event) => {
      const isTrade = event.kind === EventKind.FuturesTrade
      if (!isTrade && event.kind !== EventKind.Depth) return
      tags.sequence = event.seq
      tags.action = isTrade ? Action.Trade : Action.Modify
      tags.flags = isTrade ? 0 : RecordFlag.Last
      tags.side = !isTrade
        ? RecordSide.None
        : event.aggressor === Aggressor.Buy
          ? RecordSide.Bid
          : RecordSide.Ask
      if (!isTrade) event.size = 0
      writer.writeMbp10(event, tags)
      written++
    },
  )
  for (let second = 60; written < records; second += 60) market.runUntil(second)
  writer.finish()
  closeSync(fd)
  renameSync(`${path}.partial`, path)
  process.stderr.write(`made ${path}: ${written} records over ${market.elapsedS / 60} minutes\n`)
  void NS_PER_S
  return path
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
