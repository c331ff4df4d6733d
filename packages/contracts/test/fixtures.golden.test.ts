import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { asJson, CODECS } from './codecs.ts'

const folder = new URL('../fixtures/', import.meta.url)
const names = readdirSync(folder)
const cases = names
  .filter((name) => !name.endsWith('.expected.json'))
  .map((name) => name.slice(0, -'.json'.length))

/** `mbp10.v1.half-empty` → `mbp10.v1`. */
const messageOf = (name: string) => name.split('.').slice(0, 2).join('.')

describe('golden messages', () => {
  it.each(cases)('%s is read, or refused, and written as ever', (name) => {
    const expected: unknown = JSON.parse(
      readFileSync(new URL(`${name}.expected.json`, folder), 'utf8'),
    )
    const codec = CODECS[messageOf(name)]
    if (codec === undefined) throw new Error(`expected a message of ours, was ${name}`)
    const result = codec.decode(readFileSync(new URL(`${name}.json`, folder)))
    const actual = result.ok
      ? { ok: true, value: asJson(result.value), wire: codec.encode(result.value) }
      : result
    expect(actual).toEqual(expected)
  })

  it('cover every message, accepted and refused', () => {
    const outcomes = new Set(
      cases.map((name) => {
        const text = readFileSync(new URL(`${name}.expected.json`, folder), 'utf8')
        return `${messageOf(name)} ${String((JSON.parse(text) as { ok: boolean }).ok)}`
      }),
    )
    for (const message of Object.keys(CODECS)) {
      expect(outcomes).toContain(`${message} true`)
      expect(outcomes).toContain(`${message} false`)
    }
  })

  it('have an expectation each, and each expectation a message', () => {
    expect(names.length).toBe(2 * cases.length)
  })
})
