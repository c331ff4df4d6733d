import { Subject } from '@levels/contracts'
import { ContractEvents } from './contract-events.ts'
import type { EventSource, SourceContext, SourceInfo } from './event-source.ts'
import { ParquetFile, type ParquetGroup } from './parquet-file.ts'
import { hasFlatLevels, rowText } from './parquet-row.ts'
import { subjectOfTrade } from './message-subject.ts'
import type { SymbolGate } from './symbol-gate.ts'

/**
 * Looks into a Parquet file for what it holds and the times of its first row.
 *
 * @throws FeedError when it cannot be read, or its footer is damaged
 */
export async function peekParquet(path: string, gate: SymbolGate): Promise<SourceInfo> {
  const file = await ParquetFile.open(path)
  try {
    const columns = ['ts_event_ns', 'ts_recv_ns', 'symbol'].filter((name) =>
      file.columns.includes(name),
    )
    const hasRow = columns.length > 0 && (file.groups[0]?.num_rows ?? 0n) > 0n
    // A damaged first group is met again, and reported, when the file is replayed.
    const group = hasRow ? await file.read(0, 0, 1, columns).catch(() => null) : null
    const first = group?.rowAt(0)
    return {
      path,
      sizeBytes: file.sizeBytes,
      format: 'parquet',
      compression: 'none',
      schema: subjectOfColumns(file.columns) ?? subjectOfTrade(first?.get('symbol'), gate.pair),
      symbols: [],
      firstEventNs: nsOf(first?.get('ts_event_ns')),
      firstRecvNs: nsOf(first?.get('ts_recv_ns')),
    }
  } finally {
    await file.close()
  }
}

/** What every row is, where the columns tell; trades tell by their symbol, row by row. */
function subjectOfColumns(columns: readonly string[]): string | null {
  if (columns.includes('subject')) return null
  if (columns.includes('levels') || hasFlatLevels(columns)) return Subject.FuturesMbp10
  if (columns.includes('option_symbol')) return Subject.OptionTrades
  return columns.includes('bid_px') ? Subject.StockQuotes : null
}

function nsOf(value: unknown): bigint | null {
  return typeof value === 'bigint' ? value : null
}

/**
 * Events of a Parquet file: one message of the bus a row, columns in snake_case. One row group is
 * held in memory at a time.
 */
export class ParquetSource implements EventSource {
  readonly info: SourceInfo
  readonly #gate: SymbolGate
  /** What every row is; null: each row tells. */
  #subject: string | null = null
  #file: ParquetFile | null = null
  #group: ParquetGroup | null = null
  #events: ContractEvents | null = null
  #isFlat = false
  /** Row groups loaded so far. */
  #groups = 0
  /** Counted from the beginning of the file. */
  #nextRow = 0
  #endRow = 0
  #byteOffset = 0
  #bytesRead = 0

  constructor(info: SourceInfo, gate: SymbolGate) {
    this.info = info
    this.#gate = gate
  }

  /** Of the row group in hand. */
  get byteOffset(): number {
    return this.#byteOffset
  }

  /** The row in hand, from 1. */
  get line(): number {
    return this.#nextRow
  }

  get bytesRead(): number {
    return this.#bytesRead
  }

  start(context: SourceContext): void {
    this.#events = new ContractEvents(this.info.path, this.#gate, context)
  }

  async load(): Promise<boolean> {
    this.#file ??= await ParquetFile.open(this.info.path)
    const file = this.#file
    const group = file.groups[this.#groups]
    if (group === undefined) {
      this.#bytesRead = this.info.sizeBytes
      return false
    }
    this.#isFlat = hasFlatLevels(file.columns)
    this.#subject = subjectOfColumns(file.columns)
    const endRow = this.#endRow + Number(group.num_rows)
    this.#group = await file.read(this.#groups, this.#endRow, endRow)
    this.#byteOffset = file.offsetOf(this.#groups)
    this.#bytesRead = this.#byteOffset
    this.#nextRow = this.#endRow
    this.#endRow = endRow
    this.#groups++
    return true
  }

  decode(recordsMax: number): boolean {
    const group = this.#group
    const events = this.#events
    if (group === null || events === null) return false
    const endRow = Math.min(this.#endRow, this.#nextRow + recordsMax)
    while (this.#nextRow < endRow) {
      const text = rowText(group.rowAt(this.#nextRow++), this.#isFlat)
      const place = { byteOffset: this.#byteOffset, line: this.#nextRow }
      events.take(text, place, this.#subject)
    }
    return this.#nextRow < this.#endRow
  }

  async close(): Promise<void> {
    await this.#file?.close()
  }
}
