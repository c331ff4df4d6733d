import { createHash } from 'node:crypto'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { decodeReject, REJECT_CODES, type Reject, type RejectCode } from '@levels/contracts'
import { resolveConfig } from '@levels/level-signals'
import { describe, expect, it } from 'vitest'
import { LiveRunner } from '../src/live-runner.ts'
import type { RefusedMessage } from '../src/refused-message.ts'
import { RejectReport } from '../src/reject-report.ts'
import {
  type BadMessage,
  FAR_FROM_THE_RUN,
  spoiled,
  stampedAt,
  UNKNOWN_TIMES,
} from './bad-messages.ts'
import { closed, randomFrom, replayed, sessionMessages } from './session.ts'
import {
  isNightly,
  payloadsUpTo,
  publish,
  type ServiceProcess,
  startBus,
  startService,
  textsOf,
  tsOf,
  until,
} from './support.ts'

const SEED = 53
const ROUNDS = isNightly ? 50 : 3
const session = sessionMessages({ seed: SEED, durationS: 20 })
const utf8 = new TextEncoder()

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** What this process holds, its garbage collected. */
function heldBytes(): number {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** Spoiled messages of every kind, made from the session's own. */
function badMessages(seed: number): BadMessage[] {
  const random = randomFrom(seed)
  const subjects = [...new Set(session.map(({ subject }) => subject))]
  expect(subjects).toHaveLength(5)
  return subjects.flatMap((subject) => {
    const own = session.filter((message) => message.subject === subject)
    return spoiled(own[Math.floor(random() * own.length)]!, random)
  })
}

function countsOf(messages: readonly { code: RejectCode }[]): Record<string, number> {
  return Object.fromEntries(
    REJECT_CODES.map((code) => [code, messages.filter((each) => each.code === code).length]),
  )
}

/** Of everything that later payloads depend on. */
function digestOf(runner: LiveRunner): string {
  const { market, futuresSymbol } = runner.save()
  const hash = createHash('sha256').update(market!.marketState).update(market!.levelSignals)
  return hash.update(JSON.stringify([market!.delivery, futuresSymbol])).digest('hex')
}

/** Messages that were valid, but that newer ones have come, or that they are of no future to follow. */
function unwanted(): BadMessage[] {
  const futures = ['market.futures.trades', 'market.futures.mbp10']
  return session
    .filter(({ subject }) => futures.includes(subject))
    .slice(0, 20)
    .flatMap(({ subject, text, tsEventNs }): BadMessage[] => {
      const early = stampedAt(text, String(tsEventNs - 60_000_000_000n))
      const spread = text.replace('"ESH6"', '"ESH6-ESM6"')
      return [
        { what: 'late', subject, data: utf8.encode(early), code: 'LATE' },
        { what: 'of a spread', subject, data: utf8.encode(spread), code: 'UNKNOWN_SYMBOL' },
      ]
    })
}

describe('a message that is spoiled', () => {
  const refused: RefusedMessage[] = []
  const runnerAfter = (messages: typeof session): LiveRunner => {
    const runner = new LiveRunner({
      config: resolveConfig(),
      futuresSymbol: null,
      onSignals: () => undefined,
      onRefused: (each) => refused.push(each),
    })
    let seq = 0
    for (const { subject, text } of messages) runner.take(subject, utf8.encode(text), ++seq)
    runner.advance(Infinity)
    return runner
  }
  const isOfFuture = ({ subject }: { subject: string }): boolean => subject.includes('.futures.')
  const equity = session.filter((message) => !isOfFuture(message))

  it.each([
    ['after a session', session],
    ['while no future has come', equity],
    ['after a single message', equity.slice(0, 1)],
  ])(
    `is refused once %s, with the right code, and changes nothing (seeds ${SEED}…${SEED + ROUNDS - 1})`,
    (_, messages) => {
      const runner = runnerAfter(messages)
      let seq = messages.length
      const before = digestOf(runner)
      const wrong: string[] = []
      for (let seed = SEED; seed < SEED + ROUNDS; seed++) {
        for (const { what, subject, data, code } of [...badMessages(seed), ...unwanted()]) {
          refused.length = 0
          runner.take(subject, data, ++seq)
          const codes = refused.map(({ code }) => code)
          // The words are found when they are asked for, and are of the same fault.
          const words = refused.map(({ explain }) => explain())
          const isExplained = words.every(
            (each) => each.code === code && /^expected ./.test(each.message),
          )
          if (codes.join() === code && isExplained) continue
          wrong.push(`${subject} ${what}: expected ${code}, was ${codes.join() || 'accepted'}`)
        }
        expect(digestOf(runner)).toBe(before)
      }
      expect(wrong).toEqual([])
    },
    120_000,
  )

  it('is refused with the same code while nothing readable has come', () => {
    // No run yet that a time could be far from.
    const bad = badMessages(SEED).filter(({ what }) => what !== FAR_FROM_THE_RUN)
    for (const { what, subject, data, code } of bad) {
      const codes: string[] = []
      const unbegun = new LiveRunner({
        config: resolveConfig(),
        futuresSymbol: null,
        onSignals: () => undefined,
        onRefused: (each) => codes.push(each.code, each.explain().code),
      })
      unbegun.take(subject, data, 1)
      expect({ what, codes }).toEqual({ what, codes: [code, code] })
    }
  })

  it('leaves nothing behind, and only of those that are told of the words are found', () => {
    const small = badMessages(SEED).filter(({ data }) => data.length < 10_000)
    let told = 0
    let explained = 0
    const report = new RejectReport({
      perSecondMax: 10,
      send: () => told++,
      fetch: () => Promise.resolve(null),
      now: () => 0,
      hasPlaces: true,
    })
    const counting = new LiveRunner({
      config: resolveConfig(),
      futuresSymbol: null,
      onSignals: () => undefined,
      onRefused: (each) => {
        report.add({
          ...each,
          explain: () => {
            explained++
            return each.explain()
          },
        })
      },
    })
    let taken = 0
    const first = session.find(({ subject }) => subject === 'market.futures.mbp10')!
    counting.take(first.subject, utf8.encode(first.text), ++taken)
    const refuse = (count: number): number => {
      for (let i = 0; i < count; i++) {
        const { subject, data } = small[i % small.length]!
        counting.take(subject, data, ++taken)
      }
      return heldBytes()
    }
    const before = refuse(20_000)
    const after = refuse(100_000)
    expect(after - before).toBeLessThan(2 * 2 ** 20)
    expect(told + report.suppressedCount).toBe(120_000)
    expect(told).toBe(explained)
    expect(told).toBeLessThanOrEqual(10 * REJECT_CODES.length)
  }, 60_000)

  it('of a subject that is none of ours is refused as well', () => {
    const runner = runnerAfter(session.slice(0, 1))
    refused.length = 0
    runner.take('market.futures.other', utf8.encode(session[0]!.text), 2)
    expect(refused.map(({ code }) => code)).toEqual(['SCHEMA'])
  })
})

describe.concurrent('the service', () => {
  it('costs no more than the statuses where a server takes no message as large as one', async () => {
    await using bus = await startBus({ config: 'max_payload: 512' })
    await using service = startService(bus.server.url)
    await service.reaches('LIVE')
    service.child.kill('SIGTERM')
    expect((await service.exit).code).toBe(0)
    // One for each state, and it is told once.
    expect(service.states.length).toBeGreaterThan(2)
    expect(service.lines.filter(({ msg }) => msg === 'status not published')).toHaveLength(1)
  })

  it('tells of a message without it where both together are too large for the server', async () => {
    await using bus = await startBus({ config: 'max_payload: 16384' })
    await using service = startService(bus.server.url)
    const told = Promise.withResolvers<Uint8Array>()
    await bus.bus.subscribe(['levels.rejects'], ({ data }) => {
      told.resolve(data.slice())
    })
    await service.reaches('LIVE')
    // Each of these takes six characters in JSON.
    await bus.bus.publishStored('market.futures.trades', new Uint8Array(4_096).fill(1))
    const decoded = decodeReject(await told.promise)
    expect(decoded).toMatchObject({ ok: true, value: { code: 'INVALID_JSON', payload: null } })
    expect((await service.metrics())['levels_rejects_unreported_total']).toBe(0)
  })

  it('tells of every spoiled message once, and publishes what it would without them', async () => {
    await using bus = await startBus({ config: 'max_payload: 8MB\nmax_pending: 64MB' })
    await using service = startService(bus.server.url, [
      ...['--rejects-per-second', '10000', '--lull-grace', '60000'],
    ])
    const rejects: Reject[] = []
    await bus.bus.subscribe(['levels.rejects'], ({ data }) => {
      const decoded = decodeReject(data)
      if (!decoded.ok) throw new Error(decoded.reject.message)
      rejects.push(decoded.value)
    })
    await service.reaches('LIVE')
    const bad = badMessages(SEED)
    const random = randomFrom(SEED)
    const at = bad.map(() => Math.floor(random() * session.length)).sort((a, b) => a - b)
    let next = 0
    let published = 0
    for (const [i, message] of closed(session).entries()) {
      for (; next < bad.length && at[next]! <= i; next++) {
        bus.bus.publish(bad[next]!.subject, bad[next]!.data)
        if (bad[next]!.data.length > 100_000) await bus.bus.flush()
        published++
      }
      bus.bus.publish(message.subject, utf8.encode(message.text))
      if (i % 200 === 0) await bus.bus.flush()
      published++
    }
    await bus.bus.flush()
    await until(
      'them',
      async () => (await bus.bus.streamState('MARKET_DATA')).lastSeq === published,
    )
    const { payloads } = await replayed(session)
    expect(textsOf(await payloadsUpTo(bus.bus, tsOf(payloads.at(-1))))).toEqual(payloads)
    await until('every reject', () => rejects.length >= bad.length)
    expect(countsOf(rejects)).toEqual(countsOf(bad))
    expect(rejects.map(({ subject, code }) => ({ subject, code }))).toEqual(
      bad.map(({ subject, code }) => ({ subject, code })),
    )
    for (const [i, { payload, streamSeq, message }] of rejects.entries()) {
      expect(message).toMatch(/^expected ./)
      expect(streamSeq).toBe(at[i]! + i + 1)
      if (payload === null) continue
      expect(utf8.encode(payload)).toEqual(bad[i]!.data.subarray(0, utf8.encode(payload).length))
    }
    const metrics = await service.metrics()
    for (const [code, count] of Object.entries(countsOf(bad))) {
      expect(metrics[`levels_rejects_total{code="${code}"}`]).toBe(count)
    }
  })

  for (const source of ['jetstream', 'core']) {
    it(`outlives times that no run takes, as the first of all and at every start (${source})`, async () => {
      await using bus = await startBus()
      const args = ['--lull-grace', '60000', '--source', source]
      const bad = UNKNOWN_TIMES.map((ns) => ({
        ...session[0]!,
        text: stampedAt(session[0]!.text, ns),
      }))
      const schema = 'levels_rejects_total{code="SCHEMA"}'
      const refusedBy = async (service: ServiceProcess): Promise<void> => {
        await until('them', async () => {
          if (service.child.exitCode !== null) throw new Error(service.err)
          return (await service.metrics())[schema] === bad.length
        })
      }
      {
        await using first = startService(bus.server.url, args)
        await first.reaches('LIVE')
        await publish(bus.bus, bad)
        await refusedBy(first)
      }
      await using second = startService(bus.server.url, args)
      await second.reaches('LIVE')
      // In the stream they still are; of a plain subscription they are sent again.
      if (source === 'core') await publish(bus.bus, bad)
      await refusedBy(second)
      await publish(bus.bus, closed(session))
      const { payloads } = await replayed(session)
      expect(textsOf(await payloadsUpTo(bus.bus, tsOf(payloads.at(-1))))).toEqual(payloads)
      await refusedBy(second)
    })
  }

  it('counts rejects by the hundred thousand, tells of some, and grows no larger', async () => {
    await using bus = await startBus()
    await using service = startService(bus.server.url)
    let told = 0
    await bus.bus.subscribe(['levels.rejects'], () => told++)
    await service.reaches('LIVE')
    const name = 'levels_rejects_total{code="INVALID_JSON"}'
    const memory = 'process_resident_memory_bytes'
    let sent = 0
    const send = async (count: number): Promise<Record<string, number>> => {
      for (let i = 1; i <= count; i++) {
        bus.bus.publish('market.futures.trades', utf8.encode(`{"price": ${i}`))
        if (i % 1_000 === 0) await bus.bus.flush()
      }
      sent += count
      return until('them', async () => {
        const metrics = await service.metrics()
        return metrics[name] === sent ? metrics : null
      })
    }
    // What the first ones cost is the program's own growing up.
    const before = await send(50_000)
    const after = await send(isNightly ? 1_000_000 : 100_000)
    expect(after[memory]! - before[memory]!).toBeLessThan(48 * 2 ** 20)
    expect(told).toBeGreaterThan(9)
    expect(told + after.levels_rejects_unreported_total!).toBe(sent)
    expect(told).toBeLessThan(sent / 100)
  })
})
