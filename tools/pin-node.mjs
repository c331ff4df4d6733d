// Runs after every install. The scripts run on the Node that package.json pins as a platform
// package; npm 10 installs it and then drops its link from node_modules/.bin when it cleans up
// after the other platforms. This puts the link back. Plain JavaScript: it runs on any Node.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

const { optionalDependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
const installed = Object.keys(optionalDependencies).filter((name) =>
  existsSync(`node_modules/${name}/package.json`),
)
const linked = existsSync('node_modules/.bin/node') || existsSync('node_modules/.bin/node.cmd')

if (installed.length === 0) {
  console.error(
    `No pinned Node for ${process.platform} ${process.arch} was installed; ` +
      `the scripts run on ${process.version} from the PATH.`,
  )
} else if (!linked) {
  const npm = process.env.npm_execpath
  const run = npm === undefined ? ['npm'] : [process.execPath, npm]
  const [command, ...args] = [...run, 'rebuild', '--ignore-scripts', ...installed]
  const { status } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  process.exitCode = status ?? 1
}
