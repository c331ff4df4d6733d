// The page on a finished run, in a real browser: timeline, play, and any moment of it.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeLevelSignals, type LevelSignals } from '@levels/contracts'
import { createGateway, replaySource, type Gateway } from '@levels/gateway'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { countText } from '../../page/text/format.ts'
import { timeText } from '../../page/text/new-york-time.ts'
import { useBrowser, type OpenPage } from './board-page.ts'
import { pageDir } from './page-build.ts'

const browser = useBrowser()
const replayer = join(import.meta.dirname, '../../../replayer/src/main.ts')

/** The demonstration run: a synthetic session of ten minutes with signals of every kind. */
function makeRun(dir: string): LevelSignals[] {
  execFileSync(process.execPath, ['--conditions=@levels/source', replayer, 'demo', '--out', dir], {
    stdio: 'ignore',
  })
  const lines = readFileSync(join(dir, 'signals.ndjson'), 'utf8').trimEnd().split('\n')
  return lines.map((line) => {
    const result = decodeLevelSignals(line)
    if (!result.ok) throw new Error(result.reject.message)
    return result.value
  })
}

describe('a run in replay', () => {
  const dir = mkdtempSync(join(tmpdir(), 'levels-board-'))
  let snaps: LevelSignals[]
  let gateway: Gateway
  let opened: OpenPage
  let page: Page

  beforeAll(async () => {
    snaps = makeRun(dir)
    gateway = await createGateway({ source: replaySource(dir), pageDir })
    opened = await browser.open(gateway.url)
    page = opened.page
    await page.locator('[data-snap-ts]').waitFor()
  })
  afterAll(async () => {
    await gateway.close()
    rmSync(dir, { recursive: true })
  })

  const shownTs = (): Promise<number> =>
    page.locator('.track-input').evaluate((input: HTMLInputElement) => input.valueAsNumber)
  const spotAt = (ts: number): string => {
    const spot = snaps.findLast((snap) => snap.ts <= ts)?.spy.spot ?? null
    return spot === null ? '—' : spot.toFixed(2)
  }

  /** Drags the slider to a moment, as a hand does. */
  async function scrubTo(ts: number): Promise<void> {
    await page.locator('.track-input').evaluate((input: HTMLInputElement, to) => {
      input.value = String(to)
      input.dispatchEvent(new Event('input', { bubbles: true }))
    }, ts)
  }

  /** Waits until the ladder and spot are those of a snap of the run. */
  async function shows({ spy, levels, ts }: LevelSignals): Promise<void> {
    const ids = levels
      .toSorted((a, b) => b.price - a.price || (a.id < b.id ? -1 : 1))
      .map(({ id }) => id)
    await page.waitForFunction(
      ([spot, wanted, at]) => {
        const rows = [...document.querySelectorAll<HTMLElement>('tr[data-level]')]
        const input = document.querySelector<HTMLInputElement>('.track-input')
        return (
          document.querySelector('[data-testid=spot]')?.textContent === spot &&
          JSON.stringify(rows.map((row) => row.dataset.level)) === wanted &&
          input?.valueAsNumber === at
        )
      },
      [spy.spot?.toFixed(2) ?? '—', JSON.stringify(ids), ts] as const,
    )
  }

  it('begins at its first snap and tells what it is', async () => {
    const [first] = snaps
    if (first === undefined) throw new Error('expected snaps, was none')
    await shows(first)
    expect(await page.locator('.mode').textContent()).toBe('Replay')
    expect(await page.locator('[data-testid=health-run]').innerText()).toContain('Complete')
    const end = timeText(snaps.at(-1)?.ts ?? 0)
    const moment = (await page.locator('.moment').innerText()).replace(/\s+/g, ' ')
    expect(moment).toBe(`${timeText(first.ts)} of ${end}, ${countText(snaps.length)} snaps`)
  })

  it('goes to any moment, and shows exactly the snap of that moment', async () => {
    for (const share of [0.5, 0.74, 0.123, 0.99]) {
      const snap = snaps[Math.floor(share * snaps.length)]
      if (snap === undefined) throw new Error('expected a snap, was none')
      await scrubTo(snap.ts)
      await shows(snap)
    }
  })

  it('follows a hand that moves faster than answers come, and ends where the hand ends', async () => {
    const last = snaps[1777]
    if (last === undefined) throw new Error('too short')
    await page.locator('.track-input').evaluate(
      (input: HTMLInputElement, moments) => {
        for (const ts of moments) {
          input.value = String(ts)
          input.dispatchEvent(new Event('input', { bubbles: true }))
        }
      },
      snaps.slice(1000, 1778).map(({ ts }) => ts),
    )
    await shows(last)
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text()
    // As many seeks at once would have been refused by the gateway, the last one too.
    expect(metrics).toContain('levels_gateway_excess_messages_total 0')
  })

  it('shows only the signals up to that moment', async () => {
    const breaking = snaps.find(({ levels }) => levels.some(({ signal }) => signal === 'BREAK'))
    if (breaking === undefined) throw new Error('expected a BREAK in the run, was none')
    await scrubTo(breaking.ts - 250)
    await page.waitForFunction(
      () => !document.querySelector('.events')?.textContent.includes('BREAK'),
    )
    await scrubTo(breaking.ts)
    await page.waitForFunction(() =>
      document.querySelector('.events')?.textContent.includes('BREAK'),
    )
  })

  it('plays, faster on request, and pauses, by keyboard alone', async () => {
    const begin = snaps[400]
    if (begin === undefined) throw new Error('expected snaps, was none')
    await scrubTo(begin.ts)
    await shows(begin)
    await page.locator('.brand').click()
    await page.keyboard.press('+')
    await page.keyboard.press('+')
    await page.keyboard.press('+')
    await page.waitForFunction(
      () => document.querySelector<HTMLSelectElement>('.speed select')?.value === '10',
    )
    await page.keyboard.press(' ')
    await page.locator('[aria-label=Pause]').waitFor()
    await page.waitForFunction(
      (ts) =>
        (document.querySelector<HTMLInputElement>('.track-input')?.valueAsNumber ?? 0) > ts + 5000,
      begin.ts,
    )
    await page.keyboard.press(' ')
    await page.locator('[aria-label=Play]').waitFor()
    expect(await page.locator('[data-testid=spot]').innerText()).toBe(spotAt(await shownTs()))
  })

  it('steps by snap, by second, and to the ends', async () => {
    const begin = snaps[1000]
    const next = snaps[1001]
    const later = snaps[1005]
    if (begin === undefined || next === undefined || later === undefined)
      throw new Error('too short')
    await scrubTo(begin.ts)
    await shows(begin)
    await page.locator('.brand').click()
    await page.keyboard.press('.')
    await shows(next)
    await page.keyboard.press('ArrowRight')
    await shows(later)
    await page.keyboard.press('End')
    await page.waitForFunction(
      (ts) => document.querySelector<HTMLInputElement>('.track-input')?.valueAsNumber === ts,
      snaps.at(-1)?.ts,
    )
    await page.keyboard.press('Home')
    await shows(snaps[0] ?? begin)
  })

  it('jumps from signal to signal and chooses the level', async () => {
    await page.locator('.brand').click()
    await page.keyboard.press(']')
    const first = snaps.find(({ levels }) => levels.some(({ signal }) => signal !== 'NEUTRAL'))
    if (first === undefined) throw new Error('expected a signal in the run, was none')
    await shows(first)
    const level = first.levels.find(({ signal }) => signal !== 'NEUTRAL')
    await page.locator(`tr[data-level="${level?.id}"][aria-selected=true]`).waitFor()
    await page.locator('.event-button').first().click()
    await shows(first)
  })

  it('stops at every signal of one moment', async () => {
    const signalsOf = (snap: LevelSignals | undefined) =>
      new Map((snap?.levels ?? []).map(({ id, signal }) => [id, signal]))
    const index = snaps.findIndex((snap, n) => {
      const before = signalsOf(snaps[n - 1])
      const isNew = ({ id, signal }: LevelSignals['levels'][number]): boolean =>
        (before.get(id) ?? 'NEUTRAL') !== signal
      return snap.levels.filter(isNew).length > 1
    })
    const [before, snap] = [snaps[index - 1], snaps[index]]
    if (before === undefined || snap === undefined) throw new Error('expected such a moment')
    await scrubTo(before.ts)
    await shows(before)
    const chosen = (): Promise<string | null> =>
      page.locator('tr[aria-selected=true]').getAttribute('data-level')
    await page.locator('.brand').click()
    await page.keyboard.press(']')
    await shows(snap)
    const first = await chosen()
    await page.keyboard.press(']')
    await page.locator(`tr[data-level="${first}"][aria-selected=false]`).waitFor()
    await shows(snap)
    await page.keyboard.press('[')
    await page.locator(`tr[data-level="${first}"][aria-selected=true]`).waitFor()
    await shows(snap)
  })

  it('is out of reach while help is open, wherever the focus is', async () => {
    await page.keyboard.press('?')
    await page.locator('dialog[open]').waitFor()
    await page.evaluate(() => {
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
    })
    const ts = await shownTs()
    for (const key of [' ', 'ArrowRight', 'End']) await page.keyboard.press(key)
    await page.keyboard.press('?')
    await page.locator('dialog').waitFor({ state: 'detached' })
    expect(await shownTs()).toBe(ts)
    await page.locator('[aria-label=Play]').waitFor()
  })

  it('is where it was after the gateway was started anew', async () => {
    const middle = snaps[1234]
    if (middle === undefined) throw new Error('too short')
    await scrubTo(middle.ts)
    await shows(middle)
    const { port } = gateway
    await gateway.close()
    await page.locator('.alarm.is-bad').waitFor()
    gateway = await createGateway({ source: replaySource(dir), pageDir, port })
    await page.locator('.alarm').waitFor({ state: 'detached' })
    await page.locator('[data-testid=health-connection].is-good').waitFor()
    await shows(middle)
  })

  it('is where it was, with the level that was chosen, after the page was loaded anew', async () => {
    const there = snaps.find(({ ts, levels }) => ts > (snaps[900]?.ts ?? 0) && levels.length > 2)
    const level = there?.levels.at(-1)
    if (there === undefined || level === undefined) throw new Error('expected levels, was none')
    await scrubTo(there.ts)
    await shows(there)
    await page.locator(`tr[data-level="${level.id}"]`).click()
    await page.waitForURL(
      ({ searchParams: query }) =>
        query.get('at') === String(there.ts) && query.get('level') === level.id,
    )
    await page.reload()
    await shows(there)
    await page.locator(`tr[data-level="${level.id}"][aria-selected=true]`).waitFor()
    await page.goto('about:blank')
    await page.goBack()
    await shows(there)
  })

  it('begins at its first snap where the address names no moment and no level of it', async () => {
    const [first] = snaps
    if (first === undefined) throw new Error('expected snaps, was none')
    const level = encodeURIComponent('<img src=x onerror="document.title=1">')
    const between = `${first.ts + 1_000}.5`
    for (const at of ['1', '-5', 'NaN', between, '9'.repeat(15), '%00', '']) {
      await page.goto(`${gateway.url}/?at=${at}&level=${level}`)
      await shows(first)
      // The address says where it is, and the level that matters most is followed.
      await page.waitForURL(({ search }) => search === `?at=${first.ts}`)
      expect(await page.locator('#board img').count()).toBe(0)
    }
    expect(await page.title()).toBe('Levels')
  })

  it('complains about nothing but the lost connection', () => {
    expect(opened.complaints.filter((text) => !text.includes('WebSocket connection'))).toEqual([])
  })
})
