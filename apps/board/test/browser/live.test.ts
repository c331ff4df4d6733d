// The page on a real gateway, in a real browser: what a trader sees live.
import { encodeLevelSignals, type LevelSignal } from '@levels/contracts'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { useBrowser, type OpenPage } from './board-page.ts'
import { layWire, LiveGateway } from './live-gateway.ts'
import { goldenSignals, goldenStatus, levelLike, liveStatus, snapOf } from './sample-signals.ts'

const browser = useBrowser()
const TS = 1_773_151_200_000

/** Waits until an element of the page reads so. */
async function reads(page: Page, selector: string, text: string | RegExp): Promise<void> {
  const hasText =
    typeof text === 'string'
      ? new RegExp(`^\\s*${text.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&')}\\s*$`)
      : text
  await page.locator(selector).filter({ hasText }).first().waitFor({ timeout: 15_000 })
}

/** Waits until what has changed is drawn. */
async function nextFrame(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let n = 0; n < 2; n++) await new Promise((resolve) => requestAnimationFrame(resolve))
  })
}

const testId = (id: string): string => `[data-testid=${id}]`
const row = (id: string): string => `tr[data-level="${id}"]`

/** What a row of the ladder says, cell by cell. */
function cells(page: Page, id: string): Promise<string[]> {
  return page.locator(`${row(id)} td`).allInnerTexts()
}

describe('a live board', () => {
  let gateway: LiveGateway
  let opened: OpenPage
  let page: Page

  beforeAll(async () => {
    gateway = await LiveGateway.start()
    gateway.publish(goldenSignals('full'))
    gateway.publishStatus(liveStatus(goldenSignals('full').ts))
    opened = await browser.open(gateway.url)
    page = opened.page
    await page.locator(row('STRIKE_687')).waitFor()
  })
  afterAll(async () => {
    await page.context().close()
    await gateway.stop()
  })

  it('shows what the payload says', async () => {
    expect(await page.locator(testId('spot')).innerText()).toBe('687.42')
    expect(await page.locator(testId('bid')).innerText()).toBe('687.41')
    expect(await page.locator(testId('ask')).innerText()).toBe('687.43')
    const said = (await cells(page, 'STRIKE_687')).join(' ').replace(/\s+/g, ' ')
    expect(said).toContain('687.00 Strike Support · Vacuum + dealers chase; sweep confirms 0.42')
    expect(said).toContain('81 BREAK High')
    const cell = page.locator(`${row('STRIKE_687')} .score-cell`)
    expect(await cell.getAttribute('aria-label')).toBe('Break score 81 of 100')
  })

  it('shows the nearest level in depth, with every component and its reasons', async () => {
    const text = async (id: string): Promise<string> =>
      (await page.locator(testId(id)).innerText()).replace(/\s+/g, ' ').trim()
    expect(await text('selected')).toBe('Strike 687.00')
    expect(await text('selected-score')).toBe('raw 88.5 81.2')
    expect(await text('note')).toBe('Vacuum + dealers chase; sweep confirms')
    expect(await text('runway')).toBe('Runway ▼ 3.00 to Put wall 684.00 ○ CLEAR')
    expect(await text('added')).toBe('added 3,100')
    expect(await text('canceled')).toBe('canceled 9,800')
    expect(await text('filled')).toBe('filled 1,500')
    const liquidity = await text('liquidity')
    for (const said of [
      'VACUUM',
      '−8,200 ct',
      '0.15',
      '450 ct',
      '150 at 687.00',
      '100 %',
      '90 %',
    ]) {
      expect(liquidity).toContain(said)
    }
    const tape = await text('tape')
    for (const said of [
      '320,000',
      '120,000',
      '−0.45',
      '−0.080 $/s',
      '▼ Sweep DOWN $1.25M',
      '15 prints in 250 ms',
    ]) {
      expect(tape).toContain(said)
    }
    const hedging = await text('hedging')
    for (const said of [
      'AMPLIFY',
      '−185k',
      '687.00',
      '690.00 75k ×1.5',
      '684.00 65k ×1.3',
      '98 %',
    ]) {
      expect(hedging).toContain(said)
    }
    expect(await page.locator('.gamma rect').count()).toBe(3)
  })

  it('says that all is well, by word and shape', async () => {
    await reads(page, `${testId('health-connection')} .health-value`, 'Live')
    await reads(page, `${testId('health-service')} .health-value`, 'Live')
    await reads(page, `${testId('health-lag')} .health-value`, '41 ms')
    await reads(page, `${testId('health-book')} .health-value`, 'Live')
    await reads(page, `${testId('health-greeks')} .health-value`, '98 %')
  })

  it('follows each snap', async () => {
    const { ts } = goldenSignals('full')
    gateway.publish({ ...snapOf(ts + 250, { spot: 688.13 }) })
    await reads(page, testId('spot'), '688.13')
    expect(await page.locator('tr[data-level]').count()).toBe(4)
  })

  it('orders the ladder by price, with spot in its place', async () => {
    const prices = await page.locator('.ladder tbody td:first-child').allInnerTexts()
    expect(prices).toEqual(['688.25', '688.19', '688.13', '688.10', '688.04'])
    expect(await page.locator('.spot-row').innerText()).toMatch(/^688\.13\s+spot$/)
  })

  it('complains about nothing, under a policy that allows nothing inline', () => {
    expect(opened.complaints).toEqual([])
  })
})

describe('a level is chosen', () => {
  let gateway: LiveGateway
  let page: Page

  beforeAll(async () => {
    gateway = await LiveGateway.start()
    gateway.publish(snapOf(TS))
    page = (await browser.open(gateway.url)).page
    await page.locator('tr[data-level]').first().waitFor()
  })
  afterAll(async () => {
    await page.context().close()
    await gateway.stop()
  })

  const selected = (): Promise<string | null> =>
    page.locator('tr[aria-selected=true]').getAttribute('data-level')

  it('by itself while nobody chooses: the one that is most decided', async () => {
    expect(await selected()).toBe('STRIKE_601')
  })

  it('with the mouse', async () => {
    await page.locator(row('STRIKE_603')).click()
    await page.locator(`${row('STRIKE_603')}[aria-selected=true]`).waitFor()
    await reads(page, testId('selected'), /Strike\s+687\.54/)
  })

  it('with the arrow keys, from wherever the focus is, and stops at the ends', async () => {
    await page.locator('.brand').click()
    await page.keyboard.press('ArrowDown')
    await page.locator(`${row('STRIKE_601')}[aria-selected=true]`).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.locator(`${row('STRIKE_600')}[aria-selected=true]`).waitFor()
    for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowDown')
    await page.locator(`${row('STRIKE_602')}[aria-selected=true]`).waitFor()
    for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowUp')
    await page.locator(`${row('STRIKE_603')}[aria-selected=true]`).waitFor()
  })

  it('by a click at its line in the chart', async () => {
    const over = page.locator('.price .u-over')
    const box = await over.boundingBox()
    if (box === null) throw new Error('expected the chart, was none')
    // One snap is a dot at the right edge; the price axis tells where 687.39 is.
    gateway.publish(snapOf(TS + 60_000))
    gateway.publish(snapOf(TS + 60_250))
    await reads(page, testId('time'), /10:01:00/)
    await page.keyboard.press('1')
    const x = box.width * 0.984
    for (let y = 0; y < box.height && (await selected()) !== 'STRIKE_600'; y += 20) {
      await over.click({ position: { x, y } })
      await nextFrame(page)
    }
    expect(await selected()).toBe('STRIKE_600')
  })

  it('and stays in sight as it was, when it leaves the band', async () => {
    const [gone, ...rest] = snapOf(TS + 61_000).levels
    gateway.publish({ ...snapOf(TS + 61_000), levels: rest })
    await page.locator('.detail.is-old').waitFor()
    expect(await page.locator('.summary-sub').innerText()).toContain(
      'out of the band since 10:01:00',
    )
    expect(gone?.id).toBe('STRIKE_600')
  })

  it('until the one that matters is followed again', async () => {
    await page.keyboard.press('f')
    await page.locator('.detail:not(.is-old)').waitFor()
    expect(await selected()).not.toBeNull()
  })

  it('while help is a key away, and goes with Escape', async () => {
    await page.keyboard.press('?')
    await page.locator('dialog[open]').waitFor()
    await page.keyboard.press('Escape')
    await page.locator('dialog').waitFor({ state: 'detached' })
  })
})

describe('what is not known', () => {
  let gateway: LiveGateway
  let page: Page

  beforeAll(async () => {
    gateway = await LiveGateway.start()
    page = (await browser.open(gateway.url)).page
  })
  afterAll(async () => {
    await page.context().close()
    await gateway.stop()
  })

  it('is a dash, and says why, before the first snap', async () => {
    await reads(page, testId('health-data'), /—.*no snap has come yet/s)
    await reads(page, testId('health-service'), /—.*the service has not reported yet/s)
    expect(await page.locator(testId('spot')).innerText()).toBe('—')
    expect(await page.locator('.ladder .empty').innerText()).toBe('No snap yet.')
  })

  it('is a dash before spot is known', async () => {
    gateway.publish(goldenSignals('before-spot'))
    await reads(page, '.ladder .empty', /Spot is not known yet/)
    expect(await page.locator(testId('spot')).innerText()).toBe('—')
  })

  it('is a dash where a publisher leaves fields out', async () => {
    gateway.publish({ ...goldenSignals('example'), ts: TS })
    await page.locator(row('STRIKE_687')).waitFor()
    expect(await page.locator(testId('liquidity')).innerText()).toMatch(/— not told/)
    await reads(page, testId('health-book'), /—.*the payload does not tell/s)
  })

  it('is loud when snaps stop, and when the service is degraded', async () => {
    await reads(page, '.alarm.is-bad', /^Stale\s+no snap for/)
    await reads(page, `${testId('health-data')}.is-bad`, /✖.*\d s/s)
    gateway.publish(snapOf(TS + 250))
    gateway.publishStatus(goldenStatus())
    await reads(page, '.alarm.is-bad', /Degraded\s+expected depth within 5 s, was 7\.2 s ago/)
    await reads(page, `${testId('health-service')}.is-bad`, /BOOK_STALE/)
  })

  it('counts a payload that is none, says why as text, and shows the next one', async () => {
    gateway.publishStatus({ ...liveStatus(TS + 500), rejects: {} })
    await reads(page, `${testId('health-rejects')}.is-good .health-value`, '0')
    const hostile = '<img src=x onerror="document.title=1"></span>'
    gateway.publishText(JSON.stringify({ ts: 1, spy: hostile, levels: [] }))
    gateway.publish(snapOf(TS + 500, { spot: 600.25 }))
    await reads(page, testId('spot'), '600.25')
    const rejects = `${testId('health-rejects')}.is-warning`
    await reads(page, `${rejects} .health-value`, '1')
    const said = `by the gateway 1: snap SCHEMA $.spy: expected an object, was ${JSON.stringify(hostile)}`
    await reads(page, `${rejects} .health-detail`, said)
    expect(await page.locator(rejects).getAttribute('title')).toBe(said)
    expect(await page.locator(`${rejects} img`).count()).toBe(0)
    gateway.publishText('{"ts":1}')
    await reads(page, `${rejects} .health-value`, '2')
  })

  it('whose snaps are all refused says so beside their age', async () => {
    gateway.publish(snapOf(TS + 750, { spot: 601.5 }))
    await reads(page, testId('spot'), '601.50')
    gateway.publishText('{"ts":1}')
    const why = 'the gateway refused the last that came: SCHEMA \\$\\.spy: expected .+, was missing'
    const detail = new RegExp(`Stale\\s+no snap for \\d\\.\\d s: ${why}\\. What is shown is old\\.`)
    await reads(page, '.alarm.is-bad', detail)
  })
})

describe('the connection', () => {
  it('comes back by itself after the socket was cut, and says so meanwhile', async () => {
    const gateway = await LiveGateway.start()
    gateway.publish(snapOf(TS))
    const wire = await layWire(gateway.port)
    const { page } = await browser.open(wire.url)
    await reads(page, testId('spot'), '687.42')
    const lost = page.locator(`${testId('health-connection')}:not(.is-good)`).waitFor()
    wire.cut()
    await lost
    gateway.publish(snapOf(TS + 250, { spot: 690.01 }))
    await reads(page, testId('spot'), '690.01')
    await reads(page, `${testId('health-connection')}.is-good`, /Live/)
    await wire.close()
    await page.context().close()
    await gateway.stop()
  })

  it('survives a restart of the gateway: loud while it is away, fresh once it is back', async () => {
    const gateway = await LiveGateway.start()
    gateway.publish(snapOf(TS))
    const { page } = await browser.open(gateway.url)
    await reads(page, testId('spot'), '687.42')
    await gateway.stop()
    await reads(page, '.alarm.is-bad', /Disconnected|Reconnecting/)
    await reads(page, `${testId('health-connection')}.is-bad`, /Retry in \d+ s/)
    expect(await page.locator(testId('spot')).innerText()).toBe('687.42')
    await gateway.startAgain()
    gateway.publish(snapOf(TS + 10_000, { spot: 691.5 }))
    await reads(page, testId('spot'), '691.50')
    await page.locator('.alarm').waitFor({ state: 'detached' })
    await page.context().close()
    await gateway.stop()
  })

  it('asks for the token where one is needed, and takes one from the address without showing it', async () => {
    const token = 'correct-horse-battery'
    const gateway = await LiveGateway.start(token)
    gateway.publish(snapOf(TS))
    const { page } = await browser.open(gateway.url)
    await page.locator('dialog[open] input').fill('wrong-horse-battery-1')
    await page.keyboard.press('Enter')
    await reads(page, 'dialog label', /refused that token/)
    await page.locator('dialog[open] input').fill(token)
    await page.keyboard.press('Enter')
    await reads(page, testId('spot'), '687.42')
    const other = await browser.open(`${gateway.url}/#token=${token}`)
    await reads(other.page, testId('spot'), '687.42')
    expect(other.page.url()).not.toContain(token)
    await other.page.context().close()
    await page.context().close()
    await gateway.stop()
  })
})

describe('hostile text', () => {
  const hostile =
    '<img src=x onerror="document.title=\'broken\'"><script>document.title="broken"</script>&amp;"\''

  it('is shown as text, in every field that holds text', async () => {
    const gateway = await LiveGateway.start()
    const level: LevelSignal = levelLike({
      id: hostile,
      note: `note ${hostile}`,
      confluence: [`confluence ${hostile}`],
      runway: {
        direction: 'DOWN',
        nextLevelId: `next ${hostile}`,
        nextLevelPrice: 684,
        distance: 3,
        quality: 'CLEAR',
      },
    })
    const signals = { ...goldenSignals('full'), levels: [level] }
    const status = {
      ...goldenStatus(),
      runId: `run ${hostile}`,
      reason: { code: `code ${hostile}`, message: `message ${hostile}` },
      versions: { [hostile]: hostile },
    }
    gateway.publish(signals)
    gateway.publishStatus(status)
    const { page, complaints } = await browser.open(gateway.url)
    await page.locator('tr[data-level]').waitFor()
    await page.locator('.event').waitFor() // the list has a frame of its own
    const said = async (selector: string): Promise<string> =>
      (await page.locator(selector).first().textContent()) ?? ''
    expect(await page.locator('tr[data-level]').getAttribute('data-level')).toBe(hostile)
    expect(await said(testId('note'))).toBe(`note ${hostile}`)
    expect(await said('.ladder .why')).toContain(`note ${hostile}`)
    expect(await said('.confluence')).toContain(`confluence ${hostile}`)
    expect(await said('.summary .id')).toBe(hostile)
    expect(await said(testId('runway'))).toContain(`next ${hostile}`)
    expect(await said('.events')).toContain(hostile)
    // The alarm says what is worst, and nothing new for two seconds is worse than the service's reason.
    let { ts } = signals
    await expect
      .poll(() => {
        gateway.publish({ ...signals, ts: (ts += 250) })
        gateway.publishStatus(status)
        return said('.alarm')
      })
      .toContain(`message ${hostile}`)
    expect(await said(testId('health-service'))).toContain(`code ${hostile}`)
    expect(await page.locator('#board img, #board script').count()).toBe(0)
    expect(await page.title()).toBe('Levels')
    expect(complaints).toEqual([])
    await page.context().close()
    await gateway.stop()
  })
})

describe('looks', () => {
  it('are dark or light as the system has it, or as was chosen, also the next time', async () => {
    const gateway = await LiveGateway.start()
    gateway.publish(snapOf(TS))
    const { page } = await browser.open(gateway.url, { colorScheme: 'light' })
    await page.locator('tr[data-level]').first().waitFor()
    const ground = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    const light = await ground()
    await page.emulateMedia({ colorScheme: 'dark' })
    const dark = await ground()
    expect(dark).not.toBe(light)
    await page.locator(testId('theme')).click()
    await page.keyboard.press('T') // as with Caps Lock
    await reads(page, testId('theme'), /Light/)
    expect(await ground()).toBe(light)
    await page.reload()
    await reads(page, testId('theme'), /Light/)
    expect(await ground()).toBe(light)
    await page.context().close()
    await gateway.stop()
  })

  it('do not jump when numbers change', async () => {
    const gateway = await LiveGateway.start()
    gateway.publish(snapOf(TS, { levelCount: 8 }))
    gateway.publishStatus(liveStatus(TS))
    const { page } = await browser.open(gateway.url)
    await page.locator('tr[data-level]').first().waitFor()
    // Rows of the list of signals move down when one is added: that is what they are for.
    const places = (): Promise<string[]> =>
      page.evaluate(() => {
        const fixed =
          '.panel, .level > td, .quantity, .card > *, .flow-legend > *, .health-item, .summary > *, .clock, .sides'
        return [...document.querySelectorAll(fixed)].map((element) => {
          const { x, y, width, height } = element.getBoundingClientRect()
          return `${element.className} ${x} ${y} ${width} ${height}`
        })
      })
    await reads(page, `${testId('health-lag')} .health-value`, '41 ms')
    const before = await places()
    expect(before.length).toBeGreaterThan(80)
    for (let n = 1; n <= 6; n++) {
      const snap = snapOf(TS + n * 250, { levelCount: 8, spot: 687 + n * 11.11 })
      const levels = snap.levels.map((level, index): LevelSignal => ({
        ...level,
        breakScoreSmooth: (index * 13 + n * 37) % 101,
        signal:
          (['NEUTRAL', 'BREAK', 'REJECT', 'CONTESTED'] as const)[(index + n) % 4] ?? 'NEUTRAL',
        barrier: { ...level.barrier, addedSize: 10 ** (n % 6), deltaLiq: -(7 ** (n % 7)) },
      }))
      gateway.publish({ ...snap, levels })
      const lagMs = 7 ** (n % 4)
      gateway.publishStatus({ ...liveStatus(TS), lagMs })
      await reads(page, testId('spot'), (687 + n * 11.11).toFixed(2))
      await reads(page, `${testId('health-lag')} .health-value`, `${lagMs} ms`)
      expect(await places()).toEqual(before)
    }
    await page.context().close()
    await gateway.stop()
  })
})

describe('for those who listen', () => {
  it('a new signal is said politely, once', async () => {
    const gateway = await LiveGateway.start()
    const quiet = snapOf(TS)
    const calm = quiet.levels.map((level): LevelSignal => ({ ...level, signal: 'NEUTRAL' }))
    gateway.publish({ ...quiet, levels: calm })
    const { page } = await browser.open(gateway.url)
    await page.locator('tr[data-level]').first().waitFor()
    const region = page.locator('[role=status]')
    expect(await region.getAttribute('aria-live')).toBe('polite')
    expect(await region.innerText()).toBe('')
    const [first, ...rest] = calm
    if (first === undefined) throw new Error('expected a level, was none')
    const breaking: LevelSignal = { ...first, signal: 'BREAK', breakScoreSmooth: 84 }
    gateway.publishText(encodeLevelSignals({ ...quiet, ts: TS + 250, levels: [breaking, ...rest] }))
    await reads(
      page,
      '[role=status]',
      'Break: Strike 600 at 687.39, support, score 84, confidence high.',
    )
    await page.context().close()
    await gateway.stop()
  })
})
