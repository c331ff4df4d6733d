import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

// The page's own files lie in src/page, which is published too: the same path from src and dist.
const STYLE = new URL('../src/page/report.css', import.meta.url)

/** Modules of the page, each after those it imports: they become one script. */
const MODULES = [
  new URL('../src/page/colours.js', import.meta.url),
  new URL('../src/page/figures.js', import.meta.url),
  new URL('../src/page/legend.js', import.meta.url),
  new URL('../src/page/marks.js', import.meta.url),
  new URL('../src/page/plots.js', import.meta.url),
  new URL('../src/page/tables.js', import.meta.url),
]

let style: string | undefined
let script: string | undefined

/** What the style element of a report holds. */
export function pageStyle(): string {
  style ??= inElement(`${libraryText('uplot/dist/uPlot.min.css')}\n${textOf(STYLE)}`)
  return style
}

/** What the script element of a report holds: the plotting library under its licence, and our own. */
export function pageScript(): string {
  script ??= inElement(
    [
      `/*\n${libraryText('uplot/LICENSE').trim()}\n*/`,
      libraryText('uplot/dist/uPlot.iife.min.js'),
      '(() => {',
      "'use strict'",
      ...MODULES.map((url) => withoutModules(textOf(url))),
      '})()',
    ].join('\n'),
  )
  return script
}

/** A module's text as part of one script: all of them share its scope, and the library's. */
function withoutModules(text: string): string {
  return text.replace(/^import .*$\n/gm, '').replace(/^export /gm, '')
}

function textOf(url: URL): string {
  return readFileSync(url, 'utf8')
}

function libraryText(path: string): string {
  return readFileSync(createRequire(import.meta.url).resolve(path), 'utf8')
}

/** @throws Error when the text would end the element it stands in */
function inElement(text: string): string {
  const found = /<\/(?:script|style)|<!--/i.exec(text)
  if (found !== null) throw new Error(`Invariant: assets hold no tag, was ${found[0]}`)
  return text.replaceAll('\r\n', '\n')
}
