// What the page does where little is as usual: nothing to show, too much of it, a browser that refuses.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeLevelSignals, type LevelSignal, type LevelSignals } from '@levels/contracts'
import { createGateway, replaySource } from '@levels/gateway'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeRun } from '../run-folder.ts'
import { useBrowser } from './board-page.ts'
import { LiveGateway } from './live-gateway.ts'
import { pageDir } from './page-build.ts'
import { goldenSignals, goldenStatus, liveStatus, snapOf } from './sample-signals.ts'

const browser = useBrowser()
const TS = 1_773_151_200_000

describe('a run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'levels-board-edges-'))
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  it('without snaps says so, shows no number, and has nothing to play', async () => {
    const dir = writeRun(join(folder, 'empty'), [])
    const gateway = await createGateway({ source: replaySource(dir), pageDir })
    const { page, complaints } = await browser.open(gateway.url)
    await page.locator('.timeline').waitFor()
    expect(await page.locator('.ladder .empty').innerText()).toBe('The run has no snaps.')
    expect(await page.locator('.detail .empty').innerText()).toBe('The run has no snaps.')
    expect(await page.locator('.moment').innerText()).toMatch(/^—\s+no snaps$/)
    for (const id of ['spot', 'bid', 'ask', 'time']) {
      expect(await page.locator(`[data-testid=${id}]`).innerText()).toBe('—')
    }
    for (const key of [' ', 'End', 'ArrowRight', ']', '.']) await page.keyboard.press(key)
    await page.locator('[aria-label=Play]').waitFor()
    expect(complaints).toEqual([])
    await page.context().close()
    await gateway.close()
  })

  it('without levels shows its price, and says that no level is near', async () => {
    const snaps = Array.from({ length: 40 }, (_, n): LevelSignals => ({
      ...snapOf(TS + n * 250, { spot: 687 + n / 100 }),
      levels: [],
    }))
    const dir = writeRun(join(folder, 'blank'), snaps.map(encodeLevelSignals))
    const gateway = await createGateway({ source: replaySource(dir), pageDir })
    const { page, complaints } = await browser.open(gateway.url)
    await page.locator(`[data-snap-ts="${TS}"]`).waitFor()
    await page.keyboard.press('End')
    await page.locator(`[data-snap-ts="${TS + 39 * 250}"]`).waitFor()
    expect(await page.locator('[data-testid=spot]').innerText()).toBe('687.39')
    expect(await page.locator('.ladder .empty').innerText()).toBe('No level is near spot.')
    expect(await page.locator('.events .empty').innerText()).toBe('No signal has changed yet.')
    expect(complaints).toEqual([])
    await page.context().close()
    await gateway.close()
  })
})

describe('a live board', () => {
  let gateway: LiveGateway
  beforeAll(async () => {
    gateway = await LiveGateway.start()
  })
  afterAll(() => gateway.stop())

  it('shows a crossed book as it is, and says so loudly', async () => {
    const { page } = await browser.open(gateway.url)
    gateway.publish({
      ...snapOf(TS),
      spy: { spot: 687.42, bid: 687.44, ask: 687.4 },
      health: { book: 'crossed', basis: 'live', greeksCoverage: null },
    })
    gateway.publishStatus(liveStatus(TS))
    await page.locator('.alarm.is-bad').filter({ hasText: 'Book crossed' }).waitFor()
    expect(await page.locator('[data-testid=bid]').innerText()).toBe('687.44')
    expect(await page.locator('[data-testid=ask]').innerText()).toBe('687.40')
    expect(await page.locator('[data-testid=health-greeks]').innerText()).toContain('—')
    await page.context().close()
  })

  it('tells what a publisher leaves out from what there is none of', async () => {
    const { page } = await browser.open(gateway.url)
    gateway.publish({ ...goldenSignals('example'), ts: TS + 250 })
    await page.locator(`[data-snap-ts="${TS + 250}"]`).waitFor()
    const quantities = page.locator('[data-testid=hedging] .quantity')
    await quantities.filter({ hasText: /^\s*Greeks known\s*—\s*not told\s*$/ }).waitFor()
    await page.context().close()
  })

  it('shows no number of a zone that is out of sight', async () => {
    const { page } = await browser.open(gateway.url)
    const [level] = goldenSignals('full').levels
    if (level === undefined) throw new Error('expected a level, was none')
    const none = { addedSize: 0, canceledSize: 0, filledSize: 0, churn: 0, deltaLiq: 0 }
    const quote = { price: null, size: 0 }
    const barrier = { ...level.barrier, ...none, visibility: 0, defendingQuote: quote }
    const ts = TS + 375
    gateway.publish({ ...goldenSignals('full'), ts, levels: [{ ...level, barrier }] })
    await page.locator(`[data-snap-ts="${ts}"]`).waitFor()
    // The chosen level is drawn in a frame of its own.
    const liquidity = page.locator('[data-testid=liquidity]').filter({ hasText: 'out of sight' })
    const said = (await liquidity.innerText()).replace(/\s+/g, ' ')
    expect(said).toContain('added — canceled — filled —')
    expect(said).toContain('Δ liquidity — out of sight')
    expect(said).toContain('Refill ratio —')
    expect(said).toContain('Depth in zone — out of sight')
    expect(said).toContain('Churn — out of sight')
    expect(said).toContain('Defended by — out of sight')
    await page.context().close()
  })

  it('says once that snaps have stopped, however long it lasts', async () => {
    const { page } = await browser.open(gateway.url)
    gateway.publish(snapOf(TS + 500))
    const alarm = page.locator('.alarm.is-bad')
    await alarm.waitFor()
    const before = await alarm.innerText()
    await page.waitForFunction(
      (text) => document.querySelector<HTMLElement>('.alarm')?.innerText !== text,
      before,
    )
    // What is said is the part that stays the same.
    expect(await page.locator('[role=alert]').innerText()).toMatch(/^stale$/i)
    expect(await page.locator('[role=alert]').count()).toBe(1)
    await page.context().close()
    // Whoever comes later is told at once how old it is.
    const { page: late } = await browser.open(gateway.url)
    await late.locator('tr[data-level]').first().waitFor()
    const age = late.locator('[data-testid=health-data] .health-value')
    expect(await age.innerText()).toMatch(/^([2-9]\.\d|\d\d) s$/)
    await late.context().close()
  })

  it('gives the focus back when help is closed, by its button too', async () => {
    const { page } = await browser.open(gateway.url)
    const help = page.getByRole('button', { name: 'Help and keys' })
    await help.click()
    await page.locator('dialog[open]').getByRole('button', { name: 'Close' }).click()
    await page.locator('dialog').waitFor({ state: 'detached' })
    expect(await help.evaluate((button) => button === document.activeElement)).toBe(true)
    await page.context().close()
  })

  it('keeps the chosen row in sight when rows move, unless a hand has scrolled away', async () => {
    const { page } = await browser.open(gateway.url)
    /** Two hundred levels; the first ones of another price go to the top. */
    const publish = async (ts: number, risen: number): Promise<void> => {
      const { levels, ...snap } = snapOf(ts, { levelCount: 200 })
      const moved = levels.map((level, index) => {
        const isRisen = index % 2 === 0 && index >= 200 - 2 * risen
        return isRisen ? { ...level, price: level.price + 2 } : level
      })
      gateway.publish({ ...snap, levels: moved })
      await page.locator(`[data-snap-ts="${ts}"]`).waitFor()
    }
    const box = page.locator('.ladder-scroll')
    const isInSight = (): Promise<boolean> =>
      box.evaluate((element) => {
        const { top, bottom } = element.getBoundingClientRect()
        const row = element.querySelector('[aria-selected=true]')?.getBoundingClientRect()
        const head = element.querySelector('thead')?.getBoundingClientRect().height ?? 0
        return row !== undefined && row.top >= top + head - 1 && row.bottom <= bottom + 1
      })
    await publish(TS + 800, 0)
    await page.locator('.spot-row').waitFor()
    for (let n = 0; n < 30; n++) await page.keyboard.press('ArrowDown')
    await page.waitForFunction(() => (document.querySelector('.ladder-scroll')?.scrollTop ?? 0) > 0)
    expect(await isInSight()).toBe(true)
    await publish(TS + 900, 60)
    expect(await isInSight()).toBe(true)
    await publish(TS + 1000, 0)
    expect(await isInSight()).toBe(true)
    await box.evaluate(async (element) => {
      element.scrollTop = 0
      for (let n = 0; n < 2; n++) await new Promise((resolve) => requestAnimationFrame(resolve))
    })
    await publish(TS + 1100, 60)
    expect(await box.evaluate(({ scrollTop }) => scrollTop)).toBe(0)
    await page.keyboard.press('ArrowDown')
    await page.waitForFunction(() => (document.querySelector('.ladder-scroll')?.scrollTop ?? 0) > 0)
    expect(await isInSight()).toBe(true)
    await page.context().close()
  })

  it('names walls and flip that lie beyond the strikes drawn, at the edge', async () => {
    const { page } = await browser.open(gateway.url)
    const [level] = goldenSignals('full').levels
    if (level === undefined) throw new Error('expected a level, was none')
    const fuel = {
      ...level.fuel,
      hvl: 640,
      callWall: { wallType: 'CALL', strike: 720, netGamma: 9e4, strength: 2 } as const,
      putWall: { wallType: 'PUT', strike: 655, netGamma: 9e4, strength: 2 } as const,
    }
    const ts = TS + 1200
    gateway.publish({ ...goldenSignals('full'), ts, levels: [{ ...level, fuel }] })
    await page.locator('.gamma-beyond text').first().waitFor()
    expect(await page.locator('.gamma-beyond text').allTextContents()).toEqual([
      '◂ F 640.00',
      '◂ P 655.00',
      'C 720.00 ▸',
    ])
    const places = await page.locator('.gamma').evaluate((svg) => {
      const { left, right } = svg.getBoundingClientRect()
      const texts = [...svg.querySelectorAll('.gamma-beyond text')]
      return texts.map((text) => {
        const box = text.getBoundingClientRect()
        return box.left >= left - 1 && box.right <= right + 1
      })
    })
    expect(places).toEqual([true, true, true])
    expect(await page.locator('.gamma-wall, .gamma-marker.is-flip').count()).toBe(0)
    // Help says what the letters mean.
    await page.keyboard.press('?')
    const help = await page.locator('dialog[open]').innerText()
    for (const text of ['support, resistance', 'gamma flip, call wall, put wall'])
      expect(help).toContain(text)
    await page.context().close()
  })

  it('shows whole names and says the symbol on the smallest of phones', async () => {
    const { page } = await browser.open(gateway.url, { viewport: { width: 320, height: 568 } })
    const level = { ...snapOf(TS + 1300).levels[0], kind: 'PM_HIGH' as const }
    gateway.publish({ ...snapOf(TS + 1300), levels: [level as LevelSignal] })
    const kind = page.locator('.name .kind', { hasText: 'Premarket high' })
    await kind.waitFor()
    expect(await kind.evaluate((name) => name.scrollWidth <= name.clientWidth)).toBe(true)
    expect(await page.locator('.top').ariaSnapshot()).toContain('SPY')
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320)
    await page.context().close()
  })

  it('marks the chosen row as a whole where colours are forced, and moves nothing', async () => {
    const { page } = await browser.open(gateway.url, { forcedColors: 'active' })
    gateway.publish(snapOf(TS + 1350))
    await page.locator('tr[aria-selected=true]').waitFor()
    const widths = await page
      .locator('tr[aria-selected=true] td')
      .evaluateAll((cells) => cells.map((cell) => getComputedStyle(cell).borderTopWidth))
    expect(widths).toEqual(['2px', '2px', '2px', '2px', '2px', '2px'])
    const sizes = await page
      .locator('tr.level')
      .evaluateAll((rows) => rows.map((row) => row.getBoundingClientRect().height))
    expect(new Set(sizes).size).toBe(1)
    const [row, last] = [
      page.locator('tr[aria-selected=true]'),
      page.locator('tr[aria-selected=true] td:last-child'),
    ]
    const ends = [await row.boundingBox(), await last.boundingBox()]
    expect(ends.map((box) => (box?.x ?? 0) + (box?.width ?? 0))).toEqual(
      ends.map(() => (ends[0]?.x ?? 0) + (ends[0]?.width ?? 0)),
    )
    await page.context().close()
  })

  it('works where the browser lets it keep nothing', async () => {
    gateway.publish(snapOf(TS + 750))
    const { page, complaints } = await browser.open(gateway.url, {}, (opened) =>
      opened.addInitScript(() => {
        for (const name of ['localStorage', 'sessionStorage']) {
          Object.defineProperty(globalThis, name, {
            get: () => {
              throw new DOMException('expected leave to keep something, was none', 'SecurityError')
            },
          })
        }
      }),
    )
    await page.locator('tr[data-level]').first().waitFor()
    await page.locator('[data-testid=theme]').click()
    await page.locator('[data-testid=theme]', { hasText: 'Dark' }).waitFor()
    expect(complaints).toEqual([])
    await page.context().close()
  })
})

it('asks for the token until it has one, however often Escape is pressed', async () => {
  const gateway = await LiveGateway.start('correct-horse-battery')
  const { page } = await browser.open(gateway.url)
  await page.locator('dialog[open] input').waitFor()
  for (let n = 0; n < 3; n++) await page.keyboard.press('Escape')
  await page.locator('dialog[open] input').fill('correct-horse-battery')
  await page.keyboard.press('Enter')
  await page.locator('[data-testid=health-connection].is-good').waitFor()
  await page.context().close()
  await gateway.stop()
})

/** Elements whose text does not fit into them, and is neither cut with dots nor scrolled. */
async function spilling(page: Page, selector: string): Promise<string[]> {
  return page.locator(selector).evaluateAll((elements) =>
    elements
      .filter((element) => {
        const { overflowX, textOverflow } = getComputedStyle(element)
        const isCut = textOverflow === 'ellipsis' || overflowX === 'auto'
        return element.scrollWidth > element.clientWidth + 1 && !isCut
      })
      .map((element) => `${element.tagName}: ${element.textContent}`),
  )
}

describe.each([
  { name: 'a small phone', viewport: { width: 360, height: 640 } },
  { name: 'a tablet', viewport: { width: 820, height: 1180 } },
  { name: 'a desktop', viewport: { width: 1440, height: 900 } },
])('on $name', ({ viewport }) => {
  let gateway: LiveGateway
  let page: Page
  beforeAll(async () => {
    gateway = await LiveGateway.start()
    page = (await browser.open(gateway.url, { viewport })).page
  })
  afterAll(async () => {
    await page.context().close()
    await gateway.stop()
  })

  it('nothing goes beyond the screen, whatever the numbers and texts', async () => {
    const long = 'W'.repeat(60)
    const { levels } = snapOf(TS, { levelCount: 8, spot: 99_999.99 })
    const huge = levels.map((level, index): LevelSignal => ({
      ...level,
      id: index === 0 ? long : `HOTZONE_${99_999.5 + index}`,
      kind: 'PM_HIGH',
      note: `${long} ${long}`,
      confluence: [long, long],
      barrier: {
        ...level.barrier,
        addedSize: 9_007_199_254_740_991,
        canceledSize: 9_007_199_254_740_991,
        filledSize: 9_007_199_254_740_991,
        deltaLiq: -9_007_199_254_740_991,
        churn: 9_007_199_254_740_991,
        depthInZone: 9_007_199_254_740_991,
        defendingQuote: { price: 99_999.99, size: 9_007_199_254_740_991 },
      },
      tape: { ...level.tape, buyVol: 9e15, sellVol: 9e15, velocity: -12_345.678 },
      fuel: { ...level.fuel, netDealerGamma: -9.9e15 },
    }))
    gateway.publish({ ...snapOf(TS, { spot: 99_999.99 }), levels: huge })
    const reason = { code: long, message: `${long} ${long}` }
    gateway.publishStatus({ ...goldenStatus(), reason, rejects: { INVALID_JSON: 9e15 } })
    await page.locator('tr[data-level]').first().waitFor()
    await page.locator('[data-testid=health-rejects].is-warning').waitFor()
    const width = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(width).toBe(viewport.width)
    expect(await spilling(page, '.level-price, .quantity dd, .spot, .big-score')).toEqual([])
  })

  it('what lies beside and below the ladder stays where it is when levels come and go', async () => {
    const places = (): Promise<string[]> =>
      page.locator('.panel').evaluateAll((panels) =>
        panels.map((panel) => {
          const { x, y, width, height } = panel.getBoundingClientRect()
          return `${panel.getAttribute('aria-label') ?? ''} ${x} ${y} ${width} ${height}`
        }),
      )
    const seen: string[][] = []
    for (const [n, levelCount] of [4, 1, 14, 0].entries()) {
      gateway.publish(snapOf(TS + 60_000 + n * 250, { levelCount }))
      await page.locator(`[data-snap-ts="${TS + 60_000 + n * 250}"]`).waitFor()
      seen.push(await places())
    }
    expect(seen[0]?.length).toBeGreaterThan(3)
    for (const other of seen) expect(other).toEqual(seen[0])
  })

  it('larger text is larger everywhere, and fits', async () => {
    const sizes = (): Promise<number[]> =>
      page
        .locator('.board *:not(svg *, .spoken):visible')
        .evaluateAll((elements) =>
          elements
            .filter(({ firstChild }) => firstChild?.nodeType === Node.TEXT_NODE)
            .map((element) => parseFloat(getComputedStyle(element).fontSize)),
        )
    gateway.publish(snapOf(TS + 90_000, { levelCount: 8 }))
    await page.locator(`[data-snap-ts="${TS + 90_000}"]`).waitFor()
    const smallest = Math.min(...(await sizes()).filter((size) => size > 0))
    const devTools = await page.context().newCDPSession(page)
    // As in the settings of the browser.
    await devTools.send('Page.setFontSizes', { fontSizes: { standard: 20 } })
    await page.reload()
    await page.locator('tr[data-level]').first().waitFor()
    await page.locator('.quantity').first().waitFor()
    const larger = Math.min(...(await sizes()).filter((size) => size > 0))
    expect(larger / smallest).toBeCloseTo(1.25, 5)
    const width = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(width).toBe(viewport.width)
    expect(await spilling(page, '.level-price, .quantity dd, .spot, .big-score')).toEqual([])
    await devTools.send('Page.setFontSizes', { fontSizes: { standard: 16 } })
    await page.reload()
    await page.locator('tr[data-level]').first().waitFor()
  })

  it('whatever can be pressed is large enough for a finger or a pointer', async () => {
    const small = await page.locator('button:visible, select:visible').evaluateAll((elements) =>
      elements
        .map((element) => element.getBoundingClientRect())
        .filter(({ width, height }) => width < 24 || height < 24)
        .map(({ width, height }) => `${width} × ${height}`),
    )
    expect(small).toEqual([])
  })
})
