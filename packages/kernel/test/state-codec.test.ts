import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StateBuffer, StateCodecError, StateReader, StateWriter } from '../src/index.ts'

type Item =
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'bigint'; readonly value: bigint }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'nullable'; readonly value: number | null }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'bytes'; readonly value: Uint8Array }
  | { readonly type: 'numbers'; readonly value: Float64Array }
  | { readonly type: 'words'; readonly value: Int32Array }

const anyItem: fc.Arbitrary<Item> = fc.oneof(
  fc.record({ type: fc.constant('number' as const), value: fc.double() }),
  fc.record({
    type: fc.constant('bigint' as const),
    value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  }),
  fc.record({ type: fc.constant('boolean' as const), value: fc.boolean() }),
  fc.record({
    type: fc.constant('nullable' as const),
    value: fc.option(fc.double(), { nil: null }),
  }),
  fc.record({ type: fc.constant('string' as const), value: fc.string({ unit: 'binary' }) }),
  fc.record({ type: fc.constant('bytes' as const), value: fc.uint8Array({ maxLength: 3_000 }) }),
  fc.record({ type: fc.constant('numbers' as const), value: fc.float64Array({ maxLength: 400 }) }),
  fc.record({ type: fc.constant('words' as const), value: fc.int32Array({ maxLength: 400 }) }),
)

function write(writer: StateWriter, item: Item): void {
  if (item.type === 'number') writer.number(item.value)
  else if (item.type === 'bigint') writer.bigint(item.value)
  else if (item.type === 'boolean') writer.boolean(item.value)
  else if (item.type === 'nullable') writer.nullable(item.value)
  else if (item.type === 'string') writer.string(item.value)
  else if (item.type === 'bytes') writer.bytes(item.value)
  else if (item.type === 'words') writer.words([item.value.subarray(0, 3), item.value.subarray(3)])
  else writer.numbers(item.value)
}

function stateOf(items: readonly Item[]): Uint8Array {
  const writer = new StateWriter('TEST', 3)
  for (const item of items) write(writer, item)
  return writer.finish()
}

const sample = stateOf([
  { type: 'number', value: 687.42 },
  { type: 'bigint', value: 1_703_462_400_000_000_000n },
  { type: 'string', value: 'ESH4' },
])

describe('StateWriter and StateReader', () => {
  it('give back, bit for bit and in order, what was written', () => {
    fc.assert(
      fc.property(fc.array(anyItem, { maxLength: 12 }), (items) => {
        const reader = new StateReader(stateOf(items), 'TEST', 3)
        for (const { type, value } of items) expect(reader[type]()).toStrictEqual(value)
        reader.end()
      }),
    )
  })

  it('keep NaN, infinities, both zeros and a byte order mark', () => {
    const writer = new StateWriter('TEST', 3)
    const odd = [NaN, Infinity, -Infinity, -0, 0, Number.MIN_VALUE]
    writer.numbers(odd).string('\ufeffES')
    const reader = new StateReader(writer.finish(), 'TEST', 3)
    expect([...reader.numbers()]).toStrictEqual(odd)
    expect(reader.string()).toBe('\ufeffES')
  })

  it('give back, bit for bit, numbers that lie anywhere from the one that both know', () => {
    const whole = fc.oneof(
      fc.integer(),
      fc.integer({ min: -70, max: 70 }),
      fc.maxSafeInteger(),
      fc.constantFrom(2 ** 31, 2 ** 32 - 1, 2 ** 47, 2 ** 48, 2 ** 53, -(2 ** 48), -0),
    )
    const any = fc.oneof(whole, fc.double())
    fc.assert(
      fc.property(any, any, whole, (value, base, step) => {
        const writer = new StateWriter('TEST', 3).delta(value, base).delta(base + step, base)
        const reader = new StateReader(writer.finish(), 'TEST', 3)
        expect([reader.delta(base), reader.delta(base)]).toStrictEqual([value, base + step])
        reader.end()
      }),
    )
  })

  it('take one byte for a number near the one that both know', () => {
    const sizeOf = (delta: number): number => {
      const empty = new StateWriter('TEST', 3).finish().length
      return new StateWriter('TEST', 3).delta(1e15 + delta, 1e15).finish().length - empty
    }
    expect([0, 63, -63, 64, 1_000_000, 2 ** 40].map(sizeOf)).toEqual([1, 1, 1, 2, 3, 6])
    expect([2 ** 48, 0.5].map(sizeOf)).toEqual([9, 9])
  })

  it('write where they are told to, into the same memory each time', () => {
    const buffer = new StateBuffer()
    const save = (fill: number): Uint8Array =>
      new StateWriter('TEST', 3, buffer).bytes(new Uint8Array(5_000).fill(fill)).finish()
    const first = save(1)
    const alone = new StateWriter('TEST', 3).bytes(new Uint8Array(5_000).fill(1)).finish()
    expect(first).toStrictEqual(alone)
    const second = save(2)
    expect(second.buffer).toBe(first.buffer)
    expect(new StateReader(second, 'TEST', 3).bytes()[0]).toBe(2)
    expect(alone.buffer.byteLength).toBe(alone.length)
  })

  it('write a part of a longer run', () => {
    const writer = new StateWriter('TEST', 3).numbers(Int32Array.of(1, 2, 3, 4), 1, 3)
    expect([...new StateReader(writer.finish(), 'TEST', 3).numbers()]).toEqual([2, 3])
  })

  it('give back a column of a ring in order, bit for bit, wherever the ring begins', () => {
    const whole = fc.integer({ min: -(2 ** 28), max: 2 ** 28 })
    const odd = fc.constantFrom(NaN, -0, 0, Infinity, 2 ** 53, -(2 ** 48), 2 ** 27, -(2 ** 27), 0.5)
    const ring = fc.array(fc.oneof(whole, odd, fc.double()), { minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(ring, fc.nat(), fc.nat(), (values, from, count) => {
        const at = from % values.length
        const held = count % (values.length + 1)
        const writer = new StateWriter('TEST', 3).column(Float64Array.from(values), at, held)
        const reader = new StateReader(writer.finish(), 'TEST', 3)
        const out = new Float64Array(values.length)
        reader.column(out, held)
        reader.end()
        const inOrder = [...values.slice(at), ...values.slice(0, at)]
        expect([...out.subarray(0, held)]).toStrictEqual(inOrder.slice(0, held))
      }),
    )
  })

  it('give back columns of every width', () => {
    const columns = [
      Float64Array.of(1e15, 1e15 + 40_000, -1e300),
      Int32Array.of(2 ** 31 - 1, -(2 ** 31), 0),
      Int8Array.of(-128, 127, 0),
      Uint8Array.of(0, 255, 1),
    ]
    const writer = new StateWriter('TEST', 3)
    for (const column of columns) writer.column(column, 1, 3)
    const reader = new StateReader(writer.finish(), 'TEST', 3)
    for (const column of columns) {
      const out = column.slice().fill(7)
      reader.column(out, 3)
      expect([...out]).toStrictEqual([column[1], column[2], column[0]])
    }
    reader.end()
  })

  it('keep their layout: state saved by this version can be read by the next', () => {
    const writer = new StateWriter('TEST', 3).number(687.42).bigint(-2n).boolean(true).string('ES')
    const bytes = [
      '534c564c 54534554 03000000 22000000', // magic, kind, version, length
      '8fc2f5285c7b8540 feffffffffffffff 000000000000f03f 0000000000000040 4553',
      '04a9193a a618465e 08a9a64e a1ab7662', // checksum
    ]
    const hex = Array.from(writer.finish(), (byte) => byte.toString(16).padStart(2, '0')).join('')
    expect(hex).toBe(bytes.join('').replaceAll(' ', ''))
  })

  it('give equal bytes for equal state', () => {
    fc.assert(
      fc.property(fc.array(anyItem, { maxLength: 5 }), (items) => {
        expect(stateOf(items)).toStrictEqual(stateOf(items))
      }),
    )
  })

  it('read from the middle of a larger buffer', () => {
    const larger = new Uint8Array(sample.length + 20).fill(7)
    larger.set(sample, 5)
    const reader = new StateReader(larger.subarray(5, 5 + sample.length), 'TEST', 3)
    expect(reader.number()).toBe(687.42)
  })

  it('hand out copies, which later changes of the source do not reach', () => {
    const state = stateOf([{ type: 'bytes', value: Uint8Array.of(1, 2, 3) }])
    const bytes = new StateReader(state, 'TEST', 3).bytes()
    state.fill(0)
    expect([...bytes]).toEqual([1, 2, 3])
  })
})

describe('StateReader refuses', () => {
  const open = (bytes: Uint8Array): StateReader => new StateReader(bytes, 'TEST', 3)

  it('every flip of a single bit', () => {
    for (let at = 0; at < sample.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const damaged = Uint8Array.from(sample)
        damaged[at] = (damaged[at] ?? 0) ^ (1 << bit)
        expect(() => open(damaged), `byte ${at} bit ${bit}`).toThrow(StateCodecError)
      }
    }
  })

  it('a change of any byte of a state that is long', () => {
    const long = stateOf([
      { type: 'words', value: Int32Array.from({ length: 3_000 }, (_, i) => i) },
    ])
    for (let at = 0; at < long.length; at++) {
      long[at] = (long[at] ?? 0) ^ 0x80
      expect(() => open(long), `byte ${at}`).toThrow(StateCodecError)
      long[at] = (long[at] ?? 0) ^ 0x80
    }
    expect(open(long).words()).toHaveLength(3_000)
  })

  it('words in another order, and the same bit of two words changed', () => {
    const value = Int32Array.from({ length: 64 }, (_, i) => i)
    const state = stateOf([{ type: 'words', value }])
    const first = state.length - 16 - 4 * value.length
    for (let one = 0; one < 64; one++) {
      for (let other = one + 1; other < 64; other++) {
        const [a, b] = [first + 4 * one, first + 4 * other]
        const swapped = Uint8Array.from(state)
        swapped.copyWithin(a, b, b + 4)
        swapped.set(state.subarray(a, a + 4), b)
        expect(() => open(swapped)).toThrow(/checksum/)
        const flipped = Uint8Array.from(state)
        flipped[a + 3] = (flipped[a + 3] ?? 0) ^ 0x80
        flipped[b + 3] = (flipped[b + 3] ?? 0) ^ 0x80
        expect(() => open(flipped)).toThrow(/checksum/)
      }
    }
  })

  it('every truncation and every extension', () => {
    for (let length = 0; length < sample.length; length++) {
      expect(() => open(sample.subarray(0, length)), `${length} bytes`).toThrow(StateCodecError)
    }
    for (let extra = 1; extra <= 16; extra++) {
      const extended = new Uint8Array(sample.length + extra)
      extended.set(sample)
      expect(() => open(extended), `${extra} more`).toThrow(StateCodecError)
    }
  })

  it('any other change of bytes, up to the strength of 64 bits', () => {
    const at = fc.nat({ max: sample.length - 1 })
    const edits = fc.array(fc.tuple(at, fc.integer({ min: 0, max: 255 })), { minLength: 1 })
    fc.assert(
      fc.property(edits, (changes) => {
        const damaged = Uint8Array.from(sample)
        for (const [index, byte] of changes) damaged[index] = byte
        fc.pre(damaged.some((byte, i) => byte !== sample[i]))
        expect(() => open(damaged)).toThrow(StateCodecError)
      }),
      { numRuns: 2_000 },
    )
  })

  it('another kind, another version, and what is no state at all', () => {
    expect(() => new StateReader(sample, 'TAPE', 3)).toThrow(
      'expected the saved state of "TAPE", was another kind',
    )
    expect(() => new StateReader(sample, 'TEST', 4)).toThrow('expected version 4 of "TEST", was 3')
    expect(() => open(new Uint8Array(64))).toThrow(
      'expected saved Levels state, was something else',
    )
    expect(() => open(new Uint8Array(3))).toThrow(
      'expected at least 32 bytes of saved state, was 3',
    )
  })

  it('a kind that is not four ASCII characters', () => {
    for (const kind of ['', 'ABC', 'ABCDE', 'ABCÄ', 'AB\nC']) {
      expect(() => new StateWriter(kind, 1)).toThrow(StateCodecError)
    }
  })

  it('reading past the end, or leaving something unread', () => {
    const reader = open(stateOf([{ type: 'number', value: 1 }]))
    expect(() => {
      reader.end()
    }).toThrow('expected the end of saved state, 8 bytes left')
    reader.number()
    reader.end()
    expect(() => reader.number()).toThrow('expected more saved state, was its end')
  })

  it('a column that is longer than what it is read into', () => {
    const state = new StateWriter('TEST', 3).column(Int32Array.of(1, 2, 3), 0, 3).finish()
    expect(() => open(state).column(new Int32Array(2), 3)).toThrow(
      'expected at most 2 saved numbers, was 3',
    )
    expect(() => open(state).column(new Int32Array(9), NaN)).toThrow(StateCodecError)
    expect(() => open(state).column(new Int32Array(9), 9)).toThrow('was its end')
  })

  it('a length that cannot be one', () => {
    for (const count of [-1, 0.5, NaN, 1e18, 3]) {
      const state = stateOf([
        { type: 'number', value: count },
        { type: 'number', value: 0 },
      ])
      expect(() => open(state).numbers()).toThrow(StateCodecError)
    }
  })
})
