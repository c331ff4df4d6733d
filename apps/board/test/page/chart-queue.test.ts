import { describe, expect, it } from 'vitest'
import { ChartQueue } from '../../page/chart/chart-queue.ts'

describe('the chart queue', () => {
  it('draws one chart a frame, each as it was asked for last, in turn', () => {
    const frames: (() => void)[] = []
    const queue = new ChartQueue((draw) => frames.push(draw))
    const drawn: string[] = []
    const request = (name: string, what: string): void => {
      queue.request(name, () => drawn.push(what))
    }
    request('price', 'price 1')
    request('score', 'score 1')
    request('price', 'price 2')
    frames.shift()?.()
    expect(drawn).toEqual(['price 2'])
    request('price', 'price 3')
    frames.shift()?.()
    frames.shift()?.()
    expect(drawn).toEqual(['price 2', 'score 1', 'price 3'])
    expect(frames).toEqual([])
    request('score', 'score 2')
    frames.shift()?.()
    expect(drawn.at(-1)).toBe('score 2')
  })
})
