// The boundary rules are silent when they do not run: without a project graph Nx skips its rule and
// ESLint still exits 0. So each rule is shown here to fire, with the configuration and the graph
// that "npm run lint" uses. The text is linted as if a real source file held it.
import { createProjectGraphAsync } from '@nx/devkit'
import { ESLint } from 'eslint'
import { beforeAll, describe, expect, it } from 'vitest'
import { repositoryRoot } from '../repository.ts'

const boundaries = '@nx/enforce-module-boundaries'
const imports = 'no-restricted-imports'
const source = {
  kernel: 'packages/kernel/src/index.ts',
  contract: 'packages/contracts/src/index.ts',
  state: 'packages/market-state/src/index.ts',
  engine: 'packages/barrier/src/index.ts',
  service: 'packages/level-signals/src/index.ts',
  adapter: 'packages/feed/src/index.ts',
  sim: 'packages/sim/src/index.ts',
  app: 'apps/replayer/src/main.ts',
  tools: 'tools/bench.ts',
}
type Layer = keyof typeof source

/** What is tried in a file of a layer, and the rule that says no; null where it is allowed. */
type Probe = readonly [layer: Layer, code: string, rule: string | null]

const importing = (layer: Layer, specifier: string, rule: string | null): Probe => [
  layer,
  `export * from '${specifier}'`,
  rule,
]

const pure: readonly Layer[] = ['kernel', 'state', 'engine', 'service']
const outside = ['zod', '@nats-io/transport-node', 'node:fs', 'fs', 'hyparquet']

const groups: Record<string, readonly Probe[]> = {
  'a package may not know what its layer forbids': [
    importing('engine', '@levels/tape', boundaries),
    importing('engine', '@levels/level-signals', boundaries),
    importing('engine', '@levels/dbn', boundaries),
    importing('contract', '@levels/kernel', boundaries),
    importing('kernel', '@levels/contracts', boundaries),
    importing('state', '@levels/barrier', boundaries),
    importing('service', '@levels/feed', boundaries),
    importing('adapter', '@levels/market-state', boundaries),
    importing('adapter', '@levels/barrier', boundaries),
    importing('engine', '../../tape/src/index.ts', boundaries),
    importing('kernel', '@levels/tools', boundaries),
  ],
  'nothing knows an app': (Object.keys(source) as Layer[]).map((layer) =>
    importing(layer, layer === 'app' ? '@levels/signal-service' : '@levels/replayer', boundaries),
  ),
  'what computes takes nothing from outside': [
    ...pure.flatMap((layer) => outside.map((specifier) => importing(layer, specifier, imports))),
    ...outside
      .filter((specifier) => specifier !== 'zod')
      .map((specifier) => importing('contract', specifier, imports)),
    // Its root brings zod with it.
    importing('engine', '@levels/contracts', imports),
    ['engine', 'export const now = Date.now()', 'no-restricted-globals'],
    ['engine', 'export const settings = process.env', 'no-restricted-globals'],
    ['engine', 'export const chance = Math.random()', 'no-restricted-properties'],
    ['engine', "export const later = import('@levels/kernel')", 'no-restricted-syntax'],
  ],
  'what a layer may know passes': [
    importing('contract', 'zod', null),
    importing('contract', './metrics.ts', null),
    importing('state', '@levels/kernel', null),
    importing('engine', '@levels/market-state', null),
    importing('engine', '@levels/contracts/metrics', null),
    importing('service', '@levels/barrier', null),
    importing('service', '@levels/contracts', null),
    importing('adapter', '@levels/dbn', null),
    importing('adapter', 'node:fs', null),
    importing('adapter', 'hyparquet', null),
    importing('sim', '@levels/dbn', null),
    importing('sim', 'node:fs', null),
    importing('app', '@levels/feed', null),
    importing('app', 'commander', null),
    importing('tools', '@levels/barrier', null),
  ],
}

const watched = [
  ...[boundaries, imports, 'no-restricted-globals', 'no-restricted-syntax'],
  'no-restricted-properties',
]
/** The watched rules that each probe breaks. */
const broken = new Map<Probe, readonly string[]>()

beforeAll(async () => {
  await createProjectGraphAsync({ exitOnError: true })
  const eslint = new ESLint({ cwd: repositoryRoot })
  // One text a layer, with a probe a line: a linter with types takes its time for each text.
  for (const layer of Object.keys(source) as Layer[]) {
    const probes = Object.values(groups)
      .flat()
      .filter(([of]) => of === layer)
    const text = probes.map(([, code]) => `${code}\n`).join('')
    const [result] = await eslint.lintText(text, { filePath: source[layer] })
    const messages = result?.messages ?? []
    expect(messages.filter(({ fatal }) => fatal)).toEqual([])
    probes.forEach((probe, index) => {
      const rules = messages
        .filter(({ line }) => line === index + 1)
        .map(({ ruleId }) => ruleId ?? '')
      broken.set(
        probe,
        rules.filter((rule) => watched.includes(rule)),
      )
    })
  }
})

describe.each(Object.entries(groups))('%s', (_, probes) => {
  it.each(probes.map((probe) => ({ layer: probe[0], code: probe[1], probe })))(
    '$layer: $code',
    ({ probe }) => {
      const [, , rule] = probe
      if (rule === null) expect(broken.get(probe)).toEqual([])
      else expect(broken.get(probe)).toContain(rule)
    },
  )
})
