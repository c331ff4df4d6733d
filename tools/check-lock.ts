// Checks package-lock.json for what would break "npm ci" on another machine.
import { join } from 'node:path'
import { type Lock, lockFaults } from './lock-faults.ts'
import { members, readJson, repositoryRoot } from './repository.ts'

const lock = readJson(join(repositoryRoot, 'package-lock.json')) as { packages: Lock }
const folders = ['', 'tools', ...members().map((member) => member.folder)]
const manifests = Object.fromEntries(
  folders.map((folder) => [folder, readJson(join(repositoryRoot, folder, 'package.json'))]),
) as Lock
const faults = lockFaults(lock.packages, manifests)
for (const fault of faults) console.error(`package-lock.json: ${fault}`)
if (faults.length > 0) process.exitCode = 1
else console.log(`package-lock.json is sound: ${Object.keys(lock.packages).length} entries`)
