import { JsonPiece, JsonWriter } from './json-writer.ts'
import type {
  BarrierReading,
  FuelReading,
  LevelSignal,
  LevelSignals,
  Runway,
  TapeReading,
} from './level-signals.ts'
import { strikeKey } from './level-signals-wire.ts'
import type { GammaWall } from './metrics.ts'

const piece = (json: string): JsonPiece => new JsonPiece(json)
/** The key of a field that is not the first. */
const key = (name: string): JsonPiece => new JsonPiece(`,"${name}":`)

const NOTHING = piece('')
const NULL = piece('null')
const COMMA = piece(',')
const COLON = piece(':')
const OPEN_LEVEL = piece('{"id":')
const CLOSE = piece('}')
const CLOSE_LIST = piece(']')

const HEAD = {
  ts: piece('{"ts":'),
  spot: piece(',"spy":{"spot":'),
  bid: key('bid'),
  ask: key('ask'),
  levels: piece('},"levels":['),
  book: piece(',"health":{"book":'),
  basis: key('basis'),
  greeksCoverage: key('greeks_coverage'),
}
const LEVEL = {
  price: key('price'),
  kind: key('kind'),
  direction: key('direction'),
  distance: key('distance'),
  scoreRaw: key('break_score_raw'),
  scoreSmooth: key('break_score_smooth'),
  signal: key('signal'),
  confidence: key('confidence'),
  note: key('note'),
  liquidity: piece(',"components":{"liquidity":'),
  hedge: key('hedge'),
  tape: key('tape'),
  confluence: piece(',"confluence":['),
  smoothDeltaLiq: piece(',"smooth":{"delta_liq":'),
}
const BARRIER = {
  state: piece(',"barrier":{"state":'),
  deltaLiq: key('delta_liq'),
  replenishmentRatio: key('replenishment_ratio'),
  added: key('added'),
  canceled: key('canceled'),
  filled: key('filled'),
  quotePrice: piece(',"defending_quote":{"price":'),
  quoteSize: key('size'),
  churn: piece('},"churn":'),
  depthInZone: key('depth_in_zone'),
  visibility: key('visibility'),
}
const TAPE = {
  imbalance: piece(',"tape":{"imbalance":'),
  buyVol: key('buy_vol'),
  sellVol: key('sell_vol'),
  velocity: key('velocity'),
  detected: piece(',"sweep":{"detected":'),
  notional: key('notional'),
  numPrints: key('num_prints'),
  windowMs: key('window_ms'),
}
const FUEL = {
  effect: piece(',"fuel":{"effect":'),
  netDealerGamma: key('net_dealer_gamma'),
  callWall: key('call_wall'),
  putWall: key('put_wall'),
  strike: piece('{"strike":'),
  netGamma: key('net_gamma'),
  wallType: key('wall_type'),
  strength: key('strength'),
  hvl: key('hvl'),
  gammaByStrike: piece(',"gamma_by_strike":{'),
}
const RUNWAY = {
  direction: piece(',"runway":{"direction":'),
  nextLevelId: key('next_level_id'),
  nextLevelPrice: key('next_level_price'),
  quality: key('quality'),
}

const out = new JsonWriter()
/** The map of strikes that was written last into this payload, and where it stands. */
let strikes: ReadonlyMap<number, number> | null = null
let strikesFrom = 0
let strikesTo = 0

/**
 * The wire bytes of a payload in one pass, without building the wire object: what
 * `JSON.stringify(levelSignalsToWire(value))` gives, byte for byte, in less time. It checks that
 * numbers are finite and nothing else.
 *
 * @returns borrowed, valid until the next call
 * @throws NonFiniteNumber when a number is NaN or infinite
 */
export function levelSignalsBytes({ ts, spy, levels, health }: LevelSignals): Uint8Array {
  strikes = null
  out.begin().number(HEAD.ts, ts)
  out.numberOrNull(HEAD.spot, spy.spot).numberOrNull(HEAD.bid, spy.bid)
  out.numberOrNull(HEAD.ask, spy.ask).piece(HEAD.levels)
  let before = NOTHING
  for (const level of levels) {
    writeLevel(level, before)
    before = COMMA
  }
  out.piece(CLOSE_LIST)
  if (health !== null) {
    out.text(HEAD.book, health.book).text(HEAD.basis, health.basis)
    out.numberOrNull(HEAD.greeksCoverage, health.greeksCoverage).piece(CLOSE)
  }
  return out.piece(CLOSE).end()
}

function writeLevel(level: LevelSignal, before: JsonPiece): void {
  out.piece(before).text(OPEN_LEVEL, level.id).number(LEVEL.price, level.price)
  out.text(LEVEL.kind, level.kind).text(LEVEL.direction, level.direction)
  out.number(LEVEL.distance, level.distance).number(LEVEL.scoreRaw, level.breakScoreRaw)
  out.number(LEVEL.scoreSmooth, level.breakScoreSmooth)
  out.text(LEVEL.signal, level.signal).text(LEVEL.confidence, level.confidence)
  writeBarrier(level.barrier)
  writeTape(level.tape)
  writeFuel(level.fuel)
  writeRunway(level.runway)
  out.text(LEVEL.note, level.note)
  writeOptional(level)
  out.piece(CLOSE)
}

function writeBarrier(barrier: BarrierReading): void {
  const { defendingQuote, confidence, visibility } = barrier
  out.text(BARRIER.state, barrier.state).number(BARRIER.deltaLiq, barrier.deltaLiq)
  out.number(BARRIER.replenishmentRatio, barrier.replenishmentRatio)
  out.number(BARRIER.added, barrier.addedSize).number(BARRIER.canceled, barrier.canceledSize)
  out.number(BARRIER.filled, barrier.filledSize)
  out.numberOrNull(BARRIER.quotePrice, defendingQuote.price)
  out.number(BARRIER.quoteSize, defendingQuote.size)
  out.number(BARRIER.churn, barrier.churn).number(BARRIER.depthInZone, barrier.depthInZone)
  if (confidence !== null) out.number(LEVEL.confidence, confidence)
  if (visibility !== null) out.number(BARRIER.visibility, visibility)
  out.piece(CLOSE)
}

function writeTape({ imbalance, buyVol, sellVol, velocity, sweep, confidence }: TapeReading): void {
  out.number(TAPE.imbalance, imbalance).number(TAPE.buyVol, buyVol).number(TAPE.sellVol, sellVol)
  out.number(TAPE.velocity, velocity).boolean(TAPE.detected, sweep.detected)
  out.text(LEVEL.direction, sweep.direction).number(TAPE.notional, sweep.notional)
  out.number(TAPE.numPrints, sweep.numPrints).number(TAPE.windowMs, sweep.windowMs).piece(CLOSE)
  if (confidence !== null) out.number(LEVEL.confidence, confidence)
  out.piece(CLOSE)
}

function writeFuel(fuel: FuelReading): void {
  out.text(FUEL.effect, fuel.effect).number(FUEL.netDealerGamma, fuel.netDealerGamma)
  writeWall(FUEL.callWall, fuel.callWall)
  writeWall(FUEL.putWall, fuel.putWall)
  out.numberOrNull(FUEL.hvl, fuel.hvl).piece(FUEL.gammaByStrike)
  writeStrikes(fuel.gammaByStrike)
  out.piece(CLOSE)
  if (fuel.confidence !== null) out.number(LEVEL.confidence, fuel.confidence)
  out.piece(CLOSE)
}

/** Levels of one payload share their map of strikes: it is written once, then copied. */
function writeStrikes(gammaByStrike: ReadonlyMap<number, number>): void {
  if (gammaByStrike === strikes) return void out.again(strikesFrom, strikesTo)
  strikesFrom = out.length
  let before = NOTHING
  for (const [strike, gamma] of gammaByStrike) {
    out.text(before, strikeKey(strike)).number(COLON, gamma)
    before = COMMA
  }
  strikesTo = out.length
  strikes = gammaByStrike
}

function writeWall(before: JsonPiece, wall: GammaWall | null): void {
  out.piece(before)
  if (wall === null) return void out.piece(NULL)
  out.number(FUEL.strike, wall.strike).number(FUEL.netGamma, wall.netGamma)
  out.text(FUEL.wallType, wall.wallType).number(FUEL.strength, wall.strength).piece(CLOSE)
}

function writeRunway(runway: Runway): void {
  out.text(RUNWAY.direction, runway.direction).textOrNull(RUNWAY.nextLevelId, runway.nextLevelId)
  out.numberOrNull(RUNWAY.nextLevelPrice, runway.nextLevelPrice)
  out.numberOrNull(LEVEL.distance, runway.distance).text(RUNWAY.quality, runway.quality)
  out.piece(CLOSE)
}

function writeOptional({ components, confluence, smooth }: LevelSignal): void {
  if (components !== null) {
    out
      .number(LEVEL.liquidity, components.liquidityScore)
      .number(LEVEL.hedge, components.hedgeScore)
    out.number(LEVEL.tape, components.tapeScore).piece(CLOSE)
  }
  if (confluence !== null) {
    out.piece(LEVEL.confluence)
    let before = NOTHING
    for (const id of confluence) {
      out.text(before, id)
      before = COMMA
    }
    out.piece(CLOSE_LIST)
  }
  if (smooth !== null) {
    out.number(LEVEL.smoothDeltaLiq, smooth.deltaLiq)
    out.number(BARRIER.replenishmentRatio, smooth.replenishmentRatio)
    out.number(TAPE.velocity, smooth.velocity).number(FUEL.netDealerGamma, smooth.netDealerGamma)
    out.piece(CLOSE)
  }
}
