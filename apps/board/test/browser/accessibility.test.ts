// axe on the page in its states: no fault that is serious or worse.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axeFaults } from './axe-faults.ts'
import { useBrowser } from './board-page.ts'
import { LiveGateway } from './live-gateway.ts'
import { goldenStatus, snapOf } from './sample-signals.ts'

const browser = useBrowser()

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

  it('says of each of many levels what it is, to the ear and to the eye', async () => {
    const { page } = await browser.open(gateway.url, { viewport, colorScheme })
    const row = page.locator('tr[data-level]').first()
    await row.waitFor()
    const spoken = await row.ariaSnapshot()
    for (const text of ['Strike', 'Resistance', '0.36', 'Break score 16', 'CONTESTED'])
      expect(spoken).toContain(text)
    const isShort = await row.locator('.facing').isVisible()
    expect(isShort).toBe(viewport.width > 760)
    expect(isShort ? await row.locator('.facing').innerText() : 'R').toBe('R')
    for (const side of ['bid', 'ask']) {
      expect(await page.getByTestId(side).isVisible()).toBe(true)
    }
    await page.context().close()
  })

  it('has no serious fault: at work, in alarm, with help open', async () => {
    const { page } = await browser.open(gateway.url, { viewport, colorScheme })
    await page.locator('tr[data-level]').first().waitFor()
    expect(await axeFaults(page)).toEqual([])
    gateway.publishStatus(goldenStatus())
    await page.locator('.alarm').waitFor()
    expect(await axeFaults(page)).toEqual([])
    await page.keyboard.press('?')
    await page.locator('dialog[open]').waitFor()
    expect(await axeFaults(page)).toEqual([])
    await page.context().close()
  })
})
