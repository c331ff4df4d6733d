import { cpus } from 'node:os'
import { BOOK_SLOTS } from '@levels/kernel'
import { Action, MboBook, MboRecord, RecordFlag, RecordSide } from '../src/index.ts'
import { leastMs, printMachine, seededRandom } from './market.ts'

const RECORDS = 500_000
const RUNS = 7
const RESTING = 10_000

/** Orders come, change and go around a price that wanders; about 10,000 rest at any time. */
function makeRecords(seed: number): MboRecord[] {
  const random = seededRandom(seed)
  const live: MboRecord[] = []
  const records: MboRecord[] = []
  for (let n = 0; n < RECORDS; n++) {
    const record = new MboRecord()
    const middle = 19_200 + Math.round(Math.sin(n / 50_000) * 200)
    const isAdd = live.length < RESTING || random() < 0.45
    const at = Math.floor(random() * live.length)
    const target = isAdd ? undefined : live[at]
    const isBid = target === undefined ? random() < 0.5 : target.side === RecordSide.Bid
    const distance = 1 + Math.floor(random() ** 3 * 300)
    record.side = isBid ? RecordSide.Bid : RecordSide.Ask
    record.priceTicks = isBid ? middle - distance : middle + distance
    record.size = 1 + Math.floor(random() * 10)
    record.flags = RecordFlag.Last
    record.action = Action.Add
    record.orderIdHigh = 150
    record.orderIdLow = target?.orderIdLow ?? n
    if (target === undefined) live.push(record)
    else if (random() < 0.3) record.action = Action.Modify
    else {
      record.action = Action.Cancel
      record.size = 10
      const last = live.pop()
      if (last !== undefined && at < live.length) live[at] = last
    }
    records.push(record)
  }
  return records
}

/** The same with plain maps, without keeping the levels in order. */
function applyToMaps(records: readonly MboRecord[]): number {
  const orders = new Map<number, { side: number; tick: number; lots: number }>()
  const levels = new Map<number, number>()
  const change = (side: number, tick: number, lots: number): void => {
    const key = tick * 2 + (side === RecordSide.Bid ? 0 : 1)
    levels.set(key, (levels.get(key) ?? 0) + lots)
  }
  for (const { action, side, orderIdLow, priceTicks, size } of records) {
    const order = orders.get(orderIdLow)
    if (order !== undefined) change(order.side, order.tick, -order.lots)
    if (action === Action.Cancel) orders.delete(orderIdLow)
    else {
      orders.set(orderIdLow, { side, tick: priceTicks, lots: size })
      change(side, priceTicks, size)
    }
  }
  return orders.size
}

printMachine(cpus())
const records = makeRecords(1)
const top = new Int32Array(BOOK_SLOTS)
let consumed = 0
const maps = leastMs(RUNS, () => void (consumed += applyToMaps(records)))
const applied = leastMs(RUNS, () => {
  const book = new MboBook()
  for (const record of records) book.apply(record)
  consumed += book.orderCount
})
const copied = leastMs(RUNS, () => {
  const book = new MboBook()
  for (const record of records) {
    if (!book.apply(record)) continue
    if (book.isTopChanged) book.copyTop10(top)
    consumed += top[10] ?? 0
  }
})
const line = (name: string, ms: number): void => {
  const rate = (RECORDS / ms / 1000).toFixed(2).padStart(6)
  console.log(`${name.padEnd(44)} ${rate} M records/s  ${(maps / ms).toFixed(2)} of plain maps`)
}
line('plain maps, levels in no order', maps)
line('MboBook', applied)
line('MboBook, best ten read when they changed', copied)
console.log(`(${consumed === 0 ? 'nothing' : 'all'} consumed)`)
