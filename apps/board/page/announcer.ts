import type { SignalEvent } from '@levels/gateway/protocol'
import { priceText, scoreText } from './text/format.ts'
import { idName } from './text/level-names.ts'

/** Said in one go; more would be over before it is heard. */
const SAID_MAX = 3

/** New signals as a sentence to be said aloud; empty when there is none worth saying. */
export function announcementOf(events: readonly SignalEvent[]): string {
  const signals = events.filter(({ signal }) => signal !== 'NEUTRAL')
  const said = signals.slice(-SAID_MAX).map(sentence)
  const rest = signals.length - said.length
  return rest > 0 ? `${said.join(' ')} And ${rest} more.` : said.join(' ')
}

function sentence({ signal, levelId, price, direction, score, confidence }: SignalEvent): string {
  const word = signal.charAt(0) + signal.slice(1).toLowerCase()
  const side = direction === 'SUPPORT' ? 'support' : 'resistance'
  return `${word}: ${idName(levelId)} at ${priceText(price)}, ${side}, score ${scoreText(score)}, confidence ${confidence.toLowerCase()}.`
}
