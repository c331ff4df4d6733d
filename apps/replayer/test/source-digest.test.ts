import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SourceDigests } from '../src/source-digest.ts'
import { sha256Of, temporaryFolder } from './support.ts'

const folder = temporaryFolder()

async function digestsOf(...paths: string[]) {
  const digests = new SourceDigests(paths)
  try {
    return await digests.results()
  } finally {
    await digests.stop()
  }
}

describe('digests of inputs', () => {
  it('come in the order of the files, with their sizes', async () => {
    const paths = ['a', 'b', 'c'].map((name, i) => {
      const path = join(folder, name)
      writeFileSync(path, name.repeat(3_000_000 - i * 1_499_999))
      return path
    })
    expect(await digestsOf(...paths)).toEqual(
      paths.map((path, i) => ({
        sha256: sha256Of(path),
        sizeBytes: 3_000_000 - i * 1_499_999,
        problem: null,
      })),
    )
  })

  it('say of a file that is gone, or no file, why there is none, and go on', async () => {
    const there = join(folder, 'there')
    writeFileSync(there, 'x')
    mkdirSync(join(folder, 'dir'))
    expect(await digestsOf(join(folder, 'gone'), join(folder, 'dir'), there)).toEqual([
      { sha256: null, sizeBytes: 0, problem: expect.stringContaining('ENOENT') },
      { sha256: null, sizeBytes: 0, problem: expect.stringContaining('EISDIR') },
      { sha256: sha256Of(there), sizeBytes: 1, problem: null },
    ])
  })

  it('are unknown, not waited for, when patience is at its end or the thread has failed', async () => {
    const digests = new SourceDigests([join(folder, 'there')])
    expect(await digests.results(0)).toEqual([{ sha256: null, sizeBytes: 0, problem: null }])
    await digests.stop()
    expect(await digests.results()).toEqual([
      { sha256: null, sizeBytes: 0, problem: expect.stringContaining('could not be computed') },
    ])
  })

  it('of nothing are none', async () => {
    expect(await digestsOf()).toEqual([])
  })
})
