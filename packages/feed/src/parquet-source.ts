import { Subject } from '@levels/contracts'
import { ContractEvents } from './contract-events.ts'
import type { EventSource, SourceContext, SourceInfo } from './event-source.ts'
import { isSoundStamp, type Stamp } from './event-time.ts'
import { ParquetFile, type ParquetGroup } from './parquet-file.ts'
import { hasFlatLevels, rowText } from './parquet-row.ts'
import { subjectOfTrade } from './message-subject.ts'
import type { SymbolGate } from './symbol-gate.ts'

/** Rows looked at for the times of the first event. */
const PEEKED_ROWS_MAX = 10_000

/**
 * Looks into a Parquet file for what it holds and the times of its first row that has sound ones.
 *
 * @throws FeedError when it cannot be read, or its footer is damaged
 */
export async function peekParquet(path: string, gate: SymbolGate): Promise<SourceInfo> {
  const file = await ParquetFile.open(path)
  try {
    const columns = ['ts_event_ns', 'ts_recv_ns', 'symbol'].filter((name) =>
      file.columns.includes(name),
    )
    const rows = Math.min(Number(file.groups[0]?.num_rows ?? 0n), PEEKED_ROWS_MAX)
    const hasRow = columns.length > 0 && rows > 0
    // A damaged first group is met again, and reported, when the file is replayed.
    const group = hasRow ? await file.read(0, 0, rows, columns).catch(() => null) : null
    const first = group?.rowAt(0)
    const stamp = group === null ? null : firstStamp(group, rows)
    return {
      path,
      sizeBytes: file.sizeBytes,
      format: 'parquet',
      compression: 'none',
      schema: subjectOfColumns(file.columns) ?? subjectOfTrade(first?.get('symbol'), gate.pair),
      symbols: [],
      firstEventNs: stamp?.tsEventNs ?? null,
      firstRecvNs: stamp?.tsRecvNs ?? null,
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

function firstStamp(group: ParquetGroup, rows: number): Stamp | null {
  for (let row = 0; row < rows; row++) {
    const values = group.rowAt(row)
    const tsEventNs = values.get('ts_event_ns')
    const tsRecvNs = values.get('ts_recv_ns')
    if (typeof tsEventNs !== 'bigint' || typeof tsRecvNs !== 'bigint') continue
    const stamp = { tsEventNs, tsRecvNs }
    if (isSoundStamp(stamp)) return stamp
  }
  return null
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
