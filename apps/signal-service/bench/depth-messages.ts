/** What depth messages to make. */
export interface DepthPlan {
  readonly seed: number
  /** Unix ns, as text. */
  readonly fromNs: string
  /** Event time between two messages, ns. */
  readonly stepNs: number
}

/** 10:30 in New York on a day with a regular session. */
export const BENCH_FROM_NS = String(BigInt(Date.UTC(2026, 2, 10, 14, 30)) * 1_000_000n)
const TICK = 0.25
const MIDDLE = 6_878

/** Depth messages of a book that wanders, ten levels a side, without end. */
export function* depthText({ seed, fromNs, stepNs }: DepthPlan): Generator<string, never> {
  let state = seed >>> 0
  const below = (n: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * n)
  }
  const bidLots = Array.from({ length: 10 }, () => 20 + below(80))
  const askLots = Array.from({ length: 10 }, () => 20 + below(80))
  let best = MIDDLE / TICK
  let tsNs = BigInt(fromNs)
  for (let seq = 1; ; seq++) {
    tsNs += BigInt(stepNs)
    if (below(40) === 0)
      best += best * TICK > MIDDLE + 4 ? -1 : best * TICK < MIDDLE - 4 ? 1 : below(3) - 1
    const lots = below(2) === 0 ? bidLots : askLots
    const at = below(10)
    lots[at] = Math.max(1, (lots[at] ?? 1) + below(21) - 10)
    let levels = ''
    for (let i = 0; i < 10; i++) {
      const bid = (best - i) * TICK
      const ask = (best + 1 + i) * TICK
      levels += `${i === 0 ? '' : ','}{"bid_px":${bid},"bid_sz":${bidLots[i] ?? 1},"ask_px":${ask},"ask_sz":${askLots[i] ?? 1}}`
    }
    yield `{"ts_event_ns":${tsNs},"ts_recv_ns":${tsNs + 40_000n},"source":"sim","seq":${seq},"symbol":"ESH6","levels":[${levels}],"is_snapshot":false}`
  }
}
