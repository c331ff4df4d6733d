// What a trade's greeks cost. Run: node --conditions=@levels/source packages/greeks/bench/greeks.bench.ts
import {
  impliedGreeks,
  impliedVolatility,
  type OptionAtVolatility,
  optionGreeks,
} from '@levels/greeks'

const ROUNDS = 7
const OPTIONS = 20_000
const REPEATS = 10

/** Seeded (mulberry32), in [0, 1). */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const random = randomFrom(11)
/** A day of SPY options: same-day expiry, strikes within $8, 9–25 % volatility. */
const options: OptionAtVolatility[] = Array.from({ length: OPTIONS }, () => ({
  spot: 687.42 + random() - 0.5,
  strike: 680 + Math.floor(random() * 16),
  tteYears: (1 + Math.floor(random() * 389)) / 525_600,
  rateAnnual: 0.043,
  dividendYieldAnnual: 0.012,
  ivAnnual: 0.09 + random() * 0.16,
  right: random() < 0.5 ? 0 : 1,
}))
const priced = options.map((option) => {
  const greeks = optionGreeks(option)
  return { ...option, price: greeks.ok ? Math.round(greeks.price * 100) / 100 : 0 }
})

let consumed = 0
function measure(work: (index: number) => number): number {
  const start = performance.now()
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    for (let i = 0; i < OPTIONS; i++) consumed += work(i)
  }
  return ((performance.now() - start) * 1e6) / (OPTIONS * REPEATS)
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? NaN
const fallback = options[0]
if (fallback === undefined) throw new Error('expected options to measure, was none')
const empty = { ...fallback, price: 0 }
const rounds = Array.from({ length: ROUNDS }, () => ({
  yardstick: measure((i) => {
    const { spot, strike } = options[i] ?? fallback
    return Math.exp(Math.log(spot / strike)) + Math.sqrt(spot)
  }),
  greeks: measure((i) => {
    const greeks = optionGreeks(options[i] ?? fallback)
    return greeks.ok ? greeks.gamma : 0
  }),
  implied: measure((i) => {
    const implied = impliedVolatility(priced[i] ?? empty)
    return implied.ok ? implied.ivAnnual : 0
  }),
  both: measure((i) => {
    const greeks = impliedGreeks(priced[i] ?? empty)
    return greeks.ok ? greeks.delta : 0
  }),
}))
const solved = priced.filter((option) => impliedVolatility(option).ok).length
const yardstick = median(rounds.map((r) => r.yardstick))
const row = (name: string, ns: number): string =>
  `  ${name.padEnd(22)} ${ns.toFixed(0).padStart(5)} ns   ${(ns / yardstick).toFixed(1)} × (exp + log + sqrt)`

console.log(`greeks, medians of ${ROUNDS} rounds, node ${process.version}`)
console.log(row('optionGreeks', median(rounds.map((r) => r.greeks))))
console.log(row('impliedVolatility', median(rounds.map((r) => r.implied))))
console.log(row('impliedGreeks', median(rounds.map((r) => r.both))))
console.log(
  `  ${((100 * solved) / OPTIONS).toFixed(0)} % of the prices, in whole cents, have a volatility`,
)
if (!Number.isFinite(consumed)) throw new Error('the work was not done')
