import type { LevelSignal, LevelSignals, Runway } from './level-signals.ts'
import type { LevelSignalsWire, LevelSignalWire } from './level-signals-schema.ts'
import type { GammaWall } from './metrics.ts'

type WireOf<K extends keyof LevelSignalWire> = NonNullable<LevelSignalWire[K]>
type WallWire = NonNullable<WireOf<'fuel'>['call_wall']>

/** A strike as a key: with at least one decimal, so that no reader takes it for an index. */
export function strikeKey(strike: number): string {
  return Number.isInteger(strike) ? `${strike}.0` : String(strike)
}

/** Memory → wire. What is null and optional is left out; the order is the schema's. */
export function levelSignalsToWire({ ts, spy, levels, health }: LevelSignals): LevelSignalsWire {
  const wire: LevelSignalsWire = {
    ts,
    spy: { spot: spy.spot, bid: spy.bid, ask: spy.ask },
    levels: levels.map(levelToWire),
  }
  if (health !== null) {
    const { book, basis, greeksCoverage } = health
    wire.health = { book, basis, greeks_coverage: greeksCoverage }
  }
  return wire
}

function levelToWire(level: LevelSignal): LevelSignalWire {
  const { components, confluence, smooth } = level
  const wire: LevelSignalWire = {
    id: level.id,
    price: level.price,
    kind: level.kind,
    direction: level.direction,
    distance: level.distance,
    break_score_raw: level.breakScoreRaw,
    break_score_smooth: level.breakScoreSmooth,
    signal: level.signal,
    confidence: level.confidence,
    barrier: barrierToWire(level.barrier),
    tape: tapeToWire(level.tape),
    fuel: fuelToWire(level.fuel),
    runway: runwayToWire(level.runway),
    note: level.note,
  }
  if (components !== null) {
    wire.components = {
      liquidity: components.liquidityScore,
      hedge: components.hedgeScore,
      tape: components.tapeScore,
    }
  }
  if (confluence !== null) wire.confluence = [...confluence]
  if (smooth !== null) {
    wire.smooth = {
      delta_liq: smooth.deltaLiq,
      replenishment_ratio: smooth.replenishmentRatio,
      velocity: smooth.velocity,
      net_dealer_gamma: smooth.netDealerGamma,
    }
  }
  return wire
}

function barrierToWire(barrier: LevelSignal['barrier']): WireOf<'barrier'> {
  const { confidence, visibility, defendingQuote } = barrier
  const wire: WireOf<'barrier'> = {
    state: barrier.state,
    delta_liq: barrier.deltaLiq,
    replenishment_ratio: barrier.replenishmentRatio,
    added: barrier.addedSize,
    canceled: barrier.canceledSize,
    filled: barrier.filledSize,
    defending_quote: { price: defendingQuote.price, size: defendingQuote.size },
    churn: barrier.churn,
    depth_in_zone: barrier.depthInZone,
  }
  if (confidence !== null) wire.confidence = confidence
  if (visibility !== null) wire.visibility = visibility
  return wire
}

function tapeToWire(tape: LevelSignal['tape']): WireOf<'tape'> {
  const { sweep, confidence } = tape
  const wire: WireOf<'tape'> = {
    imbalance: tape.imbalance,
    buy_vol: tape.buyVol,
    sell_vol: tape.sellVol,
    velocity: tape.velocity,
    sweep: {
      detected: sweep.detected,
      direction: sweep.direction,
      notional: sweep.notional,
      num_prints: sweep.numPrints,
      window_ms: sweep.windowMs,
    },
  }
  if (confidence !== null) wire.confidence = confidence
  return wire
}

function fuelToWire(fuel: LevelSignal['fuel']): WireOf<'fuel'> {
  const wire: WireOf<'fuel'> = {
    effect: fuel.effect,
    net_dealer_gamma: fuel.netDealerGamma,
    call_wall: wallToWire(fuel.callWall),
    put_wall: wallToWire(fuel.putWall),
    hvl: fuel.hvl,
    gamma_by_strike: {},
  }
  for (const [strike, gamma] of fuel.gammaByStrike) wire.gamma_by_strike[strikeKey(strike)] = gamma
  if (fuel.confidence !== null) wire.confidence = fuel.confidence
  return wire
}

function wallToWire(wall: GammaWall | null): WallWire | null {
  if (wall === null) return null
  const { strike, netGamma, wallType, strength } = wall
  return { strike, net_gamma: netGamma, wall_type: wallType, strength }
}

function runwayToWire(runway: Runway): WireOf<'runway'> {
  return {
    direction: runway.direction,
    next_level_id: runway.nextLevelId,
    next_level_price: runway.nextLevelPrice,
    distance: runway.distance,
    quality: runway.quality,
  }
}

/** Wire → memory. What an older publisher left out is null. */
export function levelSignalsFromWire({ ts, spy, levels, health }: LevelSignalsWire): LevelSignals {
  return {
    ts,
    spy,
    levels: levels.map(levelFromWire),
    health: health
      ? { book: health.book, basis: health.basis, greeksCoverage: health.greeks_coverage }
      : null,
  }
}

function levelFromWire(level: LevelSignalWire): LevelSignal {
  const { runway, components, smooth } = level
  return {
    id: level.id,
    price: level.price,
    kind: level.kind,
    direction: level.direction,
    distance: level.distance,
    breakScoreRaw: level.break_score_raw,
    breakScoreSmooth: level.break_score_smooth,
    signal: level.signal,
    confidence: level.confidence,
    barrier: barrierFromWire(level.barrier),
    tape: tapeFromWire(level.tape),
    fuel: fuelFromWire(level.fuel),
    runway: {
      direction: runway.direction,
      nextLevelId: runway.next_level_id,
      nextLevelPrice: runway.next_level_price,
      distance: runway.distance,
      quality: runway.quality,
    },
    note: level.note,
    components: components
      ? {
          liquidityScore: components.liquidity,
          hedgeScore: components.hedge,
          tapeScore: components.tape,
        }
      : null,
    confluence: level.confluence ?? null,
    smooth: smooth
      ? {
          deltaLiq: smooth.delta_liq,
          replenishmentRatio: smooth.replenishment_ratio,
          velocity: smooth.velocity,
          netDealerGamma: smooth.net_dealer_gamma,
        }
      : null,
  }
}

function barrierFromWire(barrier: WireOf<'barrier'>): LevelSignal['barrier'] {
  return {
    state: barrier.state,
    deltaLiq: barrier.delta_liq,
    replenishmentRatio: barrier.replenishment_ratio,
    addedSize: barrier.added,
    canceledSize: barrier.canceled,
    filledSize: barrier.filled,
    defendingQuote: barrier.defending_quote,
    churn: barrier.churn,
    depthInZone: barrier.depth_in_zone,
    confidence: barrier.confidence ?? null,
    visibility: barrier.visibility ?? null,
  }
}

function tapeFromWire({ sweep, ...tape }: WireOf<'tape'>): LevelSignal['tape'] {
  return {
    imbalance: tape.imbalance,
    buyVol: tape.buy_vol,
    sellVol: tape.sell_vol,
    velocity: tape.velocity,
    sweep: {
      detected: sweep.detected,
      direction: sweep.direction,
      notional: sweep.notional,
      numPrints: sweep.num_prints,
      windowMs: sweep.window_ms,
    },
    confidence: tape.confidence ?? null,
  }
}

function fuelFromWire(fuel: WireOf<'fuel'>): LevelSignal['fuel'] {
  return {
    effect: fuel.effect,
    netDealerGamma: fuel.net_dealer_gamma,
    callWall: wallFromWire(fuel.call_wall),
    putWall: wallFromWire(fuel.put_wall),
    hvl: fuel.hvl,
    gammaByStrike: new Map(
      Object.entries(fuel.gamma_by_strike).map(([key, gamma]) => [Number(key), gamma]),
    ),
    confidence: fuel.confidence ?? null,
  }
}

function wallFromWire(wall: WallWire | null): GammaWall | null {
  if (wall === null) return null
  const { strike, net_gamma: netGamma, wall_type: wallType, strength } = wall
  return { strike, netGamma, wallType, strength }
}
