import { createReadStream, existsSync, mkdtempSync, realpathSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { BusError, type StreamState } from '@levels/bus'
import { isoOfNs } from '@levels/feed'
import { resolveConfig } from '@levels/level-signals'
import { ExitCode } from './exit-code.ts'
import { readManifest, sha256OfJson, SIGNALS_FILE } from './manifest.ts'
import type { Counts, Manifest, ManifestSource } from './manifest.ts'
import type { NatsChoices } from '@levels/bus'
import { connectTo } from './nats-connection.ts'
import { packageVersions } from './package-versions.ts'
import { runWithProgress } from './run-command.ts'
import { counted } from './run-report.ts'
import type { RunOutcome } from './run.ts'
import { digestFile } from './source-digest.ts'
import type { StreamRange } from './stream-source.ts'
import type { Terminal } from './terminal.ts'
import { parseTime } from './time-option.ts'

/**
 * `replayer verify DIR`: checks a run's files against its manifest, makes the run again from its
 * inputs and compares. Of an interrupted run, what there is up to its last snap. A run that was
 * made from a stream needs a server that still has it.
 *
 * @throws RunFolderError when the folder holds no run
 * @throws UsageError when a server is needed, and none is named
 */
export async function verifyCommand(
  dir: string,
  flags: NatsChoices,
  terminal: Terminal,
): Promise<ExitCode> {
  const manifest = readManifest(dir)
  const source = manifest.sources.find(({ stream }) => stream !== undefined)
  if (source?.stream === undefined) return verify(dir, manifest, null, terminal)
  const bus = await connectTo(flags)
  try {
    const { first_seq: fromSeq, last_seq: toSeq } = source.stream
    return await verify(dir, manifest, { bus, name: source.path, fromSeq, toSeq }, terminal)
  } finally {
    await bus.close()
  }
}

/** @param stream what the run was made from; null: files */
async function verify(
  dir: string,
  manifest: Manifest,
  stream: StreamRange | null,
  terminal: Terminal,
): Promise<ExitCode> {
  const differences = [
    ...(await checkFiles(dir, manifest)),
    ...(stream === null ? [] : await checkStream(stream, manifest)),
  ]
  if (differences.length > 0) return tellDifferences(dir, manifest, differences, terminal)
  const again = mkdtempSync(join(tmpdir(), 'levels-verify-'))
  try {
    const outcome = await runWithProgress(
      { ...repetitionOf(dir, manifest), stream, outDir: again },
      terminal,
    )
    if (outcome.manifest.state === 'interrupted') {
      terminal.err.write('Interrupted: not compared.\n')
      return ExitCode.Interrupted
    }
    const found = await compareRuns(dir, manifest, outcome)
    if (found.length > 0) return tellDifferences(dir, manifest, found, terminal)
  } finally {
    rmSync(again, { recursive: true, force: true })
  }
  const { out } = terminal
  const extent = manifest.state === 'complete' ? '' : `, as far as it went (${manifest.state})`
  out.write(`${out.paint('green', 'the same again')}: ${dir}${extent}\n`)
  out.write(`${counted(manifest.snaps, 'snap')}, digest ${manifest.digest}\n`)
  return ExitCode.Done
}

/** What makes the same run: an interrupted one ends with its last snap. */
function repetitionOf(dir: string, manifest: Manifest) {
  const { sources, config, symbol, from, to, state, last_snap_ts: lastTs } = manifest
  const isCutShort = state === 'interrupted' && lastTs !== null
  const until = isCutShort ? isoOfNs(BigInt(lastTs) * 1_000_000n) : to
  return {
    files: filesOf(sources).map((source) => pathOf(dir, source)),
    config: resolveConfig({ ...config }),
    symbol,
    fromNs: from === null ? null : parseTime(from, 'from'),
    toNs: until === null ? null : parseTime(until, 'to'),
  }
}

function filesOf(sources: readonly ManifestSource[]): readonly ManifestSource[] {
  return sources.filter(({ stream }) => stream === undefined)
}

/** How a stream differs from the one a run was made from; nothing when it still has it all. */
async function checkStream({ bus, name }: StreamRange, { sources }: Manifest): Promise<string[]> {
  const stream = sources.find(({ path }) => path === name)?.stream
  if (stream === undefined) return []
  const { created_at: createdAt, first_seq: firstSeq, last_seq: lastSeq } = stream
  const expected = `stream ${name}: expected sequences ${firstSeq} to ${lastSeq} of the one made ${createdAt}`
  let state: StreamState
  try {
    state = await bus.streamState(name)
  } catch (error) {
    if (!(error instanceof BusError) || error.code !== 'STREAM_MISSING') throw error
    return [`${expected}, was gone`]
  }
  if (state.createdAt !== createdAt) return [`${expected}, was one made ${state.createdAt}`]
  if (state.firstSeq <= firstSeq && state.lastSeq >= lastSeq) return []
  const isEmpty = state.lastSeq < state.firstSeq
  return [`${expected}, was ${isEmpty ? 'empty' : `${state.firstSeq} to ${state.lastSeq}`}`]
}

/** Where an input lies: the manifest has it relative to the folder itself, not to a link to it. */
function pathOf(dir: string, source: ManifestSource): string {
  return resolve(realpathSync(dir), source.path)
}

async function checkFiles(dir: string, manifest: Manifest): Promise<string[]> {
  const { sources, config, config_sha256: configSha256, digest } = manifest
  const differences: string[] = []
  const configNow = sha256OfJson(config)
  if (configNow !== configSha256) {
    differences.push(
      `manifest.json: expected a config of SHA-256 ${configSha256}, was ${configNow}`,
    )
  }
  for (const source of filesOf(sources)) {
    differences.push(...(await checkFile(pathOf(dir, source), source.sha256, source.size_bytes)))
  }
  differences.push(...(await checkFile(join(dir, SIGNALS_FILE), digest, null)))
  return differences
}

/** @param sha256 null where it was not known; then the size has to do */
async function checkFile(
  path: string,
  sha256: string | null,
  sizeBytes: number | null,
): Promise<string[]> {
  if (!existsSync(path)) return [`${path}: expected a file, was missing`]
  const size = statSync(path).size
  if (sizeBytes !== null && size !== sizeBytes) {
    return [`${path}: expected ${sizeBytes} bytes, was ${size}`]
  }
  if (sha256 === null) return []
  const { sha256: was, problem } = await digestFile(path)
  return was === sha256 ? [] : [`${path}: expected SHA-256 ${sha256}, was ${was ?? problem ?? ''}`]
}

async function compareRuns(dir: string, manifest: Manifest, again: RunOutcome): Promise<string[]> {
  const now = again.manifest
  if (now.digest !== manifest.digest) {
    // Nothing was emitted where no snap was reached: then the run again may go further.
    if (manifest.state === 'interrupted' && manifest.snaps === 0) return []
    return [
      `${SIGNALS_FILE}: expected digest ${manifest.digest}, was ${now.digest}`,
      await firstDifference(join(dir, SIGNALS_FILE), join(again.dir, SIGNALS_FILE)),
    ]
  }
  if (manifest.state === 'interrupted') return []
  const losses = now.capacity_losses ?? {}
  return [
    ...differing('state', { state: manifest.state }, { state: now.state }),
    ...differing('snaps', { snaps: manifest.snaps }, { snaps: now.snaps }),
    ...differing('events', manifest.events, now.events),
    ...differing('rejects', manifest.rejects, now.rejects),
    ...differing('depth', manifest.depth, now.depth),
    ...differing('capacity_losses', manifest.capacity_losses ?? losses, losses),
  ]
}

function differing(
  field: string,
  recorded: Counts | Readonly<Record<string, string>>,
  now: Counts | Readonly<Record<string, string>>,
): string[] {
  const names = new Set([...Object.keys(recorded), ...Object.keys(now)])
  return [...names].flatMap((name) => {
    const [expected, was] = [recorded[name] ?? 'nothing', now[name] ?? 'nothing']
    const what = name === field ? field : `${field}.${name}`
    return expected === was ? [] : [`manifest.json: ${what}: expected ${expected}, was ${was}`]
  })
}

/** The first line in which two files differ. */
async function firstDifference(expectedPath: string, actualPath: string): Promise<string> {
  const lines = (path: string): AsyncIterator<string> =>
    createInterface({ input: createReadStream(path) })[Symbol.asyncIterator]()
  const expected = lines(expectedPath)
  const actual = lines(actualPath)
  for (let line = 1; ; line++) {
    const [a, b] = [await expected.next(), await actual.next()]
    if (a.done === true && b.done === true) return 'they differ in line ends only'
    if (a.done === true || b.done === true || a.value !== b.value) {
      const at = differenceAt(textOf(a), textOf(b))
      return `line ${line}, from character ${at + 1} on:\n  expected ${shown(a, at)}\n  was      ${shown(b, at)}`
    }
  }
}

function textOf(result: IteratorResult<string>): string {
  return result.done === true ? '' : result.value
}

function differenceAt(a: string, b: string): number {
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  return at
}

/** Some text before the difference, to see where it is, and some after. */
function shown(result: IteratorResult<string>, at: number): string {
  if (result.done === true) return 'the end of the file'
  const from = Math.max(0, at - 40)
  const to = at + 60
  const text = result.value
  return `${from > 0 ? '…' : ''}${text.slice(from, to)}${to < text.length ? '…' : ''}`
}

function tellDifferences(
  dir: string,
  { versions, node }: Manifest,
  differences: readonly string[],
  { err }: Terminal,
): ExitCode {
  err.write(`${err.paint('red', 'not the same')}: ${dir}\n`)
  for (const difference of differences) err.write(`${difference}\n`)
  const now = packageVersions()
  const changed = Object.keys({ ...versions, ...now })
    .filter((name) => versions[name] !== now[name])
    .map((name) => `${name} ${versions[name] ?? 'none'}, now ${now[name] ?? 'none'}`)
  if (changed.length > 0) err.write(`made with ${changed.join('; ')}\n`)
  if (node !== process.version) err.write(`made on Node ${node}, now ${process.version}\n`)
  return ExitCode.Differs
}
