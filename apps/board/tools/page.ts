// The page as a browser gets it: built by Vite when it is missing or older than what it is made of.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { InlineConfig } from 'vite'

const boardDir = join(import.meta.dirname, '..')
const repositoryDir = join(boardDir, '../..')
const pageSourceDir = join(boardDir, 'page')
const distDir = join(boardDir, 'dist')

/** Where the built page is, and what it was built from. */
const PAGE_DIR = join(distDir, 'page')
const HASH_FILE = join(distDir, 'page.sha256')
const LOCK_FILE = join(distDir, 'page.lock')
const LOCK_POLL_MS = 50

/** Everything the page is made of, besides the packages that Vite finds in node_modules. */
const SOURCES = [
  pageSourceDir,
  join(repositoryDir, 'packages/gateway/src'),
  join(repositoryDir, 'packages/contracts/src'),
  join(import.meta.dirname, 'page.ts'),
  join(repositoryDir, 'package-lock.json'),
]

/** What browsers are sent compressed; pictures and fonts are so already. */
const COMPRESSIBLE = /\.(?:html|js|css|svg|json|webmanifest|txt)$/

/**
 * The folder of the built page. Builds it when it is missing or its sources are no longer those it
 * was built from, and says so in one line.
 *
 * @param say told in one line that it builds, and again how long that took
 * @throws Error with what Vite says when the sources are at fault; an earlier page is left as it is
 */
export async function ensurePage(say: (line: string) => void): Promise<string> {
  const hash = sourceHash()
  if (isBuiltFrom(hash)) return PAGE_DIR
  mkdirSync(distDir, { recursive: true })
  await lock()
  try {
    // Whoever had the lock before may have built it.
    if (!isBuiltFrom(hash)) await buildPage(hash, say)
  } finally {
    rmSync(LOCK_FILE, { force: true })
  }
  return PAGE_DIR
}

function isBuiltFrom(hash: string): boolean {
  return existsSync(PAGE_DIR) && readIfThere(HASH_FILE) === hash
}

async function buildPage(hash: string, say: (line: string) => void): Promise<void> {
  const startMs = performance.now()
  const freshDir = join(distDir, 'page.new')
  // Loading Vite takes longer than everything else here when there is nothing to build.
  const { build, defaultClientConditions } = await import('vite')
  rmSync(HASH_FILE, { force: true })
  await build(pageConfig(freshDir, ['@levels/source', ...defaultClientConditions]))
  for (const path of filesIn(freshDir)) compress(path)
  takePlaceOf(PAGE_DIR, freshDir)
  writeFileSync(HASH_FILE, hash)
  say(`Built the page in ${((performance.now() - startMs) / 1000).toFixed(1)} s.`)
}

/** Two that build at once would serve each other's halves. Who died with the lock has none. */
async function lock(): Promise<void> {
  for (;;) {
    try {
      writeFileSync(LOCK_FILE, String(process.pid), { flag: 'wx' })
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const holder = Number(readIfThere(LOCK_FILE) ?? NaN)
    if (holder > 0 && !isAlive(holder)) rmSync(LOCK_FILE, { force: true })
    await setTimeout(LOCK_POLL_MS)
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function pageConfig(outDir: string, conditions: string[]): InlineConfig {
  return {
    configFile: false,
    root: pageSourceDir,
    base: './',
    logLevel: 'warn',
    resolve: { conditions },
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      // The content security policy allows nothing inline.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
    },
  }
}

function sourceHash(): string {
  const hash = createHash('sha256')
  for (const source of SOURCES) {
    for (const path of filesIn(source)) {
      const name = relative(repositoryDir, path).split(sep).join('/')
      const bytes = readFileSync(path)
      hash.update(`${name} ${bytes.length}\n`).update(bytes)
    }
  }
  return hash.digest('hex')
}

/** Every file below a folder, or the file itself, always in the same order. */
function filesIn(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path]
  const entries = readdirSync(path, { withFileTypes: true, recursive: true })
  const files = entries.filter((entry) => entry.isFile())
  return files.map((entry) => join(entry.parentPath, entry.name)).sort()
}

/** Beside the file, for whoever serves it: once here rather than at every request. */
function compress(path: string): void {
  if (!COMPRESSIBLE.test(path)) return
  const bytes = readFileSync(path)
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY }
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }))
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }))
}

function takePlaceOf(dir: string, freshDir: string): void {
  const goneDir = `${dir}.old`
  rmSync(goneDir, { recursive: true, force: true })
  if (existsSync(dir)) renameSync(dir, goneDir)
  renameSync(freshDir, dir)
  rmSync(goneDir, { recursive: true, force: true })
}

function readIfThere(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8') : null
}
