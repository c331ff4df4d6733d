import type { z } from 'zod'
import { futuresTradeSchema } from './futures-trade.ts'
import { levelSignalsReadSchema } from './level-signals-schema.ts'
import { mbp10Schema } from './mbp10.ts'
import { optionTradeSchema } from './option-trade.ts'
import { rejectSchema } from './reject.ts'
import { serviceStatusSchema } from './service-status.ts'
import { stockQuoteSchema } from './stock-quote.ts'
import { stockTradeSchema } from './stock-trade.ts'
import type { SchemaId } from './subjects.ts'
import { Subject } from './subjects.ts'

/** One version of one message: what its schema file and the AsyncAPI document are made from. */
export interface MessageDefinition {
  readonly name: string
  readonly subject: Subject
  /** What `Levels-Schema` says. */
  readonly schemaId: SchemaId
  readonly summary: string
  /** `in`: Levels reads it; `out`: Levels publishes it. */
  readonly direction: 'in' | 'out'
  /** What a reader accepts: fields it does not know are ignored. */
  readonly schema: z.ZodObject
}

/** Every message on the bus, in every version that is spoken. */
export const MESSAGES: readonly MessageDefinition[] = [
  {
    name: 'StockTrade',
    subject: Subject.StockTrades,
    schemaId: `${Subject.StockTrades}.v1`,
    summary: 'A trade of the equity',
    direction: 'in',
    schema: stockTradeSchema,
  },
  {
    name: 'StockQuote',
    subject: Subject.StockQuotes,
    schemaId: `${Subject.StockQuotes}.v1`,
    summary: 'The national best bid and offer of the equity',
    direction: 'in',
    schema: stockQuoteSchema,
  },
  {
    name: 'OptionTrade',
    subject: Subject.OptionTrades,
    schemaId: `${Subject.OptionTrades}.v1`,
    summary: 'A trade of an option on the equity',
    direction: 'in',
    schema: optionTradeSchema,
  },
  {
    name: 'FuturesTrade',
    subject: Subject.FuturesTrades,
    schemaId: `${Subject.FuturesTrades}.v1`,
    summary: 'A trade of the future',
    direction: 'in',
    schema: futuresTradeSchema,
  },
  {
    name: 'Mbp10',
    subject: Subject.FuturesMbp10,
    schemaId: `${Subject.FuturesMbp10}.v1`,
    summary: 'The top ten levels a side of the future, after an update',
    direction: 'in',
    schema: mbp10Schema,
  },
  {
    name: 'LevelSignals',
    subject: Subject.LevelSignals,
    schemaId: `${Subject.LevelSignals}.v1`,
    summary: 'One snap: every level near spot, and whether it will break',
    direction: 'out',
    schema: levelSignalsReadSchema,
  },
  {
    name: 'Reject',
    subject: Subject.Rejects,
    schemaId: `${Subject.Rejects}.v1`,
    summary: 'A message that was refused, and why',
    direction: 'out',
    schema: rejectSchema,
  },
  {
    name: 'ServiceStatus',
    subject: Subject.Status,
    schemaId: `${Subject.Status}.v1`,
    summary: 'How the service is, once a second and on every change of state',
    direction: 'out',
    schema: serviceStatusSchema,
  },
]
