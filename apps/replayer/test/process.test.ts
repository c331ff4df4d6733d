// What only shows in a process of its own: signals, pipes, terminals and exit codes.
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { interruptible } from '../src/interrupt.ts'
import { runWithProgress } from '../src/run-command.ts'
import { readSettings } from '../src/settings.ts'
import { channelOf } from '../src/terminal.ts'
import { keptChannel, linesOf, makeSession, manifestOf, replayer, sha256Of } from './support.ts'
import { startReplayer, temporaryFolder } from './support.ts'

const folder = temporaryFolder()
let files: string[]
let wholeLines: string[]

beforeAll(async () => {
  const { depthPath, equityPath } = makeSession(join(folder, 'input'), 60)
  files = [depthPath, equityPath]
  const whole = join(folder, 'whole')
  expect(await replayer('run', ...files, '--out', whole)).toMatchObject({ code: 0 })
  wholeLines = linesOf(join(whole, 'signals.ndjson'))
})

/** Waits for something that a process does. The limit of the test ends it when it never comes. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setTimeout(20)
}

describe('a run in real time', () => {
  it.each([
    ['Ctrl-C', 'SIGINT'],
    ['SIGTERM', 'SIGTERM'],
    ['a closed terminal', 'SIGHUP'],
  ] as const)('writes as it goes, and %s ends it in order', async (_what, signal) => {
    const out = join(folder, signal)
    const signals = join(out, 'signals.ndjson')
    const { child, ended } = startReplayer(['run', ...files, '--out', out, '--speed', '1'])
    await until(() => existsSync(signals) && linesOf(signals).length >= 3)
    child.kill(signal)
    const { code, err } = await ended
    expect(code).toBe(130)
    expect(err).toContain('Interrupted')
    const lines = linesOf(signals)
    expect(lines.length).toBeLessThan(wholeLines.length)
    expect(lines.join() === wholeLines.slice(0, lines.length).join()).toBe(true)
    expect(manifestOf(out)).toMatchObject({
      state: 'interrupted',
      reason: 'stopped by the user',
      snaps: lines.length,
      digest: sha256Of(signals),
    })
    expect(await replayer('verify', out)).toMatchObject({ code: 0 })
  })

  it('ends at once at the second Ctrl-C', async () => {
    const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never)
    const err = keptChannel({ isTTY: true, columns: 100 })
    const terminal = { out: keptChannel(), err }
    const options = { files, config: readSettings({}), speed: 1, outDir: join(folder, 'twice') }
    const running = runWithProgress(options, terminal)
    await until(() => err.text.includes('events/s'))
    process.emit('SIGINT')
    expect(exit).not.toHaveBeenCalled()
    process.emit('SIGINT')
    expect(exit).toHaveBeenCalledWith(130)
    expect((await running).manifest.state).toBe('interrupted')
    exit.mockRestore()
    expect(process.listenerCount('SIGINT')).toBe(0)
  })
})

describe('a closed terminal', () => {
  it('is not taken for a second Ctrl-C by what ends with it', async () => {
    const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never)
    const told: string[] = []
    const stop = await interruptible(
      () => told.push('stopping'),
      async (signal) => {
        process.emit('SIGHUP', 'SIGHUP')
        process.emit('SIGTERM', 'SIGTERM')
        return Promise.resolve(signal.aborted)
      },
    )
    expect([stop, told]).toEqual([true, ['stopping']])
    expect(exit).not.toHaveBeenCalled()
    exit.mockRestore()
  })

  it('is no fault of what is written to it; a full disk is', () => {
    for (const [isTTY, code, failures] of [
      [true, 'EIO', 0],
      [false, 'EPIPE', 0],
      [false, 'EIO', 1],
      [true, 'ENOSPC', 1],
    ] as const) {
      const told: Error[] = []
      const stream = Object.assign(new PassThrough(), { isTTY })
      const channel = channelOf(stream, (error) => told.push(error))
      stream.emit('error', Object.assign(new Error(code), { code }))
      channel.write('dropped')
      expect([told.length, stream.readableLength]).toEqual([failures, 0])
    }
  })
})

describe('a process', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'])(
    'ends at a %s that comes before it has loaded, and has begun nothing',
    async (signal) => {
      // Sends the signal as soon as there is somebody who hears it.
      const sender = `process.on('newListener', function send(name) {
        if (name !== '${signal}') return
        process.off('newListener', send)
        process.nextTick(() => process.kill(process.pid, name))
      })`
      const NODE_OPTIONS = `--import "data:text/javascript,${encodeURIComponent(sender)}"`
      const out = join(folder, `early-${signal}`)
      const { ended } = startReplayer(['run', ...files, '--out', out], { NODE_OPTIONS })
      expect(await ended).toEqual({ code: 130, out: '', err: '' })
      expect(existsSync(out)).toBe(false)
    },
  )

  it('writes plain text where there is no terminal, and ends by itself', async () => {
    const { ended } = startReplayer(['run', ...files, '--out', join(folder, 'plain')])
    const { code, out, err } = await ended
    expect(code).toBe(0)
    expect(out).toContain('signals.ndjson')
    expect(out + err).not.toContain('\u001b')
  })

  it('shows colours where they are asked for', async () => {
    const { ended } = startReplayer(['config'], { FORCE_COLOR: '1' })
    expect((await ended).out).toContain('\u001b[')
  })

  it('does not mind a reader that stops reading', async () => {
    const { child, ended } = startReplayer(['config'])
    child.stdout.destroy()
    expect(await ended).toMatchObject({ code: 0, err: '' })
  })

  it('that dies leaves no manifest beside signals it does not describe', async () => {
    const out = join(folder, 'killed')
    expect((await replayer('run', ...files, '--out', out)).code).toBe(0)
    const { child, ended } = startReplayer(['run', ...files, '--out', out, '--speed', '1'])
    await until(() => !existsSync(join(out, 'manifest.json')))
    child.kill('SIGKILL')
    await ended
    expect(existsSync(join(out, 'manifest.json'))).toBe(false)
    expect((await replayer('run', ...files, '--out', out)).code).toBe(0)
  })

  it('exits with 2 for a wrong option and with 3 for an unreadable file', async () => {
    const wrong = startReplayer(['run', files[0]!, '--speed', 'fast'])
    expect(await wrong.ended).toMatchObject({
      code: 2,
      err: expect.stringContaining('Expected a number ≥ 0, was "fast"'),
    })
    const missing = startReplayer(['inspect', join(folder, 'nothing')])
    expect(await missing.ended).toMatchObject({
      code: 3,
      err: expect.stringContaining('does not exist'),
    })
  })
})

it('keeps what it compiled for the next start, where Node keeps it', async () => {
  const temporary = join(folder, 'temporary')
  mkdirSync(temporary)
  const { ended } = startReplayer(['config'], { TMPDIR: temporary, NODE_COMPILE_CACHE: '' })
  expect(await ended).toMatchObject({ code: 0, err: '' })
  expect(readdirSync(temporary)).toEqual(['node-compile-cache'])
})
