// Runs the benches of all packages, one after the other, each in a plain Node process of its own.
// "npm run bench -- NAME…" runs those whose path contains one of the names.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'
import { repositoryRoot } from './repository.ts'

/** Every bench file, relative to the root: packages, then apps, then those of the whole. */
function benchFiles(): string[] {
  const folders = ['packages', 'apps']
    .flatMap((group) => readdirSync(join(repositoryRoot, group)).map((name) => `${group}/${name}`))
    .concat('tools')
  return folders.flatMap((folder) => {
    const path = join(repositoryRoot, folder, 'bench')
    if (!existsSync(path)) return []
    const names = readdirSync(path).filter((name) => name.endsWith('.bench.ts'))
    return names.sort().map((name) => `${folder}/bench/${name}`)
  })
}

function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor'
  const memoryGib = (totalmem() / 2 ** 30).toFixed(0)
  return [
    `machine: ${model}, ${availableParallelism()} cores, ${memoryGib} GiB, ${process.platform} ${process.arch}`,
    `node: ${process.version}, V8 ${process.versions.v8}`,
    `load before: ${(loadavg()[0] ?? 0).toFixed(2)} (a busy machine makes absolute numbers worthless)`,
  ].join('\n')
}

const wanted = process.argv.slice(2)
const files = benchFiles().filter(
  (file) => wanted.length === 0 || wanted.some((name) => file.includes(name)),
)
console.log(describeMachine())
if (files.length === 0) {
  console.error(`no bench matches ${wanted.join(', ') || 'anything'}; there are:`)
  console.error(benchFiles().join('\n'))
  process.exit(2)
}
const failed = files.filter((file) => {
  console.log(`\n── ${file}`)
  const flags = ['--conditions=@levels/source', '--expose-gc']
  const options = { cwd: repositoryRoot, stdio: 'inherit' } as const
  return spawnSync(process.execPath, [...flags, file], options).status !== 0
})
if (failed.length > 0) {
  console.error(`\nfailed: ${failed.join(', ')}`)
  process.exitCode = 1
}
