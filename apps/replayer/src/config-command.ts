import { styleText } from 'node:util'
import { levelsParameters, type LevelsConfig, type NamedParameter } from '@levels/level-signals'
import { ExitCode } from './exit-code.ts'
import type { Terminal } from './run-command.ts'
import { readSettings } from './settings.ts'

const MEANING_WIDTH = 76

/** `replayer config`: every parameter, as text for people or as JSON that `--config` takes. */
export function configCommand(
  options: {
    readonly json?: boolean
    readonly config?: string
    readonly set?: readonly string[]
  },
  terminal: Terminal,
): ExitCode {
  const config = readSettings(options)
  terminal.out.write(
    options.json === true ? `${JSON.stringify(config, null, 2)}\n` : configText(config),
  )
  return ExitCode.Done
}

function configText(config: LevelsConfig): string {
  const values: Readonly<Record<string, Readonly<Record<string, unknown>>>> = { ...config }
  const lines: string[] = []
  let lastSection = ''
  for (const parameter of levelsParameters) {
    const [section = '', key = ''] = parameter.name.split('.')
    if (section !== lastSection) lines.push('', styleText('bold', section))
    lastSection = section
    lines.push(...parameterLines(parameter, values[section]?.[key]))
  }
  return `${lines.slice(1).join('\n')}\n\n${FOOTER}\n`
}

const FOOTER = [
  'Set one with --set name=value, several with --config FILE (JSON; see config --json).',
  'Names in parentheses are those of the interface document; --set understands them too.',
].join('\n')

function parameterLines({ name, spec }: NamedParameter, value: unknown): string[] {
  const unit = spec.unit === '' ? '' : ` ${spec.unit}`
  const isDefault = JSON.stringify(value) === JSON.stringify(spec.default)
  const set = isDefault ? '' : styleText('yellow', `  now ${JSON.stringify(value)}${unit}`)
  const core = spec.coreName === undefined ? '' : styleText('dim', `  (${spec.coreName})`)
  return [
    `  ${name} = ${JSON.stringify(spec.default)}${unit}${core}${set}`,
    ...wrap(spec.meaning, MEANING_WIDTH).map((line) => styleText('dim', `      ${line}`)),
  ]
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = ''
    }
    line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
