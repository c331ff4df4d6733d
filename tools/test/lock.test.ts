import { describe, expect, it } from 'vitest'
import { lockFaults } from '../lock-faults.ts'

const root = { version: '0.0.0', dependencies: { a: '^1.0.0' } }
const lockOf = (more: object) => ({
  '': root,
  'node_modules/a': { version: '1.0.0' },
  ...more,
})

describe('a lockfile', () => {
  it('that holds what the manifests ask for is sound', () => {
    expect(lockFaults(lockOf({}), { '': root })).toEqual([])
  })

  it('lacking an optional dependency of a locked package is found', () => {
    const lock = lockOf({
      'node_modules/b': { version: '1.0.0', optionalDependencies: { c: '1' } },
    })
    expect(lockFaults(lock, { '': root })).toEqual([
      'node_modules/b names c, which the lockfile lacks',
    ])
  })

  it('holding an optional dependency inside the package that names it is sound', () => {
    const lock = lockOf({
      'node_modules/b': { version: '1.0.0', optionalDependencies: { c: '1' } },
      'node_modules/b/node_modules/c': { version: '1.0.0' },
    })
    expect(lockFaults(lock, { '': root })).toEqual([])
  })

  it('naming a registry is found', () => {
    const resolved = 'https://registry.example/a.tgz'
    const lock = lockOf({ 'node_modules/a': { version: '1.0.0', resolved } })
    expect(lockFaults(lock, { '': root })).toEqual([
      `node_modules/a is locked to the address ${resolved}`,
    ])
  })

  it('older than a manifest is found, whichever side lacks the package', () => {
    const member = { version: '0.1.0', dependencies: {} }
    const sentence = 'packages/x/package.json is not what the lockfile says: npm install'
    expect(lockFaults(lockOf({}), { '': root, 'packages/x': member })).toEqual([sentence])
    expect(lockFaults(lockOf({ 'packages/x': member }), { '': root })).toEqual([sentence])
    const newer = { ...member, version: '0.2.0' }
    expect(lockFaults(lockOf({ 'packages/x': member }), { '': root, 'packages/x': newer })).toEqual(
      [sentence],
    )
  })
})
