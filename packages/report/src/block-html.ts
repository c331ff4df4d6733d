import { escapeHtml } from './html-text.ts'
import { confusionMatrixHtml, heatMapHtml } from './heat-map-html.ts'
import { histogramPlot } from './histogram-plot.ts'
import type { PlotData } from './plot-data.ts'
import { plotHtml } from './plot-html.ts'
import type { Block, Figure, Figures, TextBlock, Tone } from './report-model.ts'
import { tableHtml } from './table-html.ts'

/** A block as HTML. Data of plots goes to `plots`, which the page's script reads. */
export function blockHtml(block: Block, plots: PlotData[]): string {
  switch (block.kind) {
    case 'text':
      return textHtml(block)
    case 'figures':
      return figuresHtml(block)
    case 'table':
      return tableHtml(block)
    case 'heat-map':
      return heatMapHtml(block)
    case 'confusion-matrix':
      return confusionMatrixHtml(block)
    case 'plot':
      return plotHtml(block, plots)
    case 'histogram-pair':
      return plotHtml(histogramPlot(block), plots)
  }
}

function textHtml({ text, tone = 'plain' }: TextBlock): string {
  const paragraphs = text.split(/\n\s*\n/).filter((paragraph) => paragraph.trim() !== '')
  const role = tone === 'warning' ? ' role="note" aria-label="Warning"' : ''
  const inner = paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`).join('')
  return `<div class="text ${tone}"${role}>${inner}</div>`
}

function figuresHtml({ figures }: Figures): string {
  return `<dl class="figures">${figures.map(figureHtml).join('')}</dl>`
}

const SIGNS: Readonly<Record<Tone, string>> = { good: '✓', bad: '✗', muted: '' }
const WORDS: Readonly<Record<Tone, string>> = { good: 'met', bad: 'missed', muted: '' }

function figureHtml({ label, value, note, tone }: Figure): string {
  const sign =
    tone === undefined || SIGNS[tone] === ''
      ? ''
      : ` <span class="sign" role="img" aria-label="${WORDS[tone]}">${SIGNS[tone]}</span>`
  const under = note === undefined ? '' : `<dd class="under">${escapeHtml(note)}</dd>`
  return `<div class="figure ${tone ?? ''}"><dt>${escapeHtml(label)}</dt><dd class="value">${escapeHtml(value)}${sign}</dd>${under}</div>`
}
