import type { ParameterSpec } from '@levels/kernel'
import { levelsParameters, type LevelsConfig, type NamedParameter } from '@levels/level-signals'
import { ExitCode } from './exit-code.ts'
import { readSettings, type SettingOptions } from './settings.ts'
import { wrap } from './table.ts'
import type { Channel, Terminal } from './terminal.ts'

/** Name, value and unit stand left of this column, what they mean right of it. */
const INDENT = '      '
const MEANING_WIDTH = 74

/** `replayer config`: every parameter, as text for people or as JSON that `--config` takes. */
export function configCommand(
  options: SettingOptions & { readonly json?: boolean },
  { out }: Terminal,
): ExitCode {
  const config = readSettings(options)
  const isJson = options.json === true
  out.write(isJson ? `${JSON.stringify(config, null, 2)}\n` : configText(config, out))
  return ExitCode.Done
}

function configText(config: LevelsConfig, channel: Channel): string {
  const values: Readonly<Record<string, Readonly<Record<string, unknown>>>> = { ...config }
  const lines: string[] = []
  let lastSection = ''
  for (const parameter of levelsParameters) {
    const [section = '', key = ''] = parameter.name.split('.')
    if (section !== lastSection) lines.push('', channel.paint('bold', section))
    lastSection = section
    lines.push(...parameterLines(parameter, values[section]?.[key], channel))
  }
  return `${lines.slice(1).join('\n')}\n\n${FOOTER}\n`
}

const FOOTER = [
  'Each with its default, unit, its name in the interface document, and its range.',
  'Set one with --set name=value, by either name; several with --config FILE, a JSON file such as',
  'config --json prints. --set wins over the file, --hotzone over both.',
].join('\n')

function parameterLines(
  { name, spec }: NamedParameter,
  value: unknown,
  { columns, paint }: Channel,
): string[] {
  const unit = spec.unit === '' ? '' : ` ${spec.unit}`
  const isDefault = JSON.stringify(value) === JSON.stringify(spec.default)
  const now = isDefault ? '' : paint('yellow', `  now ${JSON.stringify(value)}${unit}`)
  const core = spec.coreName === undefined ? '' : paint('dim', `  (${spec.coreName})`)
  const meaning = `${spec.meaning[0]?.toUpperCase() ?? ''}${spec.meaning.slice(1)}`.replace(
    /\.$/,
    '',
  )
  const width = Math.min(MEANING_WIDTH, columns - INDENT.length)
  return [
    `  ${name} = ${JSON.stringify(spec.default)}${unit}${core}${now}`,
    ...wrap(`${meaning}${rangeText(spec)}.`, width).map((line) => paint('dim', `${INDENT}${line}`)),
  ]
}

/** What it may be: ` (0–100, whole or "session")`. No space inside a bound, so that it is not torn. */
function rangeText({ min, max, integer, words = [] }: ParameterSpec): string {
  const text = (bound: number): string => bound.toLocaleString('en-US')
  const numbers: string[] = []
  if (min !== undefined && max !== undefined) numbers.push(`${text(min)}–${text(max)}`)
  else if (min !== undefined) numbers.push(`≥\u00a0${text(min)}`)
  else if (max !== undefined) numbers.push(`≤\u00a0${text(max)}`)
  if (integer === true) numbers.push('whole')
  const choices = [numbers.join(', '), ...words.map((word) => `"${word}"`)].filter(Boolean)
  return choices.length === 0 ? '' : ` (${choices.join(' or ')})`
}
