import { SessionClock } from '@levels/calendar'
import { openSources, replay, replayEpoch } from '@levels/feed'
import { fileChunks } from '/work/main/packages/feed/src/file-chunks.ts'
const path = process.argv[2]
const N = Number(process.argv[3])
let consumed = 0
const cpu = async (name, f) => { for (let i=0;i<Number(process.env.R ?? 4);i++){ const w = performance.now(); const s = process.cpuUsage(); await f(); const {user,system} = process.cpuUsage(s); console.log(name, 'user', Math.round(user*1000/N), 'sys', Math.round(system*1000/N), 'wall', Math.round((performance.now()-w)*1e6/N)) } }
if (process.argv[4] !== 'r') await cpu('chunks', async () => { for await (const c of fileChunks(path)) consumed += c[0] ?? 0 })
await cpu('replay', async () => {
  const sources = await openSources([path]); const epochNs = replayEpoch(sources)
  await replay({ sources, epochNs, hours: new SessionClock(epochNs), latenessNs: Number(process.argv[5] ?? 5e8), consumer: { onEvent(e) { consumed += e.kind }, onBoundary() { consumed++ } } })
})
console.log(consumed)
