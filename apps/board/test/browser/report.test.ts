// A run's report as a reader has it: a file that is opened from a disk, with no network at all.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axeFaults } from './axe-faults.ts'
import { useBrowser } from './board-page.ts'

const browser = useBrowser()
const replayer = join(import.meta.dirname, '../../../replayer/src/main.ts')

function run(...args: string[]): void {
  execFileSync(process.execPath, ['--conditions=@levels/source', replayer, ...args], {
    stdio: 'ignore',
  })
}

function report(dir: string): void {
  run('report', dir)
}

describe('the report of a run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'levels-report-'))
  const url = pathToFileURL(join(folder, 'report.html')).href

  beforeAll(() => {
    run('demo', '--out', folder)
    report(folder)
  })
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  it.each([
    { name: 'desktop, light', viewport: { width: 1440, height: 900 }, colorScheme: 'light' },
    { name: 'small phone, dark', viewport: { width: 360, height: 640 }, colorScheme: 'dark' },
  ] as const)('opens on a $name: drawn, within the screen, without a fault', async (look) => {
    const requests: string[] = []
    const { page, complaints } = await browser.open(url, look, async (opened) => {
      await opened.context().setOffline(true)
      opened.on('request', (request) => requests.push(request.url()))
    })
    await page.locator('canvas').first().waitFor()
    expect(requests).toEqual([url])
    expect(complaints).toEqual([])
    expect(await page.locator('h1').innerText()).toContain('Levels, run')
    const width = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(width).toBe(look.viewport.width)
    expect(await axeFaults(page)).toEqual([])
    await page.context().close()
  })

  it('keeps the colours that mean something where the reader has forced others', async () => {
    const { page } = await browser.open(url, { forcedColors: 'active', colorScheme: 'dark' })
    await page.locator('.legend svg').first().waitFor()
    // The colours of series differ, and are those of the plot's lines.
    const strokes = await page
      .locator('.legend svg')
      .evaluateAll((signs) => signs.map((sign) => getComputedStyle(sign).color))
    expect(new Set(strokes).size).toBeGreaterThan(1)
    const adjusts = await page
      .locator('.gradient, .legend svg')
      .evaluateAll((parts) => parts.map((part) => getComputedStyle(part).forcedColorAdjust))
    expect(new Set(adjusts)).toEqual(new Set(['none']))
    await page.context().close()
  })

  it('runs nothing that stands in a text', async () => {
    const hostile = `</script><script>document.title='broken'</script><img src=x onerror="document.title='broken'">`
    const signals = readFileSync(join(folder, 'signals.ndjson'), 'utf8')
    const text = signals.replaceAll('"id":"VWAP"', `"id":${JSON.stringify(hostile)}`)
    expect(text).not.toBe(signals)
    const digest = createHash('sha256').update(text).digest('hex')
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as object
    const dir = mkdtempSync(join(tmpdir(), 'levels-report-hostile-'))
    writeFileSync(join(dir, 'signals.ndjson'), text)
    writeFileSync(join(dir, 'manifest.json'), JSON.stringify({ ...manifest, digest }))
    report(dir)
    const { page, complaints } = await browser.open(pathToFileURL(join(dir, 'report.html')).href)
    await page.locator('canvas').first().waitFor()
    expect(await page.locator('td', { hasText: hostile }).count()).toBeGreaterThan(0)
    expect(await page.title()).toContain('Levels, run')
    expect(await page.locator('img').count()).toBe(0)
    expect(complaints).toEqual([])
    await page.context().close()
    rmSync(dir, { recursive: true })
  })
})
