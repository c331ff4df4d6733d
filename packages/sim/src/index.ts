export type { Agent, Desk, Fill, OptionOrder } from './agents/agent.ts'
export { DEMO, demoAgents } from './agents/demo-agents.ts'
export { ALL, playlist } from './agents/playlist.ts'
export { type Play, ScenarioAgent } from './agents/scenario-agent.ts'
export { isScenarioName, SCENARIO_NAMES, type ScenarioName } from './agents/scenarios.ts'
export type { Appetite } from './background/appetite.ts'
export { ES_EVENING } from './es-evening-profile.ts'
export type { BookChange, FuturesSink } from './exchange/book-change.ts'
export { Exchange, type ExchangeOptions } from './exchange/exchange.ts'
export { type FillListener, NO_ORDER } from './exchange/order-queues.ts'
export {
  DIFFICULTIES,
  type Difficulty,
  type Label,
  LABEL_SCHEMA,
  labelLine,
  type SweepLabel,
} from './label.ts'
export { type MarketOptions, MarketSimulator, type MarketSinks } from './market/market-simulator.ts'
export { type EquitySettings } from './market/equity-tape.ts'
export { type OptionSettings } from './market/option-tape.ts'
export {
  marketMessages,
  type MarketMessageBytes,
  type MessageOptions,
} from './output/market-messages.ts'
export {
  type GeneratedSession,
  type GenerateOptions,
  generateSession,
  marketOptions,
  type SessionOptions,
} from './output/session.ts'
export {
  checkProfile,
  type ExcitationKernel,
  type MarketProfile,
  type SizeHistogram,
} from './profile.ts'
export { Random } from './random.ts'
