import { z } from 'zod'
import type { DecodeResult, Refusal } from './errors.ts'
import { ContractError } from './errors.ts'
import { NS_KEYS, parseExactJson } from './exact-json.ts'
import { withoutNegativeZero } from './negative-zero.ts'
import { refusalOf } from './refusal-text.ts'

/** `ts_event_ns` → `tsEventNs`. */
export type CamelCase<S extends string> = S extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : S

/** What a wire schema is in memory: camelCase names, and null for an optional field left out. */
export type Memory<S> =
  S extends z.ZodObject<infer Shape>
    ? { readonly [K in keyof Shape & string as CamelCase<K>]: Memory<Shape[K]> }
    : S extends z.ZodArray<infer Element>
      ? readonly Memory<Element>[]
      : S extends z.ZodOptional<infer Inner>
        ? Memory<Inner> | null
        : S extends z.ZodNullable<infer Inner>
          ? Memory<Inner> | null
          : S extends z.ZodDefault<infer Inner>
            ? Memory<Inner>
            : S extends z.ZodType
              ? Readonly<z.output<S>>
              : never

/** A rule between fields: null when it holds. It sees the memory form and names wire paths. */
export type Rule<T> = (value: T) => Refusal | null

/** Text ↔ memory for one message. */
export interface MessageCodec<T> {
  /**
   * Never throws for bad input.
   *
   * @param isTerse see `DecodeOptions`
   */
  readonly decode: (
    payload: string | Uint8Array,
    rule?: Rule<T>,
    isTerse?: boolean,
  ) => DecodeResult<T>
  /** @throws ContractError when the value is not what the schema says */
  readonly encode: (value: T, rule?: Rule<T>) => string
}

/** Makes the codec that a schema describes. Fields come out in the schema's order. */
export function messageCodec<S extends z.ZodObject>(schema: S): MessageCodec<Memory<S>> {
  type T = Memory<S>
  const renaming = renamingOf(schema)
  const isStamped = NS_KEYS.every((key) => key in schema.shape)
  const check = checkerOf(schema)

  function decode(payload: string | Uint8Array, rule?: Rule<T>, isTerse = false): DecodeResult<T> {
    const parsed = parseExactJson(payload)
    if (!parsed.ok) return parsed
    const checked = check(parsed.value, isTerse)
    if (!checked.ok) return checked
    const value = renaming.toMemory(checked.value) as T
    const reject = rule?.(value) ?? null
    return reject === null ? { ok: true, value } : { ok: false, reject }
  }

  function encode(value: T, rule?: Rule<T>): string {
    const checked = check(renaming.toWire(value))
    if (!checked.ok) throw new ContractError(checked.reject)
    const reject = rule?.(value) ?? null
    if (reject !== null) throw new ContractError(reject)
    return isStamped ? stampedText(checked.value) : JSON.stringify(checked.value)
  }

  return { decode, encode }
}

/** What a terse refusal says. */
const WRONG_SHAPE = { ok: false, reject: { code: 'SCHEMA', message: '', path: null } } as const

/**
 * Makes the function that checks a wire object. zod's generated code takes a twentieth of the time
 * of its interpreter, which it falls back to for faults and where code may not be generated; it is
 * generated at the first use, so that importing costs nothing.
 */
export function checkerOf<S extends z.ZodObject>(
  schema: S,
): (value: unknown, isTerse?: boolean) => DecodeResult<z.output<S>> {
  let compiled: S | null = null
  return (value, isTerse = false) => {
    compiled ??= z.compile(schema)
    if (isTerse && !z.validate(compiled, value)) return WRONG_SHAPE
    const checked = z.safeParse(compiled, value, { reportInput: true })
    return checked.success
      ? { ok: true, value: checked.data }
      : { ok: false, reject: refusalOf(checked.error) }
  }
}

/** `JSON.stringify` cannot write a `bigint`, so the two stamps that open each event go before it. */
function stampedText(wire: Record<string, unknown>): string {
  const { ts_event_ns: event, ts_recv_ns: recv, ...rest } = wire
  return `{"ts_event_ns":${String(event)},"ts_recv_ns":${String(recv)},${JSON.stringify(rest).slice(1)}`
}

/** How the values of a schema get their other names. */
interface Renaming {
  readonly toMemory: (wire: unknown) => unknown
  readonly toWire: (memory: unknown) => unknown
}

/** Values that are called the same in both. */
const AS_IS: Renaming = { toMemory: sameValue, toWire: (memory) => memory }

function sameValue(value: unknown): unknown {
  return typeof value === 'number' ? withoutNegativeZero(value) : value
}

function renamingOf(schema: z.core.$ZodType): Renaming {
  if (schema instanceof z.ZodObject) return renamingOfObject(schema)
  if (schema instanceof z.ZodArray) return renamingOfArray(renamingOf(schema.element))
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    const inner = renamingOf(schema.unwrap())
    return {
      toMemory: (wire) => (wire === null || wire === undefined ? null : inner.toMemory(wire)),
      toWire: (memory) => (memory === null ? null : inner.toWire(memory)),
    }
  }
  return schema instanceof z.ZodDefault ? renamingOf(schema.unwrap()) : AS_IS
}

function renamingOfArray(element: Renaming): Renaming {
  return {
    toMemory: (wire) => (wire as unknown[]).map(element.toMemory),
    toWire: (memory) => (Array.isArray(memory) ? memory.map(element.toWire) : memory),
  }
}

function renamingOfObject(schema: z.ZodObject): Renaming {
  const shape: Readonly<Record<string, z.core.$ZodType>> = schema.shape
  const fields = Object.entries(shape).map(([wireName, field]) => {
    const renaming = renamingOf(field)
    return {
      wireName,
      name: camelCase(wireName),
      isOptional: field instanceof z.ZodOptional,
      renaming: renaming === AS_IS ? null : renaming, // most fields: spares them a call
    }
  })
  return {
    toMemory(wire) {
      const source = wire as Record<string, unknown>
      const target: Record<string, unknown> = {}
      for (const { name, wireName, renaming } of fields) {
        const value = source[wireName]
        target[name] = renaming === null ? sameValue(value) : renaming.toMemory(value)
      }
      return target
    },
    toWire(memory) {
      if (typeof memory !== 'object' || memory === null) return memory
      const source = memory as Record<string, unknown>
      const target: Record<string, unknown> = {}
      for (const { name, wireName, renaming, isOptional } of fields) {
        const value = source[name]
        if (isOptional && value === null) continue
        target[wireName] = renaming === null ? value : renaming.toWire(value)
      }
      return target
    },
  }
}

function camelCase(name: string): string {
  return name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())
}
