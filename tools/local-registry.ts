// An npm registry of one's own on the loopback interface, empty, with no other registry behind it.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { repositoryRoot } from './repository.ts'

export interface LocalRegistry {
  /** Environment in which npm uses this registry and no setting of the machine. */
  readonly npmEnvironment: Readonly<Record<string, string>>
  stop(): Promise<void>
}

/**
 * Starts a registry that keeps its data in the folder.
 * @throws Error when it does not answer within half a minute.
 */
export async function startRegistry(folder: string): Promise<LocalRegistry> {
  const port = await freePort()
  const address = `127.0.0.1:${port}`
  const config = join(folder, 'verdaccio.json')
  const npmrc = join(folder, 'npmrc')
  writeFileSync(config, JSON.stringify(configuration(folder)))
  writeFileSync(npmrc, `registry=http://${address}/\n//${address}/:_authToken=anyone\n`)
  const program = join(repositoryRoot, 'node_modules/verdaccio/bin/verdaccio')
  const child = spawn(process.execPath, [program, '--config', config, '--listen', address], {
    cwd: folder,
    stdio: 'ignore',
  })
  await answers(`http://${address}/-/ping`, child)
  return {
    npmEnvironment: {
      npm_config_userconfig: npmrc,
      npm_config_globalconfig: join(folder, 'no-global-npmrc'),
      npm_config_cache: join(folder, 'npm-cache'),
      npm_config_ignore_scripts: 'true',
      npm_config_audit: 'false',
      npm_config_fund: 'false',
      npm_config_update_notifier: 'false',
    },
    stop: () => stop(child),
  }
}

/** Verdaccio reads YAML, of which JSON is a part. */
function configuration(folder: string): object {
  return {
    storage: join(folder, 'storage'),
    web: { enable: false },
    uplinks: {},
    packages: { '**': { access: '$all', publish: '$all' } },
    max_body_size: '100mb',
    log: { type: 'stdout', format: 'pretty', level: 'fatal' },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('expected a port, was none')
  return address.port
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`the registry ended with ${child.exitCode}`)
    const answer = await fetch(url).catch(() => null)
    if (answer?.ok === true) return
    await delay(100)
  }
  await stop(child)
  throw new Error('the registry did not answer within 30 s')
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill()
  await ended
}
