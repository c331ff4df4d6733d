/**
 * The page in a real browser: compressed size, first paint on loopback, scripting a frame with 30
 * levels at 4 Hz, scrubbing through a whole session, and the heap over accelerated play.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  createWriteStream,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { once } from 'node:events'
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createGateway, replaySource } from '@levels/gateway'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { startBrowser } from '../test/browser/board-page.ts'
import { LiveGateway } from '../test/browser/live-gateway.ts'
import { buildPage, pageDir } from '../test/browser/page-build.ts'
import { liveStatus, snapOf } from '../test/browser/sample-signals.ts'

const LEVELS = 30
const SNAP_MS = 250
const FRAMES = 160
const SEEKS = 120
/** Copies of the ten-minute demonstration that make a session of six and a half hours. */
const COPIES = 39
const PLAY_SPEED = 60
/** Event time that is played, and between two looks at the heap. */
const PLAY_MINUTES = 75
const PLAY_STEP_MINUTES = 5
const START_TS = 1_773_151_200_000

/** One complete event of a browser's trace. */
interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly ts: number
  /** Processor time of its thread, µs. */
  readonly tdur?: number
  readonly dur?: number
  readonly tid: number
  readonly pid: number
}

const SCRIPTING = new Set([
  'EvaluateScript',
  'FunctionCall',
  'FireAnimationFrame',
  'RunMicrotasks',
  'TimerFire',
  'MinorGC',
  'MajorGC',
  'V8.GCScavenger',
])

function percentile(values: readonly number[], share: number): number {
  const ascending = values.toSorted((a, b) => a - b)
  return ascending[Math.min(ascending.length - 1, Math.floor(share * ascending.length))] ?? NaN
}

function reportSize(): void {
  const total = (suffix: string): number =>
    readdirSync(pageDir, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith(suffix))
      .reduce((sum, name) => sum + statSync(join(pageDir, name)).size, 0)
  const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`
  console.log(
    `size: gzip ${kilobytes(total('.gz'))}, brotli ${kilobytes(total('.br'))} (limit 250 kB)`,
  )
}

async function newPage(browser: Browser): Promise<{ page: Page; cdp: CDPSession }> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  return { page, cdp: await context.newCDPSession(page) }
}

async function benchPaint(browser: Browser, url: string): Promise<void> {
  const paints: number[] = []
  const levels: number[] = []
  for (let round = 0; round < 7; round++) {
    const { page } = await newPage(browser)
    await page.goto(url)
    levels.push(
      await page
        .locator('tr[data-level]')
        .first()
        .evaluate(() => performance.now()),
    )
    paints.push(
      await page.evaluate(
        () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN,
      ),
    )
    await page.context().close()
  }
  const ms = (values: number[]): string => `${percentile(values, 0.5).toFixed(0)} ms`
  console.log(
    `first paint on loopback: median ${ms(paints)}; first levels by ${ms(levels)} (limit 1 s)`,
  )
}

/** A snap of 30 levels whose scores and signals move. */
function movingSnap(n: number): ReturnType<typeof snapOf> {
  const snap = snapOf(START_TS + n * SNAP_MS, {
    levelCount: LEVELS,
    spot: 687.42 + Math.sin(n / 40) * 0.1,
  })
  const levels = snap.levels.map((level, index) => ({
    ...level,
    breakScoreSmooth: 50 + 50 * Math.sin(n / 30 + index),
    barrier: { ...level.barrier, addedSize: 3000 + ((n * 7) % 500), depthInZone: 400 + (n % 90) },
  }))
  return { ...snap, levels }
}

async function benchFrames(browser: Browser, gateway: LiveGateway): Promise<void> {
  const { page, cdp } = await newPage(browser)
  let n = 0
  // A full window first: five minutes of thirty levels.
  for (; n < 1200; n++) gateway.publish(movingSnap(n))
  await page.goto(gateway.url)
  await page.locator('tr[data-level]').first().waitFor()
  for (const end = n + 20; n < end; n++) {
    gateway.publish(movingSnap(n))
    await delay(SNAP_MS)
  }
  const events: TraceEvent[] = []
  cdp.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])))
  await cdp.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['devtools.timeline', 'v8', 'disabled-by-default-v8.gc'] },
  })
  for (const end = n + FRAMES; n < end; n++) {
    gateway.publish(movingSnap(n))
    if (n % 4 === 0) gateway.publishStatus(liveStatus(START_TS + n * SNAP_MS))
    await delay(SNAP_MS)
  }
  const complete = new Promise((resolve) => cdp.once('Tracing.tracingComplete', resolve))
  await cdp.send('Tracing.end')
  await complete
  const { cpuMs, wallMs } = scriptingPerFrame(events)
  const perSnap = cpuMs.reduce((sum, ms) => sum + ms, 0) / FRAMES
  const text = (values: number[]): string =>
    `p50 ${percentile(values, 0.5).toFixed(2)}, p95 ${percentile(values, 0.95).toFixed(2)}, max ${Math.max(...values).toFixed(2)} ms`
  console.log(
    `scripting a frame, ${LEVELS} levels at 4 Hz, ${cpuMs.length} frames (limit p95 5 ms)`,
  )
  console.log(`  processor time ${text(cpuMs)}`)
  console.log(`  wall time      ${text(wallMs)}`)
  console.log(
    `  a snap, all its frames and its reading: ${perSnap.toFixed(1)} ms of processor time`,
  )
  await page.context().close()
}

/** All scripting up to and with each animation frame of the page that did anything, message handling too. */
function scriptingPerFrame(events: readonly TraceEvent[]): { cpuMs: number[]; wallMs: number[] } {
  const frames = events.filter(({ name }) => name === 'FireAnimationFrame')
  const thread = frames[0]
  const scripts = events
    .filter(
      ({ name, ph, tid, pid }) =>
        ph === 'X' && SCRIPTING.has(name) && tid === thread?.tid && pid === thread.pid,
    )
    .sort((a, b) => a.ts - b.ts)
  const cpuMs: number[] = []
  const wallMs: number[] = []
  let cpu = 0
  let wall = 0
  let coveredTo = -Infinity
  for (const { name, ts, tdur = 0, dur = 0 } of scripts) {
    // What lies within another event is counted with it.
    if (ts < coveredTo) continue
    coveredTo = ts + dur
    cpu += tdur / 1000
    wall += dur / 1000
    if (name !== 'FireAnimationFrame') continue
    cpuMs.push(cpu)
    wallMs.push(wall)
    cpu = 0
    wall = 0
  }
  return { cpuMs, wallMs }
}

/** A session of six and a half hours: the demonstration, end to end. */
async function makeSession(folder: string): Promise<string> {
  const demo = join(folder, 'demo')
  const session = mkdtempSync(join(folder, 'session-'))
  const replayer = join(import.meta.dirname, '../../replayer/src/main.ts')
  execFileSync(process.execPath, ['--conditions=@levels/source', replayer, 'demo', '--out', demo], {
    stdio: 'ignore',
  })
  const lines = readFileSync(join(demo, 'signals.ndjson'), 'utf8').trimEnd().split('\n')
  const manifest = JSON.parse(readFileSync(join(demo, 'manifest.json'), 'utf8')) as Record<
    string,
    number
  >
  const out = createWriteStream(join(session, 'signals.ndjson'))
  const hash = createHash('sha256')
  const firstTs = manifest.first_snap_ts ?? 0
  for (let copy = 0; copy < COPIES; copy++) {
    const shift = copy * lines.length * SNAP_MS
    const text = lines
      .map((line) =>
        line.replace(/^\{"ts":(\d+)/, (_, ts: string) => `{"ts":${Number(ts) + shift}`),
      )
      .join('\n')
    hash.update(`${text}\n`)
    if (!out.write(`${text}\n`)) await once(out, 'drain')
  }
  out.end()
  await once(out, 'close')
  const snaps = lines.length * COPIES
  const lastTs = firstTs + (snaps - 1) * SNAP_MS
  const digest = hash.digest('hex')
  writeFileSync(
    join(session, 'manifest.json'),
    JSON.stringify({ ...manifest, snaps, last_snap_ts: lastTs, digest }),
  )
  return session
}

async function benchScrub(browser: Browser, dir: string): Promise<void> {
  const gateway = await createGateway({ source: replaySource(dir), pageDir })
  const { page, cdp } = await newPage(browser)
  await page.goto(gateway.url)
  await page.locator('[data-snap-ts]').waitFor()
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
  const times: number[] = []
  const pageBefore = await taskSeconds(cdp)
  const gatewayBefore = process.cpuUsage()
  for (let n = 0; n < SEEKS; n++) {
    const share = (n * 0.618_033_988) % 1
    times.push(await page.evaluate(seekAndWait, share))
  }
  const pageMs = ((await taskSeconds(cdp)) - pageBefore) * 1000
  const gatewayMs = process.cpuUsage(gatewayBefore).user / 1000
  const snaps = await page.locator('.moment .soft').innerText()
  console.log(
    `scrub, whole session (${snaps}), until spot and ladder are drawn: p50 ${percentile(times, 0.5).toFixed(0)}, ` +
      `p95 ${percentile(times, 0.95).toFixed(0)}, max ${Math.max(...times).toFixed(0)} ms (limit 100 ms)`,
  )
  console.log(
    `  processor time a seek: page ${(pageMs / SEEKS).toFixed(1)} ms, ` +
      `gateway and this program ${(gatewayMs / SEEKS).toFixed(1)} ms`,
  )
  await page.context().close()
  await gateway.close()
}

/** Processor time of all tasks of the page's main thread, layout and painting too, s. */
async function taskSeconds(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN
}

/** In the page: moves the slider and waits until the frame with that snap has been drawn. */
function seekAndWait(share: number): Promise<number> {
  const input = document.querySelector<HTMLInputElement>('.track-input')
  const board = document.querySelector<HTMLElement>('[data-snap-ts]')
  if (input === null || board === null) throw new Error('expected a timeline, was none')
  const begin = performance.now()
  input.value = String(Number(input.min) + share * (Number(input.max) - Number(input.min)))
  const wanted = input.valueAsNumber
  input.dispatchEvent(new Event('input', { bubbles: true }))
  const { promise, resolve } = Promise.withResolvers<number>()
  const look = (): void => {
    if (Math.abs(Number(board.dataset.snapTs) - wanted) < 250) resolve(performance.now() - begin)
    else requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
  return promise
}

/** What is left after a garbage collection: objects, and the memory of typed arrays. */
async function heapBytes(cdp: CDPSession): Promise<number> {
  await cdp.send('HeapProfiler.collectGarbage')
  const { usedSize, backingStorageSize } = await cdp.send('Runtime.getHeapUsage')
  return usedSize + backingStorageSize
}

/** The heaps, and how far the median of the last half hour is from that of the half hour before. */
function sayHeaps(what: string, heaps: readonly number[]): void {
  const mega = (bytes: number): string => (bytes / 1e6).toFixed(2)
  const half = 30 / PLAY_STEP_MINUTES
  const before = percentile(heaps.slice(-2 * half, -half), 0.5)
  const last = percentile(heaps.slice(-half), 0.5)
  console.log(`heap, ${what}: ${heaps.map(mega).join(', ')} MB`)
  console.log(
    `  median of the last 30 minutes ${mega(last)} MB, of the 30 before ${mega(before)} MB: ${mega(last - before)} MB more`,
  )
}

/** Plays a part of the session, and looks at the heap every five minutes of it. */
async function benchReplayHeap(browser: Browser, dir: string): Promise<void> {
  const gateway = await createGateway({ source: replaySource(dir), pageDir })
  const { page, cdp } = await newPage(browser)
  await page.goto(gateway.url)
  await page.locator('[data-snap-ts]').waitFor()
  await page.locator('.speed select').selectOption(String(PLAY_SPEED))
  const firstTs = Number(await page.locator('[data-snap-ts]').getAttribute('data-snap-ts'))
  const heaps: number[] = []
  await page.locator('[aria-label=Play]').click()
  for (let minute = PLAY_STEP_MINUTES; minute <= PLAY_MINUTES; minute += PLAY_STEP_MINUTES) {
    await page.waitForFunction(
      (ts) => Number(document.querySelector<HTMLElement>('[data-snap-ts]')?.dataset.snapTs) >= ts,
      firstTs + minute * 60_000,
    )
    heaps.push(await heapBytes(cdp))
  }
  sayHeaps(`every ${PLAY_STEP_MINUTES} of ${PLAY_MINUTES} minutes played at ${PLAY_SPEED}×`, heaps)
  await page.context().close()
  await gateway.close()
}

/** A live session of thirty levels, sixty times as fast as it would come. */
async function benchLiveHeap(browser: Browser): Promise<void> {
  const gateway = await LiveGateway.start()
  const { page, cdp } = await newPage(browser)
  // A full history first: its columns grow until then, by design.
  let n = 0
  for (; n < 8400; n++) gateway.publish(movingSnap(n))
  await page.goto(gateway.url)
  await page.locator('tr[data-level]').first().waitFor()
  const heaps: number[] = []
  for (let minute = PLAY_STEP_MINUTES; minute <= PLAY_MINUTES; minute += PLAY_STEP_MINUTES) {
    for (const end = n + PLAY_STEP_MINUTES * 240; n < end;) {
      for (const group = n + 12; n < group; n++) gateway.publish(movingSnap(n))
      await delay((12 * SNAP_MS) / PLAY_SPEED)
    }
    heaps.push(await heapBytes(cdp))
  }
  sayHeaps(`every ${PLAY_STEP_MINUTES} of ${PLAY_MINUTES} minutes live at ${PLAY_SPEED}×`, heaps)
  await page.context().close()
  await gateway.stop()
}

console.log(
  `${cpus()[0]?.model.trim() ?? 'unknown'} × ${availableParallelism()}, load ${loadavg()[0]?.toFixed(1) ?? '?'}`,
)
const folder = mkdtempSync(join(tmpdir(), 'levels-bench-board-'))
await buildPage()
reportSize()
const browser = await startBrowser()
console.log(`Chromium ${browser.version()}`)
const gateway = await LiveGateway.start()
gateway.publish(movingSnap(-1))
await benchPaint(browser, gateway.url)
await benchFrames(browser, gateway)
const session = await makeSession(folder)
await benchScrub(browser, session)
await benchReplayHeap(browser, session)
await benchLiveHeap(browser)
await browser.close()
await gateway.stop()
rmSync(folder, { recursive: true })
