// Writes fixtures/reference.json: inputs as doubles, results to 30 digits from
// 900-digit arithmetic. Run: node --conditions=@levels/source packages/greeks/tools/generate-reference.ts
import { writeFileSync } from 'node:fs'
import { impliedCases, greeksCases, normalCases } from './reference-cases.ts'

const fixture = { normal: normalCases(), greeks: greeksCases(), implied: impliedCases() }
const lines = Object.entries(fixture).map(([name, cases]) => {
  return `  "${name}": [\n${cases.map((row) => `    ${JSON.stringify(row)}`).join(',\n')}\n  ]`
})
const file = new URL('../fixtures/reference.json', import.meta.url)
writeFileSync(file, `{\n${lines.join(',\n')}\n}\n`)
for (const [name, cases] of Object.entries(fixture)) console.log(`${name}: ${cases.length} cases`)
