import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * A finished run's folder, as the replayer writes it, for tests of what reads one.
 *
 * @param lines payloads of `levels.signals`, as JSON
 * @param fields of the manifest, over the usual ones
 * @returns the folder
 */
export function writeRun(dir: string, lines: readonly string[], fields: object = {}): string {
  const text = lines.map((line) => `${line}\n`).join('')
  const times = lines.map((line) => (JSON.parse(line) as { ts: number }).ts)
  const manifest = {
    schema: 'levels.run.v1',
    run_id: '2026-03-10-0a1b2c3d',
    state: 'complete',
    reason: null,
    sources: [{ path: 'es.dbn', symbols: ['ESH6'] }],
    symbol: null,
    config: { levels: { snapIntervalMs: 250 } },
    snaps: lines.length,
    first_snap_ts: times[0] ?? null,
    last_snap_ts: times.at(-1) ?? null,
    digest: createHash('sha256').update(text).digest('hex'),
    ...fields,
  }
  mkdirSync(dir, { recursive: true })
  writeFileSync(join(dir, 'signals.ndjson'), text)
  writeFileSync(join(dir, 'manifest.json'), JSON.stringify(manifest))
  return dir
}
