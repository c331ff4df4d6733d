import type { ReplayResult } from '@levels/feed'
import { CAPACITY_LOSSES } from '@levels/level-signals'
import { ExitCode } from './exit-code.ts'
import { exitCodeOfFault, hintFor } from './errors.ts'
import { type Counts, type Manifest, MANIFEST_FILE, SIGNALS_FILE } from './manifest.ts'
import type { RunOutcome } from './run.ts'
import { summaryText } from './summary-text.ts'
import type { Channel, Terminal } from './terminal.ts'

/** Kinds of events, by name, on two lines. */
const KINDS: readonly (readonly (readonly [string, string])[])[] = [
  [
    ['Depth', 'ES book'],
    ['FuturesTrade', 'ES trade'],
  ],
  [
    ['StockQuote', 'SPY quote'],
    ['StockTrade', 'SPY trade'],
    ['OptionTrade', 'option trade'],
  ],
]

/**
 * Tells what a run gave, and where it is.
 *
 * @param traceFlowsPath where the flows were written; null: nowhere
 * @returns the code to exit with
 */
export function reportRun(
  outcome: RunOutcome,
  traceFlowsPath: string | null,
  { out, err }: Terminal,
): ExitCode {
  const { dir, manifest, flowCount } = outcome
  out.write(`${summaryText(outcome.summary, out)}\n`)
  for (const note of notesOf(outcome)) out.write(`${note}\n`)
  out.write('\n')
  writeFacts(out, [
    ...eventFacts(outcome),
    ['signals', `${dir}/${SIGNALS_FILE}`],
    ['manifest', `${dir}/${MANIFEST_FILE}`],
    ...flowFacts(traceFlowsPath, flowCount ?? 0),
    ['digest', manifest.digest],
  ])
  reportRejects(outcome, err)
  return reportEnd(outcome, err)
}

/** Writes names and values in two columns. */
export function writeFacts(channel: Channel, facts: readonly (readonly [string, string])[]): void {
  const width = Math.max(...facts.map(([name]) => name.length))
  for (const [name, value] of facts) {
    channel.write(`${channel.paint('dim', name.padEnd(width))}  ${value}\n`)
  }
}

/** A count and what it is of: `1 record`, `2,973 records`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? noun : `${noun}s`}`
}

function flowFacts(path: string | null, flowCount: number): [string, string][] {
  return path === null ? [] : [['flows', `${path}, ${counted(flowCount, 'flow')}`]]
}

function eventFacts({ manifest, result, elapsedS }: RunOutcome): [string, string][] {
  const read = KINDS.map((line) =>
    line
      .map(([kind, name]) => {
        const count = manifest.events[kind] ?? 0
        return count === 0 ? `no ${name}s` : counted(count, name)
      })
      .join(', '),
  )
  const rate = Math.round(result.eventCount / elapsedS).toLocaleString('en-US')
  return [
    ['read', read[0] ?? ''],
    ['', read[1] ?? ''],
    ['took', `${elapsedS.toFixed(1)} s, ${rate} events/s`],
  ]
}

/** What a reader has to know of the numbers above. */
function notesOf(outcome: RunOutcome): string[] {
  const { summary, manifest, passedOver } = outcome
  const notes: string[] = summary.snapCount === 0 ? [coverText(manifest)] : []
  if (summary.snapCount > 0 && (manifest.events.Depth ?? 0) === 0) notes.push(noBookText(outcome))
  if (summary.spotRange.isKnown && summary.defaultBasisCount === summary.snapCount) {
    notes.push('No SPY quotes beside an ES book to measure the ratio by: SPY prices are ES / 10.')
  }
  if (summary.snapCount > 0 && (manifest.events.OptionTrade ?? 0) === 0) {
    notes.push('No option trades: what dealers do is unknown and counts as neutral.')
  }
  notes.push(...capacityNotes(manifest))
  const isNamed = manifest.sources.some(({ symbols }) => symbols.length > 0)
  if (passedOver.length > 0 && !isNamed) {
    notes.push(`${passedOver.join(', ')}: there too, and passed over.`)
  }
  for (const { path, symbols } of manifest.sources) {
    if (symbols.length < 2) continue
    const followed = manifest.symbol === null ? '' : `, ${manifest.symbol} was followed`
    const shown = symbols.slice(0, 20).join(', ')
    const more = symbols.length > 20 ? ` and ${symbols.length - 20} more` : ''
    notes.push(`${path} holds ${shown}${more}${followed}.`)
  }
  return notes.length > 0 ? ['', ...notes] : []
}

/** What is said is of less than came. */
function capacityNotes({ capacity_losses: losses = {} }: Manifest): string[] {
  const counts = Object.entries(losses).filter(([, count]) => count > 0)
  const texts: Readonly<Record<string, string>> = CAPACITY_LOSSES
  return counts.map(([name, count]) => {
    return `Left out by bounded memory: ${count.toLocaleString('en-US')} ${texts[name] ?? name}.`
  })
}

/** Why there are no levels. What to do about it only where nothing else is told to be amiss. */
function noBookText({ summary, manifest, passedOver }: RunOutcome): string {
  const { state, sources } = manifest
  const isOfFiles = sources.every(({ stream }) => stream === undefined)
  const canAdd = isOfFiles && state === 'complete' && passedOver.length === 0
  const remedy = canAdd ? ' Give a file of ES depth (mbp-10 or mbo) too.' : ''
  // ES trades alone give a price, and still no level is judged.
  const effect = summary.spotRange.isKnown
    ? 'there are no levels'
    : 'SPY cannot be priced, so there are no levels'
  return `No ES book: ${effect}.${remedy}`
}

/** Why there may be no snap. */
function coverText({ from, to, first_event, last_event }: Manifest): string {
  const choice = [from && `--from ${from}`, to && `--to ${to}`].filter(Boolean).join(' ')
  const chosen = choice === '' ? '' : `, and ${choice} was asked for`
  return first_event === null || last_event === null
    ? `No market event was taken from the input${chosen}.`
    : `The events taken are of ${first_event} to ${last_event}${chosen}.`
}

function reportRejects({ manifest, result }: RunOutcome, err: Channel): void {
  const isStream = manifest.sources.some(({ stream }) => stream !== undefined)
  writeRefusals({ ...result, rejects: manifest.rejects }, err, {
    unit: isStream ? 'message' : 'line',
    more: ' The first of each are in the manifest.',
  })
}

/**
 * Says which messages were refused, if any, and shows the first.
 *
 * @param how.unit what a place in the input counts, other than bytes
 * @param how.more where there is more to see
 */
export function writeRefusals(
  { rejects, rejected }: { readonly rejects: Counts } & Pick<ReplayResult, 'rejected'>,
  err: Channel,
  { unit = 'line', more = '' } = {},
): void {
  const counts = Object.entries(rejects).filter(([, count]) => count > 0)
  if (counts.length === 0) return
  const list = counts.map(([code, count]) => `${code} ${count.toLocaleString('en-US')}`).join(', ')
  err.write(`\n${err.paint('yellow', `Refused messages: ${list}.`)}`)
  const [first] = rejected
  if (first !== undefined) {
    const place = first.line === null ? `byte ${first.byteOffset}` : `${unit} ${first.line}`
    err.write(`${more}\n  ${first.file}, ${place}: ${first.message}`)
  }
  err.write('\n')
}

function reportEnd(outcome: RunOutcome, err: Channel): ExitCode {
  const { manifest, result, dir } = outcome
  const { state, reason } = manifest
  if (state === 'complete') return reportChoice(outcome, err)
  if (state === 'interrupted') {
    err.write(
      `\n${err.paint('yellow', 'Interrupted: the results end where the run was stopped.')}\n`,
    )
    return ExitCode.Interrupted
  }
  const [fault] = result.faults
  err.write(`\n${err.paint('red', `error: ${reason ?? ''}`)}\n`)
  if (fault !== undefined) err.write(hintFor(fault.code))
  err.write(`Everything before that was processed; the results are in ${dir}.\n`)
  return fault === undefined ? ExitCode.BadInput : exitCodeOfFault(fault.code)
}

/** A chosen future that is not there is none of our input's faults, and no result either. */
function reportChoice({ manifest, passedOver }: RunOutcome, err: Channel): ExitCode {
  const { symbol, events } = manifest
  const isFound = (events.Depth ?? 0) + (events.FuturesTrade ?? 0) > 0
  if (symbol === null || isFound || passedOver.length === 0) return ExitCode.Done
  const text = `--symbol: expected events of ${symbol}, was ${passedOver.join(', ')}`
  err.write(`\n${err.paint('red', `error: ${text}`)}\n`)
  return ExitCode.BadInput
}
