import { generateSession } from '../output/session.ts'
import { type MarketCommandOptions, sessionOptions } from './market-settings.ts'
import { tableText, type Terminal } from './terminal.ts'

/** Options of `generate` as the command line gives them. */
export interface GenerateCommandOptions extends MarketCommandOptions {
  readonly hours: number
  readonly out: string
  readonly events: boolean
}

/** `sim generate`. */
export function generateCommand(options: GenerateCommandOptions, terminal: Terminal): number {
  const started = performance.now()
  const made = generateSession({
    ...sessionOptions(options),
    dir: options.out,
    durationS: options.hours * 3_600,
    withEvents: options.events,
    onProgress: (share) => {
      terminal.note(`${Math.floor(share * 100)} %`)
    },
  })
  terminal.note('')
  const seconds = (performance.now() - started) / 1_000
  const count = (value: number): string => value.toLocaleString('en-US')
  terminal.out(
    tableText([
      [
        made.depthPath,
        `${count(made.depthRecords)} records, ${count(made.tradeRecords)} of trades`,
      ],
      [made.equityPath, `${count(made.equityEvents)} events`],
      [made.labelsPath, `${count(made.labels)} labels`],
      ...(made.digest === null ? [] : [['SHA-256 of all events', made.digest]]),
    ]),
  )
  terminal.err(`${seconds.toFixed(1)} s\n`)
  return 0
}
