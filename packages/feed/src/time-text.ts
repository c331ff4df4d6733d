import { NS_PER_MS, NS_PER_S } from '@levels/kernel'

const S = BigInt(NS_PER_S)
/** Spans from here on are told in seconds, ns. */
const SECONDS_FROM_NS = 10 * NS_PER_S

/** A moment as people read it: ISO 8601 in UTC, with all nine decimals. @param tsNs Unix ns */
export function isoOfNs(tsNs: bigint): string {
  const restNs = ((tsNs % S) + S) % S
  const date = new Date(Number((tsNs - restNs) / S) * 1_000).toISOString().slice(0, 19)
  return `${date}.${String(restNs).padStart(9, '0')}Z`
}

/** A span as people read it, to the nanosecond: `612.4 ms`, `75 s`. */
export function spanText(ns: number): string {
  return ns < SECONDS_FROM_NS ? `${ns / NS_PER_MS} ms` : `${ns / NS_PER_S} s`
}
