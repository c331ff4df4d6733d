import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { cleanEnvironment, npmCli } from '../processes.ts'
import { repositoryRoot } from '../repository.ts'

const LIVE = '"state":"LIVE"'

it.skipIf(process.platform === 'win32')(
  'a service that npm started stops in order when npm is told to stop',
  async () => {
    const args = [npmCli(), 'run', 'service', '--', '--embedded', '--http-port', '0']
    const npm = spawn(process.execPath, args, { cwd: repositoryRoot, env: cleanEnvironment() })
    const closed = once(npm, 'close') // once the service, too, has let go of its output
    let out = ''
    npm.stdout.setEncoding('utf8').on('data', (text: string) => {
      const wasLive = out.includes(LIVE)
      out += text
      if (!wasLive && out.includes(LIVE)) npm.kill('SIGTERM')
    })
    await closed
    expect(out).toContain('"msg":"stopped"')
  },
)
