// What a report costs. Run: node --conditions=@levels/source packages/report/bench/html-report.bench.ts
import { htmlReport, type Report } from '@levels/report'

const ROUNDS = 9
const POINTS = 20_000
const ROWS = 2_000

const xs = Array.from({ length: POINTS }, (_, at) => 1_773_151_200 + at)
const ys = xs.map((_, at) => 687 + Math.round(100 * Math.sin(at / 500)) / 100)
const report: Report = {
  title: 'A session',
  sections: [
    {
      title: 'Price',
      blocks: [
        {
          ...{ kind: 'plot', title: 'SPY', x: { label: 'New York', scale: 'time' } },
          ...{ y: { label: '$' }, series: [{ label: 'spot', xs, ys }] },
        },
      ],
    },
    {
      title: 'Levels',
      blocks: [
        {
          ...{ kind: 'table', columns: [{ title: 'level' }, { title: 'score', digits: 1 }] },
          rows: Array.from({ length: ROWS }, (_, at) => [`LEVEL_${at}`, at / 7]),
        },
      ],
    },
  ],
}

function measure(work: () => string): { ms: number; bytes: number } {
  const start = performance.now()
  const bytes = work().length
  return { ms: performance.now() - start, bytes }
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? NaN
htmlReport(report) // reads the page's files
const rounds = Array.from({ length: ROUNDS }, () => ({
  json: measure(() => JSON.stringify(report)),
  html: measure(() => htmlReport(report)),
}))
const html = median(rounds.map((round) => round.html.ms))
const json = median(rounds.map((round) => round.json.ms))
console.log(`${POINTS} points, ${ROWS} rows: ${html.toFixed(1)} ms, ${rounds[0]?.html.bytes} bytes`)
console.log(`to JSON of the same input: ${(html / json).toFixed(1)}`)
