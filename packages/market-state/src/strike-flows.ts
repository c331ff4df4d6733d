/**
 * Flow by strike, filled by `OptionFlowState.readStrikes` and kept by its caller: entries
 * 0 … count − 1 of every column, strikes ascending.
 */
export interface StrikeFlows {
  count: number
  /** Thousandths of a dollar. */
  strikeMilli: Float64Array
  /** Dealer gamma of the strike's calls and puts, in millionths of a share per $1. */
  callGammaMicro: Float64Array
  putGammaMicro: Float64Array
  /** Contracts, calls and puts together, and those of them whose gamma is known. */
  volume: Float64Array
  coveredVolume: Float64Array
}

const START_LENGTH = 64

/** An empty result to read into; its columns grow as needed and are then reused. */
export function createStrikeFlows(): StrikeFlows {
  return { count: 0, ...createColumns(START_LENGTH) }
}

/** Gives every column room for `length` entries; their content is lost when they grow. */
export function makeRoomFor(flows: StrikeFlows, length: number): void {
  if (length <= flows.strikeMilli.length) return
  Object.assign(flows, createColumns(2 ** Math.ceil(Math.log2(length))))
}

function createColumns(length: number): Omit<StrikeFlows, 'count'> {
  return {
    strikeMilli: new Float64Array(length),
    callGammaMicro: new Float64Array(length),
    putGammaMicro: new Float64Array(length),
    volume: new Float64Array(length),
    coveredVolume: new Float64Array(length),
  }
}
