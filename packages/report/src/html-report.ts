import { createHash } from 'node:crypto'
import { escapeHtml, jsonForScript } from './html-text.ts'
import { pageScript, pageStyle } from './page-assets.ts'
import type { PlotData } from './plot-data.ts'
import type { Report, Section } from './report-model.ts'
import { blockHtml } from './block-html.ts'

/** Sections from which a list of contents helps. */
const CONTENTS_MIN = 4

/**
 * One HTML file with everything in it: opened from a disk it shows the report, light or dark, asks
 * no network for anything and can be printed. The same report gives the same bytes.
 *
 * @throws RangeError when rows, columns or values do not fit each other, or a zone is unknown
 */
export function htmlReport(report: Report): string {
  const plots: PlotData[] = []
  const sections = report.sections.map((section, index) => sectionHtml(section, index, plots))
  const style = pageStyle()
  const script = pageScript()
  const policy = [
    "default-src 'none'",
    `style-src ${sourceHash(style)}`,
    `script-src ${sourceHash(script)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(report.title)}</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#content">To the content</a>
<header>
<h1>${escapeHtml(report.title)}</h1>
${report.subtitle === undefined ? '' : `<p class="subtitle">${escapeHtml(report.subtitle)}</p>\n`}${contentsHtml(report)}</header>
<main id="content">
${plots.length > 0 ? NO_SCRIPT : ''}${sections.join('\n')}
</main>
${report.footer === undefined ? '' : `<footer>${escapeHtml(report.footer)}</footer>\n`}<script type="application/json" id="plot-data">${jsonForScript(plots)}</script>
<script>${script}</script>
</body>
</html>
`
}

const NO_SCRIPT =
  '<noscript><p class="text note">The plots are drawn by a script, which does not run here. Their numbers are in the tables beside them.</p></noscript>\n'

function contentsHtml({ sections }: Report): string {
  if (sections.length < CONTENTS_MIN) return ''
  const items = sections.map(
    ({ title }, index) => `<li><a href="#${sectionId(index)}">${escapeHtml(title)}</a></li>`,
  )
  return `<nav aria-label="Contents"><ul>${items.join('')}</ul></nav>\n`
}

function sectionHtml(section: Section, index: number, plots: PlotData[]): string {
  const id = sectionId(index)
  const title = escapeHtml(section.title)
  const body = section.blocks.map((block) => blockHtml(block, plots)).join('\n')
  if (section.isFolded === true) {
    return `<section id="${id}"><details class="fold"><summary><h2>${title}</h2></summary>\n${body}\n</details></section>`
  }
  return `<section id="${id}"><h2>${title}</h2>\n${body}\n</section>`
}

const sectionId = (index: number): string => `section-${index + 1}`

/** What a content security policy names an inline style or script by. */
function sourceHash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}
