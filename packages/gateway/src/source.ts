import type { ClientOutlet, ClientView } from './client-view.ts'
import type { HelloMessage } from './messages.ts'
import type { Metrics } from './metrics.ts'

/** What a source says of itself in `hello`. */
export type SourceFacts = Pick<HelloMessage, 'mode' | 'instrument' | 'snapIntervalMs' | 'run'>

/** A source at work. */
export interface OpenSource {
  readonly facts: SourceFacts
  /** A client that may see something from now on. `hello` is the gateway's own. */
  connect(outlet: ClientOutlet): ClientView
  /** Resolves once nothing is read any more. What was handed in, such as a bus, stays open. */
  close(): Promise<void>
}

/** Where a gateway's snaps come from: `liveSource` or `replaySource`. */
export interface GatewaySource {
  /** @throws GatewayError when there is nothing to show */
  open(metrics: Metrics): Promise<OpenSource>
}
