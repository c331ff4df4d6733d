import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { htmlReport, type Block, type Report } from '../src/index.ts'

const HOSTILE = '</script><script>alert(1)</script><img src=x onerror=alert(2)>"\'&<!--\u2028'

function reportOf(...blocks: Block[]): Report {
  return { title: 'A report', sections: [{ title: 'One', blocks }] }
}

/** A block of every kind that shows a text in every place there is. */
function everywhere(text: string): Report {
  const series = [{ label: text, xs: [1, 2], ys: [3, null] }]
  const axis = { label: text }
  return {
    title: text,
    subtitle: text,
    footer: text,
    sections: [1, 2, 3, 4].map((at) => ({
      title: text,
      isFolded: at === 1,
      blocks:
        at > 1
          ? []
          : [
              { kind: 'text', text, tone: 'warning' },
              {
                kind: 'figures',
                figures: [{ label: text, value: text, note: text, tone: 'good' }],
              },
              {
                kind: 'table',
                title: text,
                note: text,
                isSortable: true,
                columns: [{ title: text }, { title: text }],
                rows: [[text, { text, tone: 'bad', sortBy: 1 }]],
              },
              {
                ...{ kind: 'heat-map', title: text, note: text, rowTitle: text, columnTitle: text },
                ...{ rows: [text], columns: [text], values: [[1]] },
              },
              { kind: 'confusion-matrix', title: text, note: text, labels: [text], counts: [[1]] },
              {
                ...{ kind: 'plot', title: text, note: text, x: axis, y: axis, series, group: text },
                markers: [{ x: 1, y: 2, label: text, shape: 'up' }],
                strokes: [{ y: 1, fromX: 1, toX: 2, value: 5, label: text }],
                strokeScale: { label: text, range: [0, 1], ends: [text, text] },
              },
              {
                ...{ kind: 'histogram-pair', title: text, x: axis, edges: [0, 1, 2] },
                pair: [
                  { label: text, counts: [1, 2] },
                  { label: text, counts: [2, 1] },
                ],
              },
            ],
    })),
  }
}

/** Names of all elements and attributes, as a browser would see them, and how often a tag begins. */
function markup(html: string): string {
  const head = html.slice(0, html.indexOf('<style>'))
  const body = html.slice(
    html.indexOf('</style>'),
    html.indexOf('<script type="application/json" id="plot-data">'),
  )
  const withoutScripts = head + body
  return [...withoutScripts.matchAll(/<(!?[a-z/][^\s>]*)((?:\s+[a-z-]+(?:="[^"]*")?)*)\s*>/gi)]
    .map(([, name, attributes = '']) => [
      name,
      ...[...attributes.matchAll(/([a-z-]+)="[^"]*"/g)].map(([, one]) => `@${one ?? ''}`),
    ])
    .flat()
    .concat(String(withoutScripts.split('<').length))
    .join(' ')
}

describe('a report', () => {
  it('is the same bytes for the same input', () => {
    expect(htmlReport(everywhere('x'))).toBe(htmlReport(everywhere('x')))
  })

  it('shows hostile text as text: the markup is that of harmless text', () => {
    const harmless = markup(htmlReport(everywhere('harmless')))
    expect(markup(htmlReport(everywhere(HOSTILE))) === harmless).toBe(true)
  })

  it('has the markup of harmless text whatever the text is', () => {
    const harmless = markup(htmlReport(everywhere('x')))
    const text = fc.string({ unit: 'binary', minLength: 1 }).filter((one) => one.trim() !== '')
    fc.assert(
      fc.property(text, (one) => {
        const html = htmlReport(everywhere(`x${one}`.replace(/\n\s*\n/g, '\n')))
        expect(markup(html) === harmless).toBe(true)
        expect(html.isWellFormed()).toBe(true)
      }),
      { numRuns: process.env.LEVELS_NIGHTLY === undefined ? 12 : 300 },
    )
  })

  it('carries the plots as JSON that reads back as it was', () => {
    const html = htmlReport(everywhere(HOSTILE))
    const json = /<script type="application\/json" id="plot-data">(.*?)<\/script>/s.exec(html)?.[1]
    const plots = JSON.parse(json ?? '') as { title: string; series: { label: string }[] }[]
    expect(plots.map(({ title }) => title)).toEqual([HOSTILE, HOSTILE])
    expect(plots[0]?.series[0]?.label).toBe(HOSTILE)
  })

  it('asks no network: its policy allows only its own style and script, by their hashes', () => {
    const html = htmlReport(reportOf())
    expect(html).toMatch(
      /content="default-src &#39;none&#39;; style-src &#39;sha256-[^ ]+&#39;; script-src &#39;sha256-[^ ]+&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;"/,
    )
    expect(markup(htmlReport(everywhere('x')))).not.toMatch(/link|iframe|img|@(src|style|on)/)
  })

  it('lists its sections once there are four', () => {
    const sections = ['a', 'b', 'c', 'd'].map((title) => ({ title, blocks: [] }))
    expect(htmlReport({ title: 't', sections: sections.slice(1) })).not.toContain('<nav')
    expect(htmlReport({ title: 't', sections })).toContain('<a href="#section-4">d</a>')
  })
})

describe('a table', () => {
  it('rounds by its column, parts thousands and shows the unknown as a dash', () => {
    const html = htmlReport(
      reportOf({
        ...{ kind: 'table', columns: [{ title: 'a', digits: 2 }, { title: 'b' }] },
        rows: [
          [1234567.891, -0.5],
          [null, 1e-9],
          [-0.001, 3],
        ],
      }),
    )
    expect(html).toContain('<td class="right" data-sort="1234567.891">1,234,567.89</td>')
    expect(html).toContain('<td class="right" data-sort="-0.5">−0.5</td>')
    expect(html).toContain(
      '<td class="right">–</td><td class="right" data-sort="1e-9">1.00e-9</td>',
    )
    expect(html).toContain('data-sort="-0.001">0.00</td>')
  })

  it('refuses a row that is not as long as its header', () => {
    const table: Block = { kind: 'table', columns: [{ title: 'a' }], rows: [['x'], ['y', 'z']] }
    expect(() => htmlReport(reportOf(table))).toThrow('row 1: expected 1 cells')
  })
})

describe('a confusion matrix', () => {
  it('shows recall on the diagonal, counts beside, and precision below', () => {
    const html = htmlReport(
      reportOf({
        ...{ kind: 'confusion-matrix', title: 'm', labels: ['A', 'B'] },
        counts: [
          [3, 1],
          [1, 5],
        ],
      }),
    )
    expect(html).toContain('<td class="heat-8 hit"><b>75.0\u202f%</b><small>3</small></td>')
    expect(html).toContain(
      '<th scope="row">precision</th><td class="margin">75.0\u202f%</td><td class="margin">83.3\u202f%</td>',
    )
  })

  it('refuses counts that are not square', () => {
    const matrix: Block = {
      ...{ kind: 'confusion-matrix', title: 'm', labels: ['A', 'B'] },
      counts: [[1, 2]],
    }
    expect(() => htmlReport(reportOf(matrix))).toThrow('counts: expected 2 × 2')
  })
})

describe('a plot', () => {
  const axes = { x: { label: 'x' }, y: { label: 'y' } }

  it('has its numbers beside it as a table, thinned out evenly when there are many', () => {
    const xs = Array.from({ length: 1_000 }, (_, at) => at)
    const series = [{ label: 's', xs, ys: xs }]
    const html = htmlReport(reportOf({ kind: 'plot', title: 'p', ...axes, series }))
    expect(html).toContain('60 of 1,000, evenly spaced.')
    expect(html).toContain('data-sort="0">0</td>')
    expect(html).toContain('data-sort="999">999</td>')
  })

  it('joins series over different values in one table', () => {
    const series = [
      { label: 'a', xs: [1, 3], ys: [10, 30] },
      { label: 'b', xs: [2, 3], ys: [20, 33] },
    ]
    const html = htmlReport(reportOf({ kind: 'plot', title: 'p', ...axes, series }))
    const cells = [...html.matchAll(/<td class="right"[^>]*>([^<]*)<\/td>/g)].map(
      ([, text]) => text,
    )
    expect(cells).toEqual(['1', '10', '–', '2', '–', '20', '3', '30', '33'])
  })

  it('tells times on the clock of their zone', () => {
    const series = [{ label: 's', xs: [1_773_151_200, 1_783_691_200], ys: [1, 2] }]
    const x = { label: 'time', scale: 'time' } as const
    const html = htmlReport(reportOf({ kind: 'plot', title: 'p', x, y: axes.y, series }))
    expect(html).toContain('2026-03-10 10:00:00') // summer time began two days before
    expect(html).toContain('2026-07-10 09:46:40')
  })

  it('draws what is not finite as a gap', () => {
    const series = [{ label: 's', xs: [1, 2], ys: [NaN, Infinity] }]
    const html = htmlReport(reportOf({ kind: 'plot', title: 'p', ...axes, series }))
    expect(html).toContain('"tables":[[[1,2],[null,null]]]')
  })

  it.each<[string, { xs: number[]; ys: number[] }, string]>([
    ['values missing', { xs: [1, 2], ys: [1] }, 's: expected 2 values, one for each x, was 1'],
    ['steps back', { xs: [2, 1], ys: [1, 1] }, 's: expected ascending finite xs, was 1 after 2'],
    ['no number', { xs: [NaN], ys: [1] }, 's: expected ascending finite xs, was NaN'],
  ])('refuses a series with %s', (_, values, message) => {
    const series = [{ label: 's', ...values }]
    const plot: Block = { kind: 'plot', title: 'p', ...axes, series }
    expect(() => htmlReport(reportOf(plot))).toThrow(message)
  })

  it('refuses a band without its series', () => {
    const bands = [{ upper: 0, lower: 1 }]
    const series = [{ label: 's', xs: [1], ys: [1] }]
    const plot: Block = { kind: 'plot', title: 'p', ...axes, series, bands }
    expect(() => htmlReport(reportOf(plot))).toThrow('p: expected a band between two of 1 series')
  })

  it('refuses strokes without a scale', () => {
    const strokes = [{ y: 1, fromX: 0, toX: 1, value: 1, label: 'l' }]
    const plot: Block = { kind: 'plot', title: 'p', ...axes, series: [], strokes }
    expect(() => htmlReport(reportOf(plot))).toThrow('p: expected a strokeScale')
  })
})

describe('a pair of histograms', () => {
  it('compares shares, whatever the counts', () => {
    const html = htmlReport(
      reportOf({
        ...{ kind: 'histogram-pair', title: 'h', x: { label: 'x' }, edges: [0, 1, 2] },
        pair: [
          { label: 'few', counts: [1, 3] },
          { label: 'many', counts: [100, 300] },
        ],
      }),
    )
    expect(html).toContain('"tables":[[[0,1,2],[25,75,0],[25,75,0]]]')
  })

  it('refuses counts that do not fit the bins', () => {
    const histogram = { label: 'l', counts: [1] }
    const pair: Block = {
      ...{ kind: 'histogram-pair', title: 'h', x: { label: 'x' }, edges: [0, 1, 2] },
      pair: [histogram, histogram],
    }
    expect(() => htmlReport(reportOf(pair))).toThrow('l: expected 2 counts, one a bin, was 1')
  })
})
