// A recording is read as the stream is that it was made of, whatever was published.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InProcessBus } from '@levels/bus'
import { SessionClock } from '@levels/calendar'
import { MARKET_STREAM, MARKET_SUBJECTS, MAX_PAYLOAD_BYTES } from '@levels/contracts'
import { type EventSource, openSources, replay, replayEpoch, SymbolGate } from '@levels/feed'
import { ES_SPY } from '@levels/kernel'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { Recorder } from '../src/record.ts'
import { RecordingFile } from '../src/recording-file.ts'
import { StreamSource } from '../src/stream-source.ts'
import { linesOf, makeSession, ndjsonOf, temporaryFolder } from './support.ts'

type Message = readonly [subject: string, payload: string | Uint8Array]

const folder = temporaryFolder()
const trades = 'market.stocks.trades'
let count = 0
/** Sound messages of every kind, in order. */
let session: (readonly [subject: string, text: string])[]

beforeAll(async () => {
  const { depthPath, equityPath } = makeSession(join(folder, 'input'), 20)
  const lines = (await ndjsonOf([depthPath, equityPath], 'ESH6')).trimEnd().split('\n')
  session = lines.map((line) => {
    const [, subject = '', rest = ''] = /^\{"subject":"([^"]*)",(.*)$/.exec(line) ?? []
    return [subject, `{${rest}`]
  })
})

/** What is read of messages from the stream, and from its recording; and the recording. */
async function bothWays(messages: readonly Message[]) {
  const bus = new InProcessBus({ payloadBytesMax: 2 * MAX_PAYLOAD_BYTES })
  await bus.ensureStream(MARKET_STREAM)
  for (const [subject, payload] of messages) await bus.publishStored(subject, Buffer.from(payload))
  const path = join(folder, `${count++}.ndjson`)
  const recorder = new Recorder(bus, await RecordingFile.create(path))
  const part = { kind: 'part', fromSeq: 1, toSeq: messages.length } as const
  await recorder.run(part, new AbortController().signal, () => undefined)
  const range = { bus, name: MARKET_STREAM.name, fromSeq: null, toSeq: null }
  const gates = [new SymbolGate(ES_SPY, 'ESH6'), new SymbolGate(ES_SPY, 'ESH6')] as const
  const streamed = await read(await StreamSource.open(range, gates[0]))
  const recorded = await read((await openSources([path], { gate: gates[1] }))[0]!)
  await bus.close()
  return { streamed, recorded, path }
}

async function read(source: EventSource) {
  const epochNs = replayEpoch([source])
  const events: unknown[] = []
  const result = await replay({
    sources: [source],
    epochNs,
    hours: new SessionClock(epochNs),
    consumer: {
      onEvent: (event) => events.push({ ...event, book: [...event.book] }),
      onBoundary: () => undefined,
    },
  })
  const { outcome, rejects, rejected, boundaryCount } = result
  // A message is a line: of the one the sequence is told, of the other the number.
  const refused = rejected.map(({ code, line }) => ({ code, line }))
  return { outcome, epochNs, boundaryCount, rejects, refused, events }
}

const MARKS = ['\n', '\r', '\n\n', '"', '\\', '\\\n', ' ', '{', '}', '[', ']', ',', ':', '\x01']
const piece = fc
  .constantFrom(...MARKS, '\ufeff', '\ufffd', '"\n"', '"subject":"a"', '9')
  .map((text) => [...Buffer.from(text)])
const change = fc.tuple(fc.nat(), fc.oneof(piece, fc.constant([0xff])), fc.nat(1))

/** A message of the session with pieces put in, at places where they matter most of the time. */
const spoiled = fc
  .tuple(fc.nat(), fc.array(change, { maxLength: 3 }), fc.constantFrom('', '', ' ', '\n\t '))
  .map(([rank, changes, blanks]): Message => {
    const [subject, text] = session[rank % session.length]!
    const bytes = [...Buffer.from(text)]
    for (const [place, inserted, dropped] of changes) {
      bytes.splice(place % (bytes.length + 1), dropped, ...inserted)
    }
    return [subject, Uint8Array.from([...Buffer.from(blanks), ...bytes])]
  })

const odd = fc.oneof(
  fc.constantFrom(
    '',
    '\n',
    ' ',
    '\ufeff',
    '\u00a0',
    'no\njson',
    '7',
    '7,"a":1',
    '[1]',
    '"a\nb"',
    '"{\\n"',
  ),
  fc.constantFrom('{', '}', '{}', ' {\n}\n', '{,', '{}{}', '}{', `{"subject":"${trades}"}`),
  fc.constantFrom('['.repeat(40), '['.repeat(31), `${'['.repeat(31)}${']'.repeat(31)}`),
  fc.uint8Array({ maxLength: 8 }),
)
const subject = fc.oneof(
  fc.constantFrom<string>(...MARKET_SUBJECTS),
  fc.constantFrom('market.other', 'market.stocks."x"', 'market.\\"', 'market.a\\', 'market.é'),
)
const message = fc.oneof(
  { weight: 3, arbitrary: spoiled },
  { weight: 1, arbitrary: fc.tuple(subject, odd) },
  {
    weight: 1,
    arbitrary: fc.tuple(
      subject,
      spoiled.map(([, payload]) => payload),
    ),
  },
)

describe('a recording', () => {
  it('gives the events of its stream and refuses what is refused there, with the same codes', async () => {
    const codes = new Set<string>()
    let events = 0
    await fc.assert(
      fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 30 }), async (messages) => {
        const { streamed, recorded, path } = await bothWays(messages)
        expect(recorded).toEqual(streamed)
        expect(linesOf(path)).toHaveLength(messages.length)
        for (const { code } of streamed.refused) codes.add(code)
        events += streamed.events.length
      }),
      { numRuns: 150 },
    )
    expect([...codes]).toEqual(expect.arrayContaining(['INVALID_JSON', 'SCHEMA', 'TOO_LARGE']))
    expect(events).toBeGreaterThan(30) // some 115 over many seeds, 98 to 132 in eight
  })

  it('takes a message of the largest size, and none that is larger', async () => {
    const sized = (bytes: number, blanks: string): Message => {
      const [name, text] = session.find(([each]) => each === trades)!
      const begin = `${blanks}{"pad":"`
      return [
        name,
        `${begin}${'x'.repeat(bytes - begin.length - text.length - 1)}",${text.slice(1)}`,
      ]
    }
    const messages = ['', ' '].flatMap((blanks) =>
      [0, 1].map((more) => sized(MAX_PAYLOAD_BYTES + more, blanks)),
    )
    const { streamed, recorded, path } = await bothWays(messages)
    expect(Buffer.byteLength(messages[0]![1])).toBe(MAX_PAYLOAD_BYTES)
    expect(streamed.refused).toEqual([2, 4].map((line) => ({ code: 'TOO_LARGE', line })))
    expect(recorded).toEqual(streamed)
    expect(readFileSync(path).length).toBeGreaterThan(4 * MAX_PAYLOAD_BYTES)
  })
})
