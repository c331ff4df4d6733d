import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

/** Seconds from a snap's being offered to a client to its having left for the client's connection. */
const DELIVERY_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5]
const SEEK_BUCKETS_S = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5]

/** Everything the gateway counts, in a registry of its own. */
export function createMetrics() {
  const registry = new Registry()
  const counter = (name: string, help: string) =>
    new Counter({ name: `levels_gateway_${name}`, help, registers: [registry] })
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `levels_gateway_${name}`, help, registers: [registry] })
  const labelled = <L extends string>(name: string, help: string, label: L) =>
    new Counter({
      name: `levels_gateway_${name}`,
      help,
      labelNames: [label] as const,
      registers: [registry],
    })
  const histogram = (name: string, help: string, buckets: number[]) =>
    new Histogram({ name: `levels_gateway_${name}`, help, buckets, registers: [registry] })
  collectDefaultMetrics({ register: registry })
  return {
    registry,
    clients: gauge('clients', 'Clients connected'),
    connections: counter('connections_total', 'Clients that were let in'),
    refusals: labelled('refusals_total', 'Requests and clients refused', 'reason'),
    badMessages: counter('bad_messages_total', 'Client messages that are none of the protocol'),
    excessMessages: counter('excess_messages_total', 'Client messages beyond the rate'),
    snaps: labelled('snaps_total', 'Snaps from the bus, by what became of them', 'outcome'),
    statuses: labelled('statuses_total', 'Statuses from the bus', 'outcome'),
    serialisations: counter('serialisations_total', 'Snap messages built, each for many clients'),
    framesSent: counter('frames_sent_total', 'Messages sent to clients'),
    bytesSent: counter('bytes_sent_total', 'Bytes of messages sent to clients'),
    superseded: counter('superseded_total', 'Messages a slow client did not get, for a newer one'),
    historySnaps: gauge('history_snaps', 'Snaps held in memory'),
    historyEntries: gauge('history_entries', 'Levels of all snaps held in memory'),
    historyDropped: gauge('history_dropped_snaps', 'Snaps of the session no longer held'),
    historyUnkept: gauge('history_unkept_entries', 'Levels of snaps not kept, being too many'),
    pendingDropped: counter('pending_dropped_total', 'Live snaps dropped while catching up'),
    linkConnected: gauge('bus_connected', '1 while the bus is connected'),
    catchUps: labelled('catch_ups_total', 'Times the stream was read, by outcome', 'outcome'),
    delivery: histogram(
      'delivery_seconds',
      'Offer to socket write of a snap, s',
      DELIVERY_BUCKETS_S,
    ),
    seek: histogram('seek_seconds', 'Reading a snap of a run, s', SEEK_BUCKETS_S),
  }
}

export type Metrics = ReturnType<typeof createMetrics>
