import { existsSync } from 'node:fs'
import { InvalidArgumentError, Option } from 'commander'

/** `--config FILE` */
export function configOption(): Option {
  return new Option(
    '--config <file>',
    'JSON file of parameters; config --json prints one',
  ).argParser(parsePath)
}

/** `--set NAME=VALUE`, as often as wanted. */
export function setOption(): Option {
  return new Option('--set <name=value>', 'one parameter; may be repeated').argParser(
    (pair: string, earlier: readonly string[] | undefined) => [...(earlier ?? []), pair],
  )
}

/** @throws InvalidArgumentError for no path at all, as of a variable that is not set */
export function parsePath(text: string): string {
  if (text !== '') return text
  throw new InvalidArgumentError('Expected a path, was "".')
}

/** @throws InvalidArgumentError when it is no number ≥ 0 */
export function parseSpeed(text: string): number {
  const speed = Number(text)
  if (text.trim() === '' || !Number.isFinite(speed) || speed < 0) {
    throw new InvalidArgumentError(`Expected a number ≥ 0, was "${text}".`)
  }
  return speed
}

/** @throws InvalidArgumentError when it is no place in a stream */
export function parseSequence(text: string): number {
  const sequence = Number(text)
  if (/^[0-9]+$/.test(text) && sequence >= 1 && Number.isSafeInteger(sequence)) return sequence
  throw new InvalidArgumentError(`Expected a sequence, 1 or more, was "${text}".`)
}

/** A price more. @throws InvalidArgumentError when it is none */
export function collectPrice(text: string, earlier: readonly number[] | undefined): number[] {
  const price = Number(text)
  if (text.trim() !== '' && Number.isFinite(price) && price > 0) return [...(earlier ?? []), price]
  const hint = existsSync(text) ? ' Files come before --hotzone.' : ''
  throw new InvalidArgumentError(`Expected a price > 0, was "${text}".${hint}`)
}
