import { z } from 'zod'
import type { MessageDefinition } from './messages.ts'

/** A JSON Schema as a plain object. */
export type JsonSchema = Readonly<Record<string, unknown>>

/**
 * The JSON Schema of a message as a reader sees it: other fields may be there. What lies between
 * fields (order, agreement, the tick grid) is not in it.
 */
export function jsonSchemaOf(
  message: MessageDefinition,
  target: 'draft-2020-12' | 'draft-7' = 'draft-2020-12',
): JsonSchema {
  const schema = z.toJSONSchema(message.schema, {
    target,
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      // Nanoseconds: JSON has no 64-bit integers, so their upper bound stays in words.
      if (zodSchema._zod.def.type !== 'bigint') return
      jsonSchema.type = ['integer', 'string']
      jsonSchema.minimum = 0
      jsonSchema.pattern = '^(?:0|[1-9][0-9]{0,18})$'
    },
  })
  const { $schema, ...rest } = schema
  return {
    $schema,
    $id: `urn:levels:${message.schemaId}`,
    title: message.name,
    description: `${message.summary} (${message.subject}, version ${versionOf(message)})`,
    ...rest,
  }
}

/** `levels.signals.v1` → 1. */
export function versionOf({ schemaId }: MessageDefinition): number {
  return Number(schemaId.slice(schemaId.lastIndexOf('v') + 1))
}
