/** What goes over `/ws`: types, limits and a reader. Free of Node, for browsers too. */
export { CloseCode, ERROR_CODES, PROTOCOL_LIMITS, PROTOCOL_VERSION } from './messages.ts'
export { WEB_SOCKET_PATH } from './messages.ts'
export type {
  AuthCommand,
  BeatMessage,
  BusRefusals,
  ChallengeMessage,
  ClientMessage,
  ErrorCode,
  ErrorMessage,
  EventsMessage,
  HelloMessage,
  HistoryCommand,
  HistoryMessage,
  LevelHistory,
  LinkMessage,
  PauseCommand,
  PlayCommand,
  PlayerMessage,
  RunInfo,
  SeekCommand,
  ServerMessage,
  SignalEvent,
  SnapMessage,
  SpeedCommand,
  StatusMessage,
  StepCommand,
  SubscribeCommand,
} from './messages.ts'
export { decodeServerMessage } from './server-message.ts'
export type { ServerMessageResult } from './server-message.ts'
