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

let eslint: ESLint

beforeAll(async () => {
  await createProjectGraphAsync({ exitOnError: true })
  eslint = new ESLint({ cwd: repositoryRoot })
})

/** The boundary rules that a file of the layer breaks when it holds nothing but this text. */
async function rulesBroken(layer: Layer, text: string): Promise<string[]> {
  const [result] = await eslint.lintText(`${text}\n`, { filePath: source[layer] })
  expect(result?.messages.filter((message) => message.fatal)).toEqual([])
  const watched = [boundaries, imports, 'no-restricted-globals', 'no-restricted-syntax']
  return (result?.messages ?? [])
    .map((message) => message.ruleId ?? '')
    .filter((rule) => watched.includes(rule) || rule === 'no-restricted-properties')
}

const importOf = (specifier: string): string => `export * as probe from '${specifier}'`

describe('a package may not know what its layer forbids', () => {
  it.each<[Layer, string, string]>([
    ['engine', '@levels/tape', boundaries],
    ['engine', '@levels/level-signals', boundaries],
    ['engine', '@levels/dbn', boundaries],
    ['contract', '@levels/kernel', boundaries],
    ['kernel', '@levels/contracts', boundaries],
    ['state', '@levels/barrier', boundaries],
    ['service', '@levels/feed', boundaries],
    ['adapter', '@levels/market-state', boundaries],
    ['adapter', '@levels/barrier', boundaries],
    ['engine', '../../tape/src/index.ts', boundaries],
    ['kernel', '@levels/tools', boundaries],
  ])('%s importing %s', async (layer, specifier, rule) => {
    expect(await rulesBroken(layer, importOf(specifier))).toContain(rule)
  })
})

describe('nothing knows an app', () => {
  it.each<Layer>(Object.keys(source) as Layer[])('%s importing an app', async (layer) => {
    const other = layer === 'app' ? '@levels/signal-service' : '@levels/replayer'
    expect(await rulesBroken(layer, importOf(other))).toContain(boundaries)
  })
})

describe('what computes takes nothing from outside', () => {
  const pure: Layer[] = ['kernel', 'state', 'engine', 'service']
  const outside = ['zod', '@nats-io/transport-node', 'node:fs', 'fs', 'hyparquet']
  it.each(pure.flatMap((layer) => outside.map((specifier): [Layer, string] => [layer, specifier])))(
    '%s importing %s',
    async (layer, specifier) => {
      expect(await rulesBroken(layer, importOf(specifier))).toContain(imports)
    },
  )

  it.each(['node:fs', 'fs', '@nats-io/transport-node', 'hyparquet'])(
    'contract importing %s',
    async (specifier) => {
      expect(await rulesBroken('contract', importOf(specifier))).toContain(imports)
    },
  )

  it('an engine importing the root of contracts, which brings zod with it', async () => {
    expect(await rulesBroken('engine', importOf('@levels/contracts'))).toContain(imports)
  })

  it.each<[string, string]>([
    ['export const probe = Date.now()', 'no-restricted-globals'],
    ['export const probe = process.env', 'no-restricted-globals'],
    ['export const probe = Math.random()', 'no-restricted-properties'],
    ["export const probe = import('@levels/kernel')", 'no-restricted-syntax'],
  ])('an engine saying %s', async (text, rule) => {
    expect(await rulesBroken('engine', text)).toContain(rule)
  })
})

describe('what a layer may know passes', () => {
  it.each<[Layer, string]>([
    ['contract', 'zod'],
    ['contract', './metrics.ts'],
    ['state', '@levels/kernel'],
    ['engine', '@levels/market-state'],
    ['engine', '@levels/contracts/metrics'],
    ['service', '@levels/barrier'],
    ['service', '@levels/contracts'],
    ['adapter', '@levels/dbn'],
    ['adapter', 'node:fs'],
    ['adapter', 'hyparquet'],
    ['sim', '@levels/dbn'],
    ['sim', 'node:fs'],
    ['app', '@levels/feed'],
    ['app', 'commander'],
    ['tools', '@levels/barrier'],
  ])('%s importing %s', async (layer, specifier) => {
    expect(await rulesBroken(layer, importOf(specifier))).toEqual([])
  })
})
