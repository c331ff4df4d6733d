import type { JsonSchema } from './json-schema.ts'
import { jsonSchemaOf } from './json-schema.ts'
import type { MessageDefinition } from './messages.ts'
import { MESSAGES } from './messages.ts'
import { HEADERS, Subject } from './subjects.ts'

const LULL: JsonSchema = {
  type: 'string',
  description:
    'Where the wall clock passed the boundary: place of the last market message taken by then',
}

/** The AsyncAPI 3.0 document of every subject, as a plain object. */
export function asyncApiDocument(): JsonSchema {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Levels',
      version: '1.0.0',
      description: 'Market events in, level signals out: the messages on the Levels bus.',
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/json',
    channels: mapMessages((m) => [m.name, channelOf(m)]),
    operations: mapMessages((m) => [
      `${m.direction === 'in' ? 'receive' : 'send'}${m.name}`,
      operationOf(m),
    ]),
    components: {
      messages: mapMessages((m) => [m.name, messageOf(m)]),
      schemas: mapMessages((m) => [m.name, payloadOf(m)]),
    },
  }
}

function mapMessages(entryOf: (message: MessageDefinition) => [string, JsonSchema]): JsonSchema {
  return Object.fromEntries(MESSAGES.map(entryOf))
}

function channelOf({ name, subject, summary }: MessageDefinition): JsonSchema {
  return {
    address: subject,
    summary,
    messages: { [name]: { $ref: `#/components/messages/${name}` } },
  }
}

function operationOf({ name, direction, summary }: MessageDefinition): JsonSchema {
  return {
    action: direction === 'in' ? 'receive' : 'send',
    channel: { $ref: `#/channels/${name}` },
    summary,
    messages: [{ $ref: `#/channels/${name}/messages/${name}` }],
  }
}

function messageOf(message: MessageDefinition): JsonSchema {
  const { name, summary, schemaId, direction } = message
  return {
    name,
    title: schemaId,
    summary,
    contentType: 'application/json',
    ...(direction === 'out' ? { headers: headersOf(message) } : {}),
    payload: { $ref: `#/components/schemas/${name}` },
  }
}

function headersOf({ schemaId, subject }: MessageDefinition): JsonSchema {
  return {
    type: 'object',
    required: [HEADERS.schema, HEADERS.messageId, HEADERS.run],
    properties: {
      [HEADERS.schema]: { type: 'string', const: schemaId },
      [HEADERS.messageId]: { type: 'string', description: 'Makes a republish idempotent' },
      [HEADERS.run]: { type: 'string', description: 'The run that published it' },
      ...(subject === Subject.LevelSignals ? { [HEADERS.lull]: LULL } : {}),
    },
  }
}

/** AsyncAPI's own schema language is draft 7; the document is the base of what it refers to. */
function payloadOf(message: MessageDefinition): JsonSchema {
  const payload = { ...jsonSchemaOf(message, 'draft-7') } as Record<string, unknown>
  delete payload['$schema']
  delete payload['$id']
  return payload
}
