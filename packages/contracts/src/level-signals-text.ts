import type {
  BarrierReading,
  FuelReading,
  LevelSignal,
  LevelSignals,
  TapeReading,
} from './level-signals.ts'
import { strikeKey } from './level-signals-wire.ts'
import type { GammaWall } from './metrics.ts'

/** Signals a number that JSON cannot write; the caller looks for it the slow way. */
export class NonFiniteSignal extends Error {}

/**
 * The wire text of a payload in one pass, without building the wire object: what
 * `JSON.stringify(levelSignalsToWire(value))` gives, byte for byte, in less time. It checks that
 * numbers are finite and nothing else.
 *
 * @throws NonFiniteSignal when a number is NaN or infinite
 */
export function levelSignalsText({ ts, spy, levels, health }: LevelSignals): string {
  let list = ''
  // Levels of one payload share their map of strikes: its text is written once.
  let strikes: ReadonlyMap<number, number> | null = null
  let strikesAsText = ''
  for (const level of levels) {
    if (level.fuel.gammaByStrike !== strikes) {
      strikes = level.fuel.gammaByStrike
      strikesAsText = strikesText(strikes)
    }
    list += `${list === '' ? '' : ','}${levelText(level, strikesAsText)}`
  }
  const trust =
    health === null
      ? ''
      : `,"health":{"book":"${health.book}","basis":"${health.basis}","greeks_coverage":${orNull(health.greeksCoverage)}}`
  return `{"ts":${num(ts)},"spy":{"spot":${orNull(spy.spot)},"bid":${orNull(spy.bid)},"ask":${orNull(spy.ask)}},"levels":[${list}]${trust}}`
}

function levelText(level: LevelSignal, strikes: string): string {
  const { runway } = level
  return (
    `{"id":${quoted(level.id)},"price":${num(level.price)},"kind":"${level.kind}","direction":"${level.direction}"` +
    `,"distance":${num(level.distance)},"break_score_raw":${num(level.breakScoreRaw)}` +
    `,"break_score_smooth":${num(level.breakScoreSmooth)},"signal":"${level.signal}","confidence":"${level.confidence}"` +
    `,"barrier":${barrierText(level.barrier)},"tape":${tapeText(level.tape)},"fuel":${fuelText(level.fuel, strikes)}` +
    `,"runway":{"direction":"${runway.direction}","next_level_id":${runway.nextLevelId === null ? 'null' : quoted(runway.nextLevelId)}` +
    `,"next_level_price":${orNull(runway.nextLevelPrice)},"distance":${orNull(runway.distance)},"quality":"${runway.quality}"}` +
    `,"note":${quoted(level.note)}${optionalText(level)}}`
  )
}

function optionalText({ components, confluence, smooth }: LevelSignal): string {
  let text = ''
  if (components !== null) {
    text += `,"components":{"liquidity":${num(components.liquidityScore)},"hedge":${num(components.hedgeScore)},"tape":${num(components.tapeScore)}}`
  }
  if (confluence !== null) text += `,"confluence":[${confluence.map(quoted).join(',')}]`
  if (smooth !== null) {
    text += `,"smooth":{"delta_liq":${num(smooth.deltaLiq)},"replenishment_ratio":${num(smooth.replenishmentRatio)},"velocity":${num(smooth.velocity)},"net_dealer_gamma":${num(smooth.netDealerGamma)}}`
  }
  return text
}

function barrierText(barrier: BarrierReading): string {
  const { defendingQuote, confidence, visibility } = barrier
  return (
    `{"state":"${barrier.state}","delta_liq":${num(barrier.deltaLiq)},"replenishment_ratio":${num(barrier.replenishmentRatio)}` +
    `,"added":${num(barrier.addedSize)},"canceled":${num(barrier.canceledSize)},"filled":${num(barrier.filledSize)}` +
    `,"defending_quote":{"price":${orNull(defendingQuote.price)},"size":${num(defendingQuote.size)}}` +
    `,"churn":${num(barrier.churn)},"depth_in_zone":${num(barrier.depthInZone)}` +
    `${confidence === null ? '' : `,"confidence":${num(confidence)}`}${visibility === null ? '' : `,"visibility":${num(visibility)}`}}`
  )
}

function tapeText(tape: TapeReading): string {
  const { sweep, confidence } = tape
  return (
    `{"imbalance":${num(tape.imbalance)},"buy_vol":${num(tape.buyVol)},"sell_vol":${num(tape.sellVol)},"velocity":${num(tape.velocity)}` +
    `,"sweep":{"detected":${sweep.detected},"direction":"${sweep.direction}","notional":${num(sweep.notional)}` +
    `,"num_prints":${num(sweep.numPrints)},"window_ms":${num(sweep.windowMs)}}` +
    `${confidence === null ? '' : `,"confidence":${num(confidence)}`}}`
  )
}

function fuelText(fuel: FuelReading, strikes: string): string {
  return (
    `{"effect":"${fuel.effect}","net_dealer_gamma":${num(fuel.netDealerGamma)},"call_wall":${wallText(fuel.callWall)}` +
    `,"put_wall":${wallText(fuel.putWall)},"hvl":${orNull(fuel.hvl)},"gamma_by_strike":{${strikes}}` +
    `${fuel.confidence === null ? '' : `,"confidence":${num(fuel.confidence)}`}}`
  )
}

function wallText(wall: GammaWall | null): string {
  if (wall === null) return 'null'
  return `{"strike":${num(wall.strike)},"net_gamma":${num(wall.netGamma)},"wall_type":"${wall.wallType}","strength":${num(wall.strength)}}`
}

function strikesText(gammaByStrike: ReadonlyMap<number, number>): string {
  let text = ''
  for (const [strike, gamma] of gammaByStrike) {
    text += `${text === '' ? '' : ','}"${strikeKey(strike)}":${num(gamma)}`
  }
  return text
}

function num(value: number): string {
  if (!Number.isFinite(value)) throw new NonFiniteSignal()
  return String(value)
}

function orNull(value: number | null): string {
  return value === null ? 'null' : num(value)
}

/** Printable ASCII without quote and backslash: what JSON writes as it is. */
const PLAIN = /^[ !#-[\]-~]*$/

function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text)
}
