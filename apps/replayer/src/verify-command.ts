import { createReadStream, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { resolveConfig } from '@levels/level-signals'
import { ExitCode } from './exit-code.ts'
import { readManifest, SIGNALS_FILE, type Manifest } from './manifest.ts'
import { runWithProgress, type Terminal } from './run-command.ts'
import { digestFile } from './source-digest.ts'
import { parseTime } from './time-option.ts'

/** `replayer verify DIR`: makes a run again from its inputs and compares. */
export async function verifyCommand(dir: string, terminal: Terminal): Promise<ExitCode> {
  const manifest = readManifest(dir)
  const signalsPath = join(dir, SIGNALS_FILE)
  const differences = [
    ...(await checkSources(dir, manifest)),
    ...(await checkFile(signalsPath, manifest.digest, 'the run digest')),
  ]
  if (differences.length > 0) return differ(differences, terminal)
  if (manifest.state === 'interrupted') {
    terminal.err.write(`${dir}: the run was interrupted: it cannot be made again to compare.\n`)
    return ExitCode.Differs
  }
  const again = mkdtempSync(join(tmpdir(), 'levels-verify-'))
  try {
    const outcome = await runWithProgress(
      {
        files: manifest.sources.map((source) => resolve(dir, source.path)),
        config: resolveConfig({ ...manifest.config }),
        symbol: manifest.symbol,
        fromNs: manifest.from === null ? null : parseTime(manifest.from, 'from'),
        toNs: manifest.to === null ? null : parseTime(manifest.to, 'to'),
        outDir: again,
      },
      terminal,
    )
    if (outcome.manifest.state === 'interrupted') return ExitCode.Interrupted
    if (outcome.manifest.digest !== manifest.digest) {
      return differ(
        [
          `expected digest ${manifest.digest}, was ${outcome.manifest.digest}`,
          await firstDifference(signalsPath, join(again, SIGNALS_FILE)),
        ],
        terminal,
      )
    }
  } finally {
    rmSync(again, { recursive: true, force: true })
  }
  terminal.out.write(
    `${dir}: the same again: ${manifest.snaps.toLocaleString('en-US')} snaps, digest ${manifest.digest}\n`,
  )
  return ExitCode.Done
}

function differ(differences: readonly string[], terminal: Terminal): ExitCode {
  for (const difference of differences) terminal.err.write(`${difference}\n`)
  return ExitCode.Differs
}

async function checkSources(dir: string, manifest: Manifest): Promise<string[]> {
  const found = manifest.sources.map(async (source) =>
    checkFile(resolve(dir, source.path), source.sha256, 'the input’s SHA-256'),
  )
  return (await Promise.all(found)).flat()
}

async function checkFile(path: string, sha256: string, what: string): Promise<string[]> {
  if (!existsSync(path)) return [`${path}: expected a file, was missing`]
  const was = await digestFile(path)
  return was === sha256 ? [] : [`${path}: expected ${what} ${sha256}, was ${was}`]
}

/** The first line in which two files differ. */
async function firstDifference(expectedPath: string, actualPath: string): Promise<string> {
  const lines = (path: string): AsyncIterator<string> =>
    createInterface({ input: createReadStream(path) })[Symbol.asyncIterator]()
  const expected = lines(expectedPath)
  const actual = lines(actualPath)
  for (let line = 1; ; line++) {
    const [a, b] = [await expected.next(), await actual.next()]
    if (a.done === true && b.done === true) return 'the files differ in line ends only'
    if (a.value !== b.value || a.done !== b.done) {
      const show = (r: IteratorResult<string>): string =>
        r.done === true ? 'the end of the file' : `${r.value.slice(0, 200)}…`
      return `line ${line}:\n  expected ${show(a)}\n  was      ${show(b)}`
    }
  }
}
