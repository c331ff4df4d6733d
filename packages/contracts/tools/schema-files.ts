import { asyncApiDocument } from '../src/async-api.ts'
import type { JsonSchema } from '../src/json-schema.ts'
import { jsonSchemaOf } from '../src/json-schema.ts'
import { MESSAGES } from '../src/messages.ts'

/** Name → content of every file in `schemas/`. */
export function schemaFiles(): Map<string, JsonSchema> {
  const files = new Map(MESSAGES.map((m) => [`${m.schemaId}.schema.json`, jsonSchemaOf(m)]))
  return files.set('asyncapi.json', asyncApiDocument())
}
