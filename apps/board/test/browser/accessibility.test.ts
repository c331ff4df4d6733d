// axe on the page in its states: no fault that is serious or worse.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { useBrowser } from './board-page.ts'
import { LiveGateway } from './live-gateway.ts'
import { goldenStatus, snapOf } from './sample-signals.ts'

const browser = useBrowser()
const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
)

async function faults(page: Page): Promise<string[]> {
  await page.evaluate(axeSource)
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  )
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`,
    )
}

const pages = [
  { name: 'a desktop, dark', viewport: { width: 1440, height: 900 }, colorScheme: 'dark' },
  { name: 'a phone, light', viewport: { width: 390, height: 844 }, colorScheme: 'light' },
] as const

describe.each(pages)('the page on $name', ({ viewport, colorScheme }) => {
  let gateway: LiveGateway
  beforeAll(async () => {
    gateway = await LiveGateway.start()
    gateway.publish(snapOf(1_773_151_200_000, { levelCount: 12 }))
  })
  afterAll(() => gateway.stop())

  it('has no serious fault: at work, in alarm, with help open', async () => {
    const { page } = await browser.open(gateway.url, { viewport, colorScheme })
    await page.locator('tr[data-level]').first().waitFor()
    expect(await faults(page)).toEqual([])
    gateway.publishStatus(goldenStatus())
    await page.locator('.alarm').waitFor()
    expect(await faults(page)).toEqual([])
    await page.keyboard.press('?')
    await page.locator('dialog[open]').waitFor()
    expect(await faults(page)).toEqual([])
    await page.context().close()
  })
})
