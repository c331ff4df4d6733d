import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { asyncApiDocument, jsonSchemaOf, MESSAGES, Subject } from '../src/index.ts'
import { NS_KEYS } from '../src/exact-json.ts'
import { schemaFiles } from '../tools/schema-files.ts'

const folder = new URL('../schemas/', import.meta.url)
const fixtures = new URL('../fixtures/', import.meta.url)

describe('the committed schemas', () => {
  it.each([...schemaFiles()])('%s is what the definitions say (npm run schemas)', (name, made) => {
    const committed: unknown = JSON.parse(readFileSync(new URL(name, folder), 'utf8'))
    expect(JSON.stringify(committed)).toBe(JSON.stringify(made)) // the order of keys counts
  })

  it('are these and no others', () => {
    expect(readdirSync(folder).sort()).toEqual([...schemaFiles().keys()].sort())
  })
})

const FIXTURE_NAMES: Readonly<Record<string, string>> = {
  StockTrade: 'stock-trade',
  StockQuote: 'stock-quote',
  OptionTrade: 'option-trade',
  FuturesTrade: 'futures-trade',
  Mbp10: 'mbp10',
  LevelSignals: 'level-signals',
  Reject: 'reject',
  ServiceStatus: 'service-status',
}

describe('a JSON Schema', () => {
  it.each(MESSAGES.map((m) => [m.name, m] as const))(
    'of %s accepts every golden message that the decoder accepts',
    (name, message) => {
      const schema = z.fromJSONSchema(jsonSchemaOf(message))
      const prefix = `${FIXTURE_NAMES[name] ?? ''}.v1.`
      const accepted = readdirSync(fixtures).filter((file) => {
        if (!file.startsWith(prefix) || !file.endsWith('.expected.json')) return false
        const text = readFileSync(new URL(file, fixtures), 'utf8')
        return (JSON.parse(text) as { ok: boolean }).ok
      })
      expect(accepted.length).toBeGreaterThan(0)
      for (const file of accepted) {
        const text = readFileSync(new URL(file.replace('.expected', ''), fixtures), 'utf8')
        const wire = JSON.parse(text) as Record<string, unknown>
        // Read as doubles, stamps of 19 digits are no integers to a validator; as text they are.
        for (const key of NS_KEYS) if (key in wire) wire[key] = String(wire[key])
        expect(schema.safeParse(wire)).toMatchObject({ success: true })
      }
    },
  )
})

describe('the AsyncAPI document', () => {
  const document = asyncApiDocument()
  /** What `#/a/b` refers to. */
  const resolve = (ref: string) =>
    ref
      .slice(2)
      .split('/')
      .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], document)

  it('has a channel for every subject', () => {
    const channels = Object.values(document['channels'] as Record<string, { address: string }>)
    expect(channels.map((c) => c.address)).toEqual(Object.values(Subject))
  })

  it('refers to nothing that is not there', () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map((m) => m[1] ?? '')
    expect(refs.length).toBe(MESSAGES.length * 4)
    for (const ref of refs) expect(resolve(ref)).toBeTypeOf('object')
  })

  it('says which headers a published message has', () => {
    expect(resolve('#/components/messages/LevelSignals/headers')).toMatchObject({
      required: ['Levels-Schema', 'Nats-Msg-Id', 'Levels-Run'],
      properties: {
        'Levels-Schema': { const: 'levels.signals.v1' },
        'Levels-Lull': { type: 'string' },
      },
    })
    expect(resolve('#/components/messages/Reject/headers/properties')).not.toHaveProperty(
      'Levels-Lull',
    )
  })
})
