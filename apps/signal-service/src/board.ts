import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Bus } from '@levels/bus'
import { createGateway, liveSource, type Gateway } from '@levels/gateway'
import { ConfigError } from '@levels/kernel'

/** Builds the board's page when it must, and prints its folder; beside this program. */
const PAGE_BUILDER = fileURLToPath(new URL('../../board/tools/build-page.ts', import.meta.url))

/**
 * Shows the board to this machine: its page, and what the service publishes on the bus.
 *
 * @param port 0: any that is free
 * @throws ConfigError where the board is not there, or its page does not build
 * @throws GatewayError where the port cannot be had
 */
export async function startBoard(bus: Bus, port: number): Promise<Gateway> {
  const pageDir = await builtPage()
  return createGateway({ source: liveSource(bus), pageDir, port })
}

function builtPage(): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  if (!existsSync(PAGE_BUILDER)) {
    reject(new ConfigError(`board.port: expected the board at ${PAGE_BUILDER}, was nothing`))
    return promise
  }
  const args = ['--conditions=@levels/source', PAGE_BUILDER]
  execFile(process.execPath, args, (error, stdout, stderr) => {
    if (error === null) resolve(stdout.trim())
    else reject(new ConfigError(`board.port: expected the page to build: ${stderr.trim()}`))
  })
  return promise
}
