import { expect, it } from 'vitest'
import { StateWriter, TickWindow } from '../src/index.ts'

const options = { windowNs: 100, channels: 2, capacity: 1024 }

function savedBytes(window: TickWindow): Uint8Array {
  const writer = new StateWriter('TEST', 1)
  window.encode(writer)
  return writer.finish()
}

it('is the same window whether the time comes as a number or in an event', () => {
  const plain = new TickWindow(options)
  const hot = new TickWindow(options)
  for (let i = 0; i < 500; i++) {
    const event = { tsRelNs: i * 7, tick: i % 13, channel: i % 2, amount: i }
    plain.add(event.tsRelNs, event.tick, event.channel, event.amount)
    hot.advanceWith(event)
    hot.addNow(event.tick, event.channel, event.amount)
    expect(savedBytes(hot)).toEqual(savedBytes(plain))
  }
})

it('never goes back in time, however it is told the time', () => {
  const window = new TickWindow(options)
  window.advanceWith({ tsRelNs: 10 })
  expect(() => {
    window.advanceWith({ tsRelNs: 9 })
  }).toThrow('Invariant: a window never goes back in time')
})
