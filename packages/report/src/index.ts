export { htmlReport } from './html-report.ts'
export type {
  Block,
  Cell,
  Column,
  ConfusionMatrix,
  Figure,
  Figures,
  HeatMap,
  Report,
  RichCell,
  Section,
  Table,
  TextBlock,
  Tone,
} from './report-model.ts'
export type {
  Axis,
  Band,
  Histogram,
  HistogramPair,
  Marker,
  Plot,
  Series,
  Stroke,
  StrokeScale,
} from './plot-model.ts'
