import { nuid } from '@nats-io/transport-node'
import type { ServiceIdentity, Subscription } from './bus.ts'
import { BusError } from './errors.ts'
import type { NatsLink } from './nats-link.ts'
import { NatsSubscriptions } from './nats-subscription.ts'

const VERBS = ['PING', 'INFO', 'STATS'] as const
type Verb = (typeof VERBS)[number]

/**
 * Answers `$SRV.PING`, `INFO` and `STATS`, of all services, of those of this name, and of this one,
 * as ADR-32 of NATS says: what the standard command line shows under `nats micro`.
 * @throws BusError `INVALID_ARGUMENT`, `PERMISSION_DENIED`, `DISCONNECTED`
 */
export async function answerDiscovery(
  link: NatsLink,
  identity: ServiceIdentity,
): Promise<Subscription> {
  checkIdentity(identity)
  const id = nuid.next()
  const started = new Date().toISOString()
  const { name, version, description } = identity
  const common = { name, id, version, metadata: { ...identity.metadata } }
  const answers: Record<Verb, object> = {
    PING: { type: 'io.nats.micro.v1.ping_response', ...common },
    INFO: { type: 'io.nats.micro.v1.info_response', ...common, description, endpoints: [] },
    STATS: { type: 'io.nats.micro.v1.stats_response', ...common, started, endpoints: [] },
  }
  const texts = new Map<string, string>()
  for (const verb of VERBS) {
    const text = JSON.stringify(answers[verb])
    for (const subject of [`$SRV.${verb}`, `$SRV.${verb}.${name}`, `$SRV.${verb}.${name}.${id}`]) {
      texts.set(subject, text)
    }
  }
  return new NatsSubscriptions(link, [...texts.keys()]).start((message) => {
    message.respond(texts.get(message.subject))
  })
}

/** @throws BusError `INVALID_ARGUMENT` */
export function checkIdentity(identity: ServiceIdentity): void {
  if (!/^[A-Za-z0-9_-]+$/.test(identity.name)) {
    const was = JSON.stringify(identity.name)
    throw new BusError(
      'INVALID_ARGUMENT',
      `expected a service's name of A-Z a-z 0-9 _ -, was ${was}`,
    )
  }
  if (!/^\d+\.\d+\.\d+([-+].*)?$/.test(identity.version)) {
    const was = JSON.stringify(identity.version)
    throw new BusError('INVALID_ARGUMENT', `expected a semantic version, was ${was}`)
  }
}
