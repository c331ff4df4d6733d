/**
 * Makes pictures of the board: live, replay and report; dark and light; on a desktop and on a phone.
 * All of them go into a folder, those that the documents show into `docs/images` as well. Run it
 * after a change of looks, and look at them:
 *
 *     npm run pictures --workspace @levels/board -- FOLDER
 */
import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { decodeLevelSignals, type LevelSignals } from '@levels/contracts'
import { createGateway, replaySource } from '@levels/gateway'
import type { Browser, Page } from 'playwright-core'
import { startBrowser } from '../test/browser/board-page.ts'
import { LiveGateway } from '../test/browser/live-gateway.ts'
import { buildPage, pageDir } from '../test/browser/page-build.ts'
import { liveStatus } from '../test/browser/sample-signals.ts'

const documents = join(import.meta.dirname, '../../../docs/images')
/** What README and the documents show. */
const SHOWN = new Set(['board-live-desktop-light', 'board-replay-desktop-dark'])
// npm runs this in the folder of the package; what was typed is meant from where it was typed.
const [given] = process.argv.slice(2)
const images =
  given === undefined
    ? mkdtempSync(join(tmpdir(), 'levels-pictures-'))
    : resolve(process.env.INIT_CWD ?? '.', given)
const replayer = join(import.meta.dirname, '../../replayer/src/main.ts')

const looks = [
  { name: 'desktop-dark', viewport: { width: 1440, height: 900 }, colorScheme: 'dark' },
  { name: 'desktop-light', viewport: { width: 1440, height: 900 }, colorScheme: 'light' },
  { name: 'phone-dark', viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
  { name: 'phone-light', viewport: { width: 390, height: 844 }, colorScheme: 'light' },
] as const

/** Opens a page in each look, lets `prepare` bring it where it should be, and keeps a picture. */
async function picture(
  browser: Browser,
  what: {
    readonly name: string
    readonly url: string
    readonly prepare: (page: Page) => Promise<void>
  },
): Promise<void> {
  for (const { name, viewport, colorScheme } of looks) {
    const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' })
    const page = await context.newPage()
    await page.goto(what.url)
    await what.prepare(page)
    await settled(page)
    const path = join(images, `${what.name}-${name}.png`)
    await page.screenshot({ path })
    console.log(`${path} ${(statSync(path).size / 1000).toFixed(0)} kB`)
    if (SHOWN.has(`${what.name}-${name}`))
      copyFileSync(path, join(documents, `${what.name}-${name}.png`))
    await context.close()
  }
}

/** Waits until every chart has had its frame. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let frame = 0; frame < 12; frame++) {
      await new Promise((resolve) => requestAnimationFrame(resolve))
    }
  })
}

function snapsOf(dir: string): LevelSignals[] {
  const lines = readFileSync(join(dir, 'signals.ndjson'), 'utf8').trimEnd().split('\n')
  return lines.map((line) => {
    const result = decodeLevelSignals(line)
    if (!result.ok) throw new Error(result.reject.message)
    return result.value
  })
}

/** The snap that says most: signals of several kinds, on many levels, after a lively five minutes. */
function richest(snaps: readonly LevelSignals[]): number {
  const signalsOf = ({ levels }: LevelSignals): string =>
    levels.map(({ id, signal }) => `${id} ${signal}`).join()
  const hasChanged = snaps.map((snap, index) => {
    const before = snaps[index - 1]
    return before !== undefined && signalsOf(before) !== signalsOf(snap)
  })
  const richness = ({ levels }: LevelSignals, index: number): number => {
    const signals = new Set(levels.map(({ signal }) => signal))
    const sides = new Set(levels.map(({ direction }) => direction))
    const changes = hasChanged.slice(Math.max(0, index - 1200), index).filter(Boolean).length
    return signals.size * 10 + sides.size * 5 + levels.length + Math.min(20, changes / 3)
  }
  const ranks = snaps.map(richness)
  return ranks.indexOf(Math.max(...ranks))
}

const folder = mkdtempSync(join(tmpdir(), 'levels-screenshots-'))
execFileSync(process.execPath, ['--conditions=@levels/source', replayer, 'demo', '--out', folder], {
  stdio: 'ignore',
})
const snaps = snapsOf(folder)
const shown = richest(snaps)
for (const dir of [images, documents]) mkdirSync(dir, { recursive: true })
await buildPage()
const browser = await startBrowser()

const live = await LiveGateway.start()
// The last ones come one a picture: a board whose newest snap is old says that it is stale.
let next = shown
for (const snap of snaps.slice(0, next)) live.publish(snap)
await picture(browser, {
  name: 'board-live',
  url: live.url,
  async prepare(page) {
    await page.locator('[data-snap-ts]').waitFor()
    const snap = snaps[next++]
    if (snap === undefined) return
    live.publish(snap)
    live.publishStatus(liveStatus(snap.ts))
    await page.locator(`[data-snap-ts="${snap.ts}"]`).waitFor()
    await page.locator('[data-testid=health-service].is-good').waitFor()
  },
})
await live.stop()

const replay = await createGateway({ source: replaySource(folder), pageDir })
await picture(browser, {
  name: 'board-replay',
  url: replay.url,
  async prepare(page) {
    await page.locator('[data-snap-ts]').waitFor()
    const ts = snaps[shown]?.ts ?? 0
    await page.locator('.track-input').evaluate((input: HTMLInputElement, to) => {
      input.value = String(to)
      input.dispatchEvent(new Event('input', { bubbles: true }))
    }, ts)
    await page.locator(`[data-snap-ts="${ts}"]`).waitFor()
  },
})
await replay.close()

const report = join(folder, 'report.html')
try {
  execFileSync(process.execPath, ['--conditions=@levels/source', replayer, 'report', folder], {
    stdio: 'ignore',
  })
} catch {
  console.log('no report: the replayer makes none')
}
if (existsSync(report)) {
  const url = pathToFileURL(report).href
  await picture(browser, { name: 'report', url, prepare: async (page) => page.waitForLoadState() })
}
await browser.close()
rmSync(folder, { recursive: true })
