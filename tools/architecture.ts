// Writes the picture and the table in docs/architecture.md from the project graph, so that they
// cannot drift from it. With --check it writes nothing and fails where they have.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createProjectGraphAsync } from '@nx/devkit'
import { format, resolveConfig } from 'prettier'
import { type Part, render, replaceGenerated } from './architecture-picture.ts'
import { type Member, members, owners, repositoryRoot } from './repository.ts'

const path = join(repositoryRoot, 'docs/architecture.md')
const present = readFileSync(path, 'utf8')
const wanted = await format(replaceGenerated(present, render(await readParts())), {
  ...(await resolveConfig(path)),
  parser: 'markdown',
})
if (present === wanted) {
  console.log('docs/architecture.md shows the project graph as it is')
} else if (process.argv.includes('--check')) {
  console.error('docs/architecture.md differs from the project graph: npm run architecture')
  process.exitCode = 1
} else {
  writeFileSync(path, wanted)
  console.log('docs/architecture.md rewritten')
}

/** The parts of the workspace with the dependencies Nx finds in manifests and imports. */
async function readParts(): Promise<Part[]> {
  const graph = await createProjectGraphAsync({ exitOnError: false })
  const all = members()
  const owner = owners()
  const names = new Set(all.map(nameOf))
  return all.map((member) => ({
    name: nameOf(member),
    layer: member.layer,
    description: member.manifest.description ?? '',
    owner: owner.get(member.folder) ?? 'nobody',
    dependencies: [
      ...new Set((graph.dependencies[nameOf(member)] ?? []).map(({ target }) => target)),
    ]
      .filter((target) => names.has(target))
      .sort(),
  }))
}

function nameOf(member: Member): string {
  return member.manifest.name
}
