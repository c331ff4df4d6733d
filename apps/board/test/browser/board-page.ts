import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { chromiumFlags, requireChromium } from '../../../../tools/chromium.ts'
import { buildPage } from './page-build.ts'

/** A page, and everything it complained about: errors, warnings, broken policies. */
export interface OpenPage {
  readonly page: Page
  readonly complaints: string[]
}

/** Builds the page and starts a browser for a test file. */
export function useBrowser(): {
  /** @param prepare what the page is to find when it starts */
  open(
    url: string,
    options?: BrowserContextOptions,
    prepare?: (page: Page) => Promise<unknown>,
  ): Promise<OpenPage>
} {
  let browser: Browser | null = null
  beforeAll(async () => {
    await buildPage()
    browser = await startBrowser()
  })
  afterAll(async () => {
    await browser?.close()
  })
  return {
    async open(url, options = {}, prepare) {
      if (browser === null) throw new Error('expected a browser, was none yet')
      const context = await browser.newContext({
        viewport: { width: 1440, height: 900 },
        colorScheme: 'dark',
        ...options,
      })
      const page = await context.newPage()
      const complaints: string[] = []
      page.on('console', (message) => {
        if (message.type() !== 'log') complaints.push(`${message.type()}: ${message.text()}`)
      })
      page.on('pageerror', (error) => complaints.push(String(error)))
      await prepare?.(page)
      await page.goto(url)
      return { page, complaints }
    },
  }
}

/** Starts the machine's Chromium with a profile of its own, empty. */
export async function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await requireChromium(), args: [...chromiumFlags] })
}
