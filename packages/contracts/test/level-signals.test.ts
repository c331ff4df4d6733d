import { describe, expect, it } from 'vitest'
import type { LevelSignal, LevelSignals } from '../src/index.ts'
import {
  decodeLevelSignals,
  encodeLevelSignals,
  encodeLevelSignalsChecked,
  levelSignalsSchema,
} from '../src/index.ts'
import { levelSignal, levelSignals } from './samples.ts'

/** What the checked encoder says against a payload with these levels. */
function fault(value: LevelSignals): string {
  try {
    encodeLevelSignalsChecked(value)
    return 'accepted'
  } catch (error) {
    return String(error)
  }
}

const withLevels = (...levels: Partial<LevelSignal>[]): LevelSignals => ({
  ...levelSignals,
  levels: levels.map((changed) => ({ ...levelSignal, ...changed })),
})

describe('level signals on the wire', () => {
  it('have the shape of the published example, in its order', () => {
    const bare: LevelSignals = {
      ...withLevels({
        barrier: { ...levelSignal.barrier, confidence: null, visibility: null },
        tape: { ...levelSignal.tape, confidence: null },
        fuel: { ...levelSignal.fuel, confidence: null },
        components: null,
        confluence: null,
        smooth: null,
      }),
      ts: 1715629300123,
      health: null,
    }
    const text = encodeLevelSignals(bare)
    expect(text).toBe(
      '{"ts":1715629300123,"spy":{"spot":687.42,"bid":687.41,"ask":687.43},"levels":[{' +
        '"id":"STRIKE_687","price":687,"kind":"STRIKE","direction":"SUPPORT","distance":0.42,' +
        '"break_score_raw":88.5,"break_score_smooth":81.2,"signal":"BREAK","confidence":"HIGH",' +
        '"barrier":{"state":"VACUUM","delta_liq":-8200,"replenishment_ratio":0.15,"added":3100,' +
        '"canceled":9800,"filled":1500,"defending_quote":{"price":687,"size":150},"churn":12900,' +
        '"depth_in_zone":450},"tape":{"imbalance":-0.45,"buy_vol":120000,"sell_vol":320000,' +
        '"velocity":-0.08,"sweep":{"detected":true,"direction":"DOWN","notional":1250000,' +
        '"num_prints":15,"window_ms":250}},"fuel":{"effect":"AMPLIFY","net_dealer_gamma":-185000,' +
        '"call_wall":{"strike":690,"net_gamma":75000,"wall_type":"CALL","strength":1.5},' +
        '"put_wall":{"strike":684,"net_gamma":65000,"wall_type":"PUT","strength":1.3},"hvl":687,' +
        '"gamma_by_strike":{"684.0":-25000,"687.0":10000,"690.0":75000}},"runway":{' +
        '"direction":"DOWN","next_level_id":"PUT_WALL","next_level_price":684,"distance":3,' +
        '"quality":"CLEAR"},"note":"Vacuum + dealers chase; sweep confirms"}]}',
    )
    expect(decodeLevelSignals(text)).toEqual({ ok: true, value: bare })
  })

  it('carry the optional fields at the end of their objects', () => {
    const wire = JSON.parse(encodeLevelSignals(levelSignals)) as Record<string, unknown>
    expect(Object.keys(wire)).toEqual(['ts', 'spy', 'levels', 'health'])
    const [level] = wire['levels'] as Record<string, object>[]
    expect(Object.keys(level ?? {}).slice(-4)).toEqual([
      'note',
      'components',
      'confluence',
      'smooth',
    ])
    expect(Object.keys(level?.['barrier'] ?? {}).slice(-2)).toEqual(['confidence', 'visibility'])
    expect(level?.['components']).toEqual({ liquidity: 100, hedge: 100, tape: 42.5 })
  })

  it('leave the venues of a sweep at home', () => {
    const sweep = { ...levelSignal.tape.sweep, venues: [1, 2] }
    const value = withLevels({ tape: { ...levelSignal.tape, sweep } })
    expect(encodeLevelSignals(value)).not.toContain('venues')
    expect(fault(value)).toBe('accepted')
  })

  it('write strikes with a decimal, so that no reader sorts them as indices', () => {
    const gammaByStrike = new Map([
      [99, 1],
      [100.5, 2],
      [101, -0],
    ])
    const value = withLevels({ fuel: { ...levelSignal.fuel, gammaByStrike } })
    expect(encodeLevelSignals(value)).toContain('"gamma_by_strike":{"99.0":1,"100.5":2,"101.0":0}')
  })

  it('escape what JSON must escape', () => {
    const value = withLevels({
      note: 'a "quote", a \\ and a\nline; é 🙂 \ud800',
      confluence: ['"'],
    })
    expect(encodeLevelSignals(value)).toBe(encodeLevelSignalsChecked(value))
    expect(decodeLevelSignals(encodeLevelSignals(value))).toEqual({ ok: true, value })
  })

  it('have no levels before there is a spot', () => {
    const spy = { spot: null, bid: null, ask: null }
    expect(encodeLevelSignals({ ts: 0, spy, levels: [], health: null })).toBe(
      '{"ts":0,"spy":{"spot":null,"bid":null,"ask":null},"levels":[]}',
    )
    expect(fault({ ...levelSignals, spy })).toContain('expected no levels without a spot, was 1')
  })
})

describe('what is published', () => {
  it('has levels by distance, then by id, and no id twice', () => {
    const near = { id: 'B', distance: 0.1 }
    expect(fault(withLevels(near, { id: 'A', distance: 0.2 }))).toBe('accepted')
    expect(fault(withLevels(near, { id: 'C', distance: 0.1 }))).toBe('accepted')
    expect(fault(withLevels(near, { id: 'A', distance: 0.1 }))).toContain(
      '$.levels[1]: expected levels by distance, then by id, was A',
    )
    expect(fault(withLevels(near, { id: 'B', distance: 0.2 }))).toContain(
      '$.levels[1]: expected an id of its own, was B',
    )
  })

  it('names a next level with all of id, price and distance, or none', () => {
    const { runway } = levelSignal
    const none = { ...runway, nextLevelId: null, nextLevelPrice: null, distance: null }
    expect(fault(withLevels({ runway: none }))).toBe('accepted')
    expect(fault(withLevels({ runway: { ...runway, distance: null } }))).toContain(
      '$.levels[0].runway: expected id, price and distance of the next level to be null together',
    )
  })

  it('has strikes in ascending order', () => {
    const gammaByStrike = new Map([
      [687, 1],
      [686.5, 1],
    ])
    expect(fault(withLevels({ fuel: { ...levelSignal.fuel, gammaByStrike } }))).toContain(
      'expected ascending strikes, was 686.5 after 687',
    )
  })

  it.each([
    [{ breakScoreRaw: 100.1 }, '$.levels[0].break_score_raw: expected ≤ 100, was 100.1'],
    [{ distance: -0.1 }, '$.levels[0].distance: expected ≥ 0, was -0.1'],
    [{ note: '' }, '$.levels[0].note: expected ≥ 1 characters, was ""'],
    [
      { barrier: { ...levelSignal.barrier, addedSize: 1.5 } },
      '$.levels[0].barrier.added: expected an integer, was 1.5',
    ],
  ])('keeps its ranges: %o', (changed, message) => {
    expect(fault(withLevels(changed))).toContain(message)
  })

  it('has no field beyond the schema', () => {
    const wire = JSON.parse(encodeLevelSignals(levelSignals)) as { levels: object[] }
    expect(levelSignalsSchema.safeParse(wire).success).toBe(true)
    expect(levelSignalsSchema.safeParse({ ...wire, more: 1 }).success).toBe(false)
    const levels = [{ ...wire.levels[0], more: 1 }]
    expect(levelSignalsSchema.safeParse({ ...wire, levels }).success).toBe(false)
  })
})

describe('a reader of level signals', () => {
  it('ignores fields that a later publisher adds', () => {
    const text = encodeLevelSignals(levelSignals)
      .replace('{"ts"', '{"__proto__":{"a":1},"later":[1],"ts"')
      .replace('"barrier":{', '"barrier":{"later":{"x":1},')
    expect(decodeLevelSignals(text)).toEqual({ ok: true, value: levelSignals })
  })

  it('is told where a payload is wrong', () => {
    const text = encodeLevelSignals(levelSignals).replace('"VACUUM"', '"VACUOUS"')
    expect(decodeLevelSignals(text)).toMatchObject({
      ok: false,
      reject: { code: 'SCHEMA', path: '$.levels[0].barrier.state' },
    })
    expect(
      decodeLevelSignals(encodeLevelSignals(levelSignals).replace('"684.0"', '"684"')),
    ).toMatchObject({ reject: { path: '$.levels[0].fuel.gamma_by_strike["684"]' } })
  })

  it('reads a negative zero as zero', () => {
    const text = encodeLevelSignals(levelSignals).replace('"velocity":-0.08', '"velocity":-0')
    expect(decodeLevelSignals(text)).toMatchObject({
      value: { levels: [{ tape: { velocity: 0 } }] },
    })
  })
})
