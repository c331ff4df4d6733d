import { describe, expect, it } from 'vitest'
import { type Part, drawnDependencies, render, replaceGenerated } from '../architecture-picture.ts'

const part = (name: string, layer: Part['layer'], ...dependencies: string[]): Part => ({
  name: `@levels/${name}`,
  layer,
  description: `what ${name} is`,
  owner: '@levels/some-team',
  dependencies: dependencies.map((dependency) => `@levels/${dependency}`),
})
const parts = [
  part('kernel', 'kernel'),
  part('state', 'state', 'kernel'),
  part('engine', 'engine', 'kernel', 'state'),
]

describe('the picture', () => {
  it('leaves out a dependency that is also reached through another', () => {
    expect(drawnDependencies(parts)).toEqual([
      ['@levels/state', '@levels/kernel'],
      ['@levels/engine', '@levels/state'],
    ])
  })

  it('has a box for every part, and the table every dependency', () => {
    const generated = render(parts)
    expect(generated).toContain('  engine --> state')
    expect(generated).not.toContain('engine --> kernel')
    expect(generated).toContain('what engine is')
    expect(generated).toContain('| kernel, state |')
  })

  it('changes when the graph does, so that the check fails', () => {
    const document = replaceGenerated(markers('old'), render(parts))
    const withoutState = parts.map((one) => ({ ...one, dependencies: [] }))
    expect(replaceGenerated(document, render(parts))).toBe(document)
    expect(replaceGenerated(document, render(withoutState))).not.toBe(document)
  })

  it('keeps what is written around it', () => {
    const document = replaceGenerated(markers('old'), render(parts))
    expect(document.startsWith('before\n')).toBe(true)
    expect(document.endsWith('\nafter\n')).toBe(true)
    expect(document).not.toContain('old')
  })

  it('has nowhere to go in a document without its markers', () => {
    expect(() => replaceGenerated('# Architecture\n', render(parts))).toThrow(
      'expected the markers',
    )
  })
})

function markers(between: string): string {
  const [start = '', end = ''] = render([])
    .split('\n')
    .filter((line) => line.startsWith('<!--'))
  return `before\n${start}\n${between}\n${end}\nafter\n`
}
