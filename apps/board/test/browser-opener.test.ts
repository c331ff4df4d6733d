import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserOpener } from '../src/server/browser.ts'

const folder = mkdtempSync(join(tmpdir(), 'levels-browser-'))
const opener = join(folder, 'xdg-open')
beforeAll(() => {
  writeFileSync(opener, '#!/bin/sh\n')
  chmodSync(opener, 0o755)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a browser', () => {
  const PATH = `/nowhere:${folder}`

  it('is there on a desktop that knows how to open one', () => {
    for (const display of [{ DISPLAY: ':0' }, { WAYLAND_DISPLAY: 'wayland-0' }]) {
      const found = browserOpener({ platform: 'linux', env: { PATH, ...display } })
      expect(found).toEqual({ program: opener, args: [] })
    }
    expect(browserOpener({ platform: 'darwin', env: {} })?.program).toBe('open')
    expect(browserOpener({ platform: 'win32', env: {} })?.program).toBe('rundll32')
  })

  it('is not there without a display, or without a program that opens one', () => {
    for (const env of [{ PATH }, { PATH, DISPLAY: '' }, { PATH: '/nowhere', DISPLAY: ':0' }]) {
      expect(browserOpener({ platform: 'linux', env })).toBeNull()
    }
  })
})
