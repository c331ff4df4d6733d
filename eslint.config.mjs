import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path/posix'
import js from '@eslint/js'
import nx from '@nx/eslint-plugin'
import jsoncParser from 'jsonc-eslint-parser'
import tseslint from 'typescript-eslint'

/** Layers, lowest first. A package states its own as the tag `type:<layer>` in its package.json. */
const layers = ['contract', 'kernel', 'state', 'engine', 'service', 'adapter', 'sim']
const types = (...names) => names.map((name) => `type:${name}`)

/** Who may know whom. Nothing may know an app: no list names one. */
const depConstraints = [
  { sourceTag: 'type:contract', onlyDependOnLibsWithTags: types('contract') },
  { sourceTag: 'type:kernel', onlyDependOnLibsWithTags: types('kernel') },
  { sourceTag: 'type:state', onlyDependOnLibsWithTags: types('contract', 'kernel') },
  { sourceTag: 'type:engine', onlyDependOnLibsWithTags: types('contract', 'kernel', 'state') },
  {
    sourceTag: 'type:service',
    onlyDependOnLibsWithTags: types('contract', 'kernel', 'state', 'engine'),
  },
  { sourceTag: 'type:adapter', onlyDependOnLibsWithTags: types('contract', 'kernel', 'adapter') },
  { sourceTag: 'type:sim', onlyDependOnLibsWithTags: types(...layers) },
  { sourceTag: 'type:app', onlyDependOnLibsWithTags: types(...layers) },
  { sourceTag: 'type:tools', onlyDependOnLibsWithTags: types(...layers) },
]

/** The source files of every package of the layers named, read from the tags the packages carry. */
function sourcesOf(...names) {
  return readdirSync(join(import.meta.dirname, 'packages'), { withFileTypes: true })
    .map((entry) => join('packages', entry.name))
    .filter((folder) => types(...names).some((tag) => tagsOf(folder).includes(tag)))
    .map((folder) => `${folder}/src/**/*.{ts,mts,cts,js,mjs,cjs}`)
}
function tagsOf(folder) {
  const path = join(import.meta.dirname, folder, 'package.json')
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')).nx?.tags ?? []) : []
}

const outside = {
  regex: '^(?!\\.{1,2}/|@levels/)',
  message: 'This package uses nothing from outside the workspace.',
}
const contractsRoot = {
  regex: '^@levels/contracts$',
  message: 'Import from @levels/contracts/metrics, which is free of zod.',
}
const restrictImports = (...patterns) => ({ 'no-restricted-imports': ['error', { patterns }] })

const determinism = {
  'no-restricted-globals': [
    'error',
    ...['Date', 'Intl', 'performance', 'process', 'console', 'fetch', 'crypto', 'Buffer'],
    ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'globalThis'],
  ],
  'no-restricted-properties': [
    'error',
    { object: 'Math', property: 'random', message: 'The same events must give the same bytes.' },
  ],
}
const noDynamicImport = {
  'no-restricted-syntax': [
    'error',
    { selector: 'ImportExpression', message: 'Import statically: boundaries are checked there.' },
  ],
}

export default [
  { ignores: ['**/dist', '**/out-tsc', '**/coverage', '**/fixtures', '.nx', 'runs'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: ['**/*.{ts,tsx}'] })),
  {
    files: ['**/*.{ts,tsx}'],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/restrict-plus-operands': 'error',
      // "return refuse(…)" leaves a function as clearly as two statements do.
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      eqeqeq: 'error',
      'no-control-regex': 'off',
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: { console: 'readonly', process: 'readonly' } },
  },
  {
    files: ['**/*.{ts,tsx}', '**/*.mjs'],
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: true,
          banTransitiveDependencies: true,
          // Tests and benches may come in by the front door of their own package.
          allowCircularSelfDependency: true,
          allow: [
            '^.*/vitest\\.(?:base|pure)\\.ts$',
            '^.*/test/fuzz-target\\.ts$',
            '^.*/tools/(?:nats-server|chromium)\\.ts$',
          ],
          depConstraints,
        },
      ],
    },
  },
  {
    files: ['{packages,apps}/*/{src,page}/**/*.{ts,tsx}', 'tools/*.ts'],
    rules: {
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': ['error', { max: 60 }],
    },
  },
  // The layers that compute: the same input gives the same output on any machine, so nothing comes
  // in from outside.
  {
    files: sourcesOf('kernel', 'state', 'engine', 'service'),
    rules: { ...restrictImports(outside), ...determinism, ...noDynamicImport },
  },
  {
    files: sourcesOf('engine'),
    rules: restrictImports(outside, contractsRoot),
  },
  {
    files: sourcesOf('contract'),
    rules: {
      ...restrictImports({
        regex: '^(?!\\.{1,2}/|@levels/|zod$|zod/)',
        message: 'Contracts run in Node and in browsers and know only zod.',
      }),
      ...noDynamicImport,
    },
  },
  {
    files: ['{packages,apps}/*/{test,bench,tools}/**/*.ts', 'tools/test/**/*.ts'],
    rules: {
      // Tests say what is there by construction; a wrong "!" fails the test that says it.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
      // What matchers such as expect.any() and JSON.parse() give is any by their types.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      'no-regex-spaces': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
    },
  },
  {
    // Coefficients stand as they were published, with more digits than a double keeps.
    files: ['packages/greeks/**/*.ts'],
    rules: { 'no-loss-of-precision': 'off' },
  },
  {
    files: ['{packages,apps}/*/package.json'],
    languageOptions: { parser: jsoncParser },
    plugins: { '@nx': nx },
    rules: {
      '@nx/dependency-checks': [
        'error',
        {
          ignoredFiles: [
            '{projectRoot}/vitest.config.ts',
            '{projectRoot}/{test,bench,tools}/**/*.ts',
            '{projectRoot}/src/testing/**/*.ts',
          ],
        },
      ],
    },
  },
]
