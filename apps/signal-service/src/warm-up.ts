import type { LevelsConfig } from '@levels/level-signals'
import { marketMessages } from '@levels/sim'
import { LiveRunner } from './live-runner.ts'

/** Events of ES as a multiple of a quiet evening's ten a second: many payloads for few messages. */
const RATE = 2
const SEED = 1
/** Messages taken before payloads are made, as a turn of the service takes some. */
const TURN_MESSAGES = 16
/** Messages between two saved states, of which nothing is kept either. */
const SAVE_MESSAGES = 512

/**
 * Plays a simulated market through a runner of its own and throws away what comes of it.
 *
 * A payload is made four times a second, a state is saved twice a minute. What runs that seldom stays
 * slow for minutes, until the engine compiles it; after this it is compiled from the first on.
 *
 * @param seconds of event time; a second takes about a millisecond
 * @returns payloads made
 */
export async function warmUp(config: LevelsConfig, seconds: number): Promise<number> {
  let payloadCount = 0
  const runner = new LiveRunner({
    config,
    futuresSymbol: null,
    onSignals: () => {
      payloadCount++
    },
    onRefused: () => undefined,
  })
  let place = 0
  const messages = marketMessages({ seed: SEED, rate: RATE, speed: 0, durationS: seconds })
  for await (const { subject, data } of messages) {
    runner.take(subject, data, ++place)
    if (place % TURN_MESSAGES === 0) runner.advance(Infinity)
    if (place % SAVE_MESSAGES === 0) runner.save()
  }
  runner.advance(Infinity)
  return payloadCount
}
