export type {
  Bus,
  BusMessage,
  BusStatus,
  ConsumeOptions,
  Consumption,
  MessageHeaders,
  ObjectInfo,
  ObjectStore,
  PublishAck,
  ReadOptions,
  ServiceIdentity,
  StoredMessage,
  StreamReport,
  StreamState,
  LiveSubscription,
  Subscription,
} from './bus.ts'
export { BusError } from './errors.ts'
export type { BusErrorCode } from './errors.ts'
export {
  NATS_SECRETS_HELP,
  natsChoices,
  natsOptionsFrom,
  type Environment,
  type NatsChoice,
  type NatsChoices,
} from './nats-choices.ts'
export { connectNats } from './nats-bus.ts'
export { isSecretItself } from './nats-options.ts'
export type { NatsCredentials, NatsOptions, NatsTls } from './nats-options.ts'
export { InProcessBus } from './in-process-bus.ts'
export type { InProcessOptions } from './in-process-bus.ts'
