import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SessionClock } from '@levels/calendar'
import { ndjsonLine, openSources, replay, replayEpoch } from '@levels/feed'
import { ES_SPY } from '@levels/kernel'
import { type GeneratedSession, generateSession } from '@levels/sim'
import { afterAll } from 'vitest'
import { runCli } from '../src/cli.ts'
import type { Manifest } from '../src/manifest.ts'
import type { Channel } from '../src/terminal.ts'

/** A folder that lives as long as the test file runs. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'levels-replayer-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Events of ES as a multiple of a quiet evening's ten a second. */
const RATE = 20

/** A seeded session of the simulated market as files, from 10:00 on. */
export function makeSession(dir: string, durationS: number, seed = 18): GeneratedSession {
  return generateSession({ dir, seed, durationS, rate: RATE, spotUsd: 687.35 })
}

/** What a command wrote and gave back. */
export interface Told {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** A channel that keeps what is written. */
export function keptChannel(
  options: { isTTY?: boolean; columns?: number } = {},
): Channel & { text: string } {
  const channel = {
    isTTY: options.isTTY ?? false,
    columns: options.columns ?? 160,
    text: '',
    write: (text: string) => {
      channel.text += text
    },
    paint: (_style: unknown, text: string) => text,
  }
  return channel
}

/** Runs the command line inside this process. */
export async function replayer(...args: string[]): Promise<Told> {
  const out = keptChannel()
  const err = keptChannel()
  const code = await runCli(args, { out, err })
  return { code, out: out.text, err: err.text }
}

/** Starts the program as a process of its own. */
export function startReplayer(args: readonly string[], env: Record<string, string> = {}) {
  const main = join(import.meta.dirname, '../src/main.ts')
  const child = spawn(process.execPath, ['--conditions=@levels/source', main, ...args], {
    env: { ...cleanEnvironment(), ...env },
  })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  const ended = new Promise<Told>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, out, err }))
  })
  return { child, ended }
}

/** Without what the test runner and whoever started it say about colours and conditions. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const foreign = ['FORCE_COLOR', 'NO_COLOR', 'NODE_OPTIONS']
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.includes(name)))
}

export function sha256Of(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}

export function linesOf(path: string): string[] {
  return readFileSync(path, 'utf8').split('\n').slice(0, -1)
}

export function manifestOf(dir: string): Manifest {
  return JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8')) as Manifest
}

/** The same events as messages of the bus, one a line, in their order. */
export async function ndjsonOf(paths: readonly string[], futuresSymbol: string): Promise<string> {
  const sources = await openSources(paths)
  const epochNs = replayEpoch(sources)
  const lines: string[] = []
  await replay({
    sources,
    epochNs,
    hours: new SessionClock(epochNs),
    consumer: {
      onEvent(event) {
        lines.push(ndjsonLine(event, { epochNs, pair: ES_SPY, futuresSymbol, source: 'sim' }))
      },
      onBoundary: () => undefined,
    },
  })
  return `${lines.join('\n')}\n`
}
