import { depthText, type DepthPlan } from './depth-messages.ts'

/** A message with its subject. */
export interface MarketMessageText {
  readonly subject: string
  readonly text: string
}

/** Of so many messages one is no depth: about as in a busy market. */
const OTHER_EACH = 10
const RATIO = 10.0125
const STAMP = /^\{"ts_event_ns":\d+,"ts_recv_ns":\d+,"source":"sim","seq":\d+/
const BEST = /"bid_px":([\d.]+)/
/** Twelve strikes on either side of the price have trades. */
const STRIKES = 25

/**
 * Depth messages with trades of the future, quotes of the equity and trades of its options between
 * them, so that there are levels, and everything that is known of each.
 */
export function* marketText(plan: DepthPlan): Generator<MarketMessageText, never> {
  let count = 0
  for (const text of depthText(plan)) {
    const stamp = STAMP.exec(text)?.[0] ?? '{'
    const best = Number(BEST.exec(text)?.[1])
    if (++count % OTHER_EACH === 0) yield otherText(stamp, best, count / OTHER_EACH)
    else yield { subject: 'market.futures.mbp10', text }
  }
  throw new Error('expected messages without end')
}

function otherText(stamp: string, best: number, turn: number): MarketMessageText {
  const spy = best / RATIO
  const side = turn % 2 === 0 ? 'BUY' : 'SELL'
  switch (turn % 3) {
    case 0: {
      const text = `${stamp},"symbol":"ESH6","price":${best},"size":${1 + (turn % 7)},"aggressor":"${side}"}`
      return { subject: 'market.futures.trades', text }
    }
    case 1: {
      const bid = Math.floor(spy * 100) / 100
      const ask = (Math.floor(spy * 100) + 1) / 100
      const text = `${stamp},"symbol":"SPY","bid_px":${bid},"ask_px":${ask},"bid_sz":900,"ask_sz":700}`
      return { subject: 'market.stocks.quotes', text }
    }
    default: {
      const strike = Math.round(spy) + (turn % STRIKES) - (STRIKES >> 1)
      const right = turn % 4 < 2 ? 'C' : 'P'
      const symbol = `O:SPY260310${right}${String(strike * 1_000).padStart(8, '0')}`
      const text = `${stamp},"underlying":"SPY","option_symbol":"${symbol}","exp_date":"2026-03-10","strike":${strike},"right":"${right}","price":1.2,"size":${1 + (turn % 9)},"aggressor":"${side}","delta":${right === 'C' ? 0.5 : -0.5},"gamma":0.03}`
      return { subject: 'market.options.trades', text }
    }
  }
}
