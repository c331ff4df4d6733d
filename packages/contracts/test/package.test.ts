import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { parseExactJson } from '../src/exact-json.ts'
import { checkerOf } from '../src/message-codec.ts'
import { MESSAGES } from '../src/messages.ts'

const source = new URL('../src/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, source), 'utf8')

it('nothing in the package asks for more than a browser has', () => {
  const names = readdirSync(source)
  expect(names.length).toBeGreaterThan(10)
  for (const name of names) {
    expect([name, ...read(name).matchAll(/\bnode:|\bprocess\b|\bBuffer\b|\brequire\b/g)]).toEqual([
      name,
    ])
    const imported = [...read(name).matchAll(/from '([^']+)'/g)].map((match) => match[1] ?? '')
    for (const specifier of imported) expect(specifier).toMatch(/^(?:\.\/|zod$)/)
  }
})

it('the vocabulary of the engines needs no import at all', () => {
  expect(read('metrics.ts')).not.toMatch(/^import\b/m)
})

it('the compiled checks say what zod says where code may not be generated', () => {
  const fixtures = new URL('../fixtures/', import.meta.url)
  const names = readdirSync(fixtures).filter((name) => !name.includes('.expected.'))
  for (const { schema } of MESSAGES) {
    const check = checkerOf(schema)
    for (const name of names) {
      const parsed = parseExactJson(readFileSync(new URL(name, fixtures)))
      if (!parsed.ok) continue
      const compiled = check(parsed.value)
      const plain = z.safeParse(schema, parsed.value, { jitless: true })
      expect(compiled.ok).toBe(plain.success)
      if (compiled.ok) expect(compiled.value).toEqual(plain.data)
    }
  }
})
