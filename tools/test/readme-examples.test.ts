import { describe, expect, it } from 'vitest'
import { importedPackages, readExample, readReadme, runFromSources } from '../readme-examples.ts'
import { members, publishedPackages } from '../repository.ts'

describe('every README', () => {
  it.each(members().map((member) => member.folder))('%s has one', (folder) => {
    expect(readReadme(folder)).toMatch(/^# /)
  })

  it.each(publishedPackages().map((member) => member.folder))(
    '%s prints what its example says',
    (folder) => {
      const { code, printed } = readExample(readReadme(folder))
      expect(runFromSources(folder, code)).toBe(printed)
    },
  )

  it.each(publishedPackages().map((member) => member.folder))(
    '%s shows an example of at most 15 lines that needs nothing but published packages',
    (folder) => {
      const { code } = readExample(readReadme(folder))
      expect(code.trimEnd().split('\n').length).toBeLessThanOrEqual(15)
      for (const name of importedPackages(code)) expect(name).toMatch(/^@levels\//)
    },
  )
})

describe('an example', () => {
  const fence = (language: string, body: string): string => `\`\`\`${language}\n${body}\n\`\`\`\n`

  it('is the first ts fence and the text fence after it', () => {
    const readme = `# x\n${fence('text', 'no')}${fence('ts', 'a()')}words\n${fence('text', '1')}`
    expect(readExample(readme)).toEqual({ code: 'a()\n', printed: '1\n' })
  })

  it('without what it prints is refused', () => {
    expect(() => readExample(`${fence('text', 'x')}${fence('ts', 'a()')}`)).toThrow('text fence')
  })

  it('that fails is reported with its error', () => {
    expect(() => runFromSources('packages/kernel', 'throw new Error("broken example")')).toThrow(
      'broken example',
    )
  })

  it('sees the sources, not a build', () => {
    const code = "console.log(import.meta.resolve('@levels/kernel').endsWith('src/index.ts'))"
    expect(runFromSources('packages/kernel', code)).toBe('true\n')
  })
})
