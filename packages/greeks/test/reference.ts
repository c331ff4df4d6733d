import { readFileSync } from 'node:fs'
import type { GreeksCase, ImpliedCase, NormalCase } from '../tools/reference-cases.ts'

export interface Reference {
  readonly normal: readonly NormalCase[]
  readonly greeks: readonly GreeksCase[]
  readonly implied: readonly ImpliedCase[]
}

/** Results to 30 digits, made by `tools/generate-reference.ts`. */
export const reference = JSON.parse(
  readFileSync(new URL('../fixtures/reference.json', import.meta.url), 'utf8'),
) as Reference

/** How far a double is from 30 digits, relative to them. */
export function relativeError(value: number, expected: string): number {
  const exact = Number(expected)
  return value === exact ? 0 : Math.abs(value - exact) / Math.abs(exact)
}
