import type { HistogramPair, Plot } from './plot-model.ts'

/** A document of sections, from which {@link htmlReport} makes one file. */
export interface Report {
  readonly title: string
  /** One line under the title. */
  readonly subtitle?: string
  readonly sections: readonly Section[]
  /** Small, at the end: what made the file. */
  readonly footer?: string
}

/** A heading and what stands under it, in order. */
export interface Section {
  readonly title: string
  readonly blocks: readonly Block[]
  /** Closed until the reader opens it; printed open. */
  readonly isFolded?: boolean
}

/** What a section is made of. Every string in it is shown as text, never read as HTML. */
export type Block = TextBlock | Figures | Table | HeatMap | ConfusionMatrix | Plot | HistogramPair

/** Paragraphs, parted by blank lines. */
export interface TextBlock {
  readonly kind: 'text'
  readonly text: string
  readonly tone?: 'plain' | 'note' | 'warning'
}

/** A row of key figures. */
export interface Figures {
  readonly kind: 'figures'
  readonly figures: readonly Figure[]
}

/** One number that matters, already as text, with its unit. */
export interface Figure {
  readonly label: string
  readonly value: string
  /** What it is to be compared with, or what it is made of. */
  readonly note?: string
  readonly tone?: Tone
}

/** Said by a sign and a word beside the colour. */
export type Tone = 'good' | 'bad' | 'muted'

/** Rows under titled columns. */
export interface Table {
  readonly kind: 'table'
  readonly title?: string
  readonly note?: string
  readonly columns: readonly Column[]
  /** Each as long as `columns`. */
  readonly rows: readonly (readonly Cell[])[]
  /** Headers become buttons that sort by their column. */
  readonly isSortable?: boolean
}

/** A column of a table. */
export interface Column {
  readonly title: string
  /** Decimals of its numbers; without it as many as a number has, six at most. */
  readonly digits?: number
  /** Default: numbers to the right, text to the left, by the first row that has any. */
  readonly align?: 'left' | 'right'
}

/** A table's cell; null is unknown and shown as a dash. */
export type Cell = string | number | null | RichCell

/** A cell that says more than its text. */
export interface RichCell {
  readonly text: string
  /** What sorting goes by; default: the text. */
  readonly sortBy?: number
  readonly tone?: Tone
}

/** Numbers over two lists of names, coloured by size. It is a table: colour only helps. */
export interface HeatMap {
  readonly kind: 'heat-map'
  readonly title: string
  readonly note?: string
  /** What rows and columns are. */
  readonly rowTitle: string
  readonly columnTitle: string
  readonly rows: readonly string[]
  readonly columns: readonly string[]
  /** By row, then column; null is unknown. */
  readonly values: readonly (readonly (number | null)[])[]
  readonly digits?: number
  /** Values of the palest and the strongest colour; default: 0 (or the least) and the greatest. */
  readonly range?: readonly [number, number]
}

/** How often what was true (rows) was taken for what (columns). */
export interface ConfusionMatrix {
  readonly kind: 'confusion-matrix'
  readonly title: string
  readonly note?: string
  readonly labels: readonly string[]
  /** By the truth, then by what was detected. Integers ≥ 0. */
  readonly counts: readonly (readonly number[])[]
}
