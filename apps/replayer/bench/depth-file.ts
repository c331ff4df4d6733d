import { closeSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Action, DbnWriter, EventScale, RecordFlag, RecordSide, RecordTags } from '@levels/dbn'
import { Aggressor, epochFor, ES_SPY, EventKind, type MarketEvent } from '@levels/kernel'
import { DEMO_SCENES, Random, SyntheticMarket, type Scene } from '@levels/sim'

/** 2026-03-10 09:30 New York. */
const START_NS = 1_773_149_400_000_000_000n
export const EPOCH_NS = epochFor(START_NS)
export const TICK_NANOS = 250_000_000
const RECORDS_PER_UPDATE = 1.13

/**
 * A seeded mbp-10 file of so many records at so many a second of event time, over a day on which
 * price wanders some dollars either way. Made once, kept among temporary files.
 */
export function depthFile(records: number, recordsPerS: number): string {
  const dir = join(tmpdir(), 'levels-bench')
  const path = join(dir, `es-${records}-at-${recordsPerS}.mbp-10.dbn`)
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0) return path
  mkdirSync(dir, { recursive: true })
  const fd = openSync(`${path}.partial`, 'w')
  const writer = new DepthWriter((chunk) => {
    for (let at = 0; at < chunk.length;) at += writeSync(fd, chunk, at)
  })
  const durationS = records / recordsPerS
  const market = new SyntheticMarket(
    {
      seed: 1,
      pair: ES_SPY,
      startRelNs: Number(START_NS - EPOCH_NS),
      tradingYmd: 20_260_310,
      minutesToExpiry: 390,
      levelUsd: 687,
      ratio: 10.0125,
      updatesPerS: recordsPerS / RECORDS_PER_UPDATE,
      scenes: wanderingScenes(durationS),
    },
    (event) => {
      writer.write(event)
    },
  )
  for (let second = 10; writer.recordCount < records; second += 10) market.runUntil(second)
  writer.finish()
  closeSync(fd)
  renameSync(`${path}.partial`, path)
  return path
}

/** Every five minutes price is drawn elsewhere, up to three dollars from the start. */
function wanderingScenes(durationS: number): Scene[] {
  const [quiet] = DEMO_SCENES
  if (quiet === undefined) throw new Error('the demonstration has scenes')
  const random = new Random(2)
  const scenes: Scene[] = []
  for (let untilS = 300; untilS < durationS + 600; untilS += 300) {
    scenes.push({ ...quiet, untilS, targetUsd: random.unit() * 6 - 3, pull: 0.3, optionsPerS: 0 })
  }
  return scenes
}

/** Writes the futures' events of a market, leaves out the rest. */
class DepthWriter {
  readonly #tags = new RecordTags()
  readonly #dbn: DbnWriter
  recordCount = 0

  constructor(sink: (chunk: Uint8Array) => void) {
    this.#tags.instrumentId = 1
    this.#dbn = new DbnWriter({
      metadata: {
        dataset: 'GLBX.MDP3',
        schema: 'mbp-10',
        startNs: START_NS,
        symbols: ['ESH6'],
        mappings: [
          {
            rawSymbol: 'ESH6',
            intervals: [{ startYmd: 20_260_310, endYmd: 20_260_312, symbol: '1' }],
          },
        ],
      },
      scale: new EventScale({ epochNs: EPOCH_NS, tickNanos: TICK_NANOS }),
      sink,
    })
  }

  write(event: MarketEvent): void {
    const isTrade = event.kind === EventKind.FuturesTrade
    if (!isTrade && event.kind !== EventKind.Depth) return
    const tags = this.#tags
    tags.sequence = event.seq
    tags.action = isTrade ? Action.Trade : Action.Modify
    tags.flags = isTrade ? 0 : RecordFlag.Last
    tags.side = RecordSide.None
    if (isTrade) {
      tags.side = event.aggressor === Aggressor.Buy ? RecordSide.Bid : RecordSide.Ask
    } else {
      event.size = 0
    }
    this.#dbn.writeMbp10(event, tags)
    this.recordCount++
  }

  finish(): void {
    this.#dbn.finish()
  }
}
