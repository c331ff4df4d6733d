import { CAPACITY_LOSSES, levelsParameters } from '@levels/level-signals'
import type { Cell, Section, Table } from '@levels/report'
import type { Counts, Manifest, ManifestSource } from './manifest.ts'

/** Parameters that differ from their defaults. */
export function changedParameters(manifest: Manifest): Section {
  const changed = parameterRows(manifest).filter(({ isDefault }) => !isDefault)
  if (changed.length === 0) {
    const text = 'Every parameter has its default.'
    return { title: 'Parameters', blocks: [{ kind: 'text', text }] }
  }
  const note = 'All others have their defaults, listed at the end.'
  return { title: 'Parameters', blocks: [{ ...parameterTable(changed), note }] }
}

/** Every parameter, folded. */
export function allParameters(manifest: Manifest): Section {
  const table = parameterTable(parameterRows(manifest))
  return { title: 'All parameters', isFolded: true, blocks: [{ ...table, isSortable: true }] }
}

interface ParameterRow {
  readonly name: string
  readonly value: unknown
  readonly isDefault: boolean
  readonly fallback: unknown
  readonly unit: string
  readonly meaning: string
}

function parameterRows({ config }: Manifest): ParameterRow[] {
  const sections: Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>> = {
    ...config,
  }
  return levelsParameters.map(({ name, spec }) => {
    const [section = '', key = ''] = name.split('.')
    const value = sections[section]?.[key]
    const isDefault = JSON.stringify(value) === JSON.stringify(spec.default)
    return {
      name,
      value,
      isDefault,
      fallback: spec.default,
      unit: spec.unit,
      meaning: spec.meaning,
    }
  })
}

function parameterTable(rows: readonly ParameterRow[]): Table {
  const text = (value: unknown): string =>
    value === undefined ? 'missing' : typeof value === 'string' ? value : JSON.stringify(value)
  return {
    kind: 'table',
    columns: [
      { title: 'parameter' },
      { title: 'value', align: 'right' },
      { title: 'default', align: 'right' },
      { title: 'unit' },
      { title: 'meaning' },
    ],
    rows: rows.map(({ name, value, fallback, unit, meaning }) => [
      name,
      text(value),
      text(fallback),
      unit,
      meaning,
    ]),
  }
}

/** What the run was made from and by: enough to make it again. */
export function provenance(manifest: Manifest): Section {
  const { config_sha256: configSha256, digest, node, versions } = manifest
  return {
    title: 'Sources and versions',
    blocks: [
      sourceTable(manifest),
      pairs('Run', [
        ['run', manifest.run_id],
        ['digest of the signals (SHA-256)', digest],
        ['configuration (SHA-256)', configSha256],
        ['future', manifest.symbol ?? 'the only one in the input'],
        ['first event', manifest.first_event],
        ['last event', manifest.last_event],
        ['written from', manifest.from ?? 'the beginning'],
        ['written to', manifest.to ?? 'the end'],
        ['started', manifest.started_at],
        ['ended', manifest.ended_at],
        ['Node', node],
      ]),
      pairs('Packages', Object.entries(versions)),
    ],
  }
}

function sourceTable({ sources }: Manifest): Table {
  return {
    kind: 'table',
    title: 'Inputs',
    columns: [
      { title: 'input' },
      { title: 'bytes', digits: 0 },
      { title: 'format' },
      { title: 'schema' },
      { title: 'instruments' },
      { title: 'SHA-256' },
    ],
    rows: sources.map((source) => [
      sourceName(source),
      source.size_bytes,
      source.compression === 'none' ? source.format : `${source.format}, ${source.compression}`,
      source.schema,
      symbolsText(source.symbols),
      source.sha256,
    ]),
  }
}

/** Of a stream with what was read of it. */
function sourceName({ path, stream }: ManifestSource): string {
  if (stream === undefined) return path
  return `${path}, messages ${stream.first_seq} – ${stream.last_seq}`
}

/** Instruments named before the rest is only counted. */
const SYMBOLS_MAX = 10

function symbolsText(symbols: readonly string[]): string {
  const rest = symbols.length - SYMBOLS_MAX
  return `${symbols.slice(0, SYMBOLS_MAX).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

/** Refused messages by code, and the first of each; null where nothing was refused. */
export function rejectTables({ rejects, rejected }: Manifest): Table[] {
  const counts = Object.entries(rejects).filter(([, count]) => count > 0)
  if (counts.length === 0) return []
  const byCode: Table = {
    kind: 'table',
    title: 'Refused messages',
    columns: [{ title: 'code' }, { title: 'count', digits: 0 }],
    rows: counts,
  }
  if (rejected.length === 0) return [byCode]
  return [byCode, firstRejects(rejected)]
}

function firstRejects(rejected: Manifest['rejected']): Table {
  return {
    kind: 'table',
    title: 'The first of each',
    columns: [
      { title: 'code' },
      { title: 'input' },
      { title: 'byte', digits: 0 },
      { title: 'line', digits: 0, align: 'right' },
      { title: 'what was expected, what came' },
    ],
    rows: rejected.map(({ code, source, byte_offset: byte, line, message, path }): Cell[] => [
      ...[code, source, byte, line],
      path === null ? message : `${path}: ${message}`,
    ]),
  }
}

const DEPTH_MEANINGS: Readonly<Record<string, string>> = {
  updates: 'books applied',
  crossed: 'of them crossed: kept, nothing computed from them',
  resyncs: 'of them resyncs: not compared with what came before',
  unmatched_fill_lots: 'lots traded where the book shows no match',
  unobserved_lots: 'lots of displayed change that is no flow (slid in or out of view)',
  dropped: 'entries lost to a full window',
}

const ORDER_BOOK_MEANINGS: Readonly<Record<string, string>> = {
  unknown_orders: 'changes of orders that were never added',
  duplicate_orders: 'orders added twice',
  excess_cancels: 'cancels of more than there was',
  refused_orders: 'orders without room',
  ignored_records: 'records without meaning for a book',
}

/** What the depth, and the single orders of each input, could not make sense of. */
export function depthTables({ depth, sources }: Manifest): Table[] {
  const books = sources.flatMap(({ path, order_book: counts }) =>
    counts === null ? [] : [countTable(`Single orders of ${path}`, counts, ORDER_BOOK_MEANINGS)],
  )
  return [countTable('ES depth', depth, DEPTH_MEANINGS), ...books]
}

/** What bounded memory left out: nothing to show where it was nothing. */
export function capacityTables({ capacity_losses: losses = {} }: Manifest): Table[] {
  const counts = Object.entries(losses).filter(([, count]) => count > 0)
  if (counts.length === 0) return []
  return [countTable('Left out by bounded memory', Object.fromEntries(counts), CAPACITY_LOSSES)]
}

function countTable(
  title: string,
  counts: Counts,
  meanings: Readonly<Record<string, string>>,
): Table {
  return {
    kind: 'table',
    title,
    columns: [{ title: 'what' }, { title: 'count', digits: 0 }, { title: 'meaning' }],
    rows: Object.entries(counts).map(([name, count]) => [name, count, meanings[name] ?? '']),
  }
}

function pairs(title: string, rows: readonly (readonly [string, string | null])[]): Table {
  return { kind: 'table', title, columns: [{ title: 'what' }, { title: 'value' }], rows }
}
