import { describe, expect, it } from 'vitest'
import { ChartQueue } from '../../page/chart/chart-queue.ts'

describe('the chart queue', () => {
  it('draws one chart a frame, each as it was asked for last, in turn', () => {
    const frames: (() => void)[] = []
    const queue = new ChartQueue((draw) => frames.push(draw))
    const drawn: string[] = []
    const request = (name: string, what: string): void => {
      queue.request(name, () => drawn.push(what) > 0)
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

  it('gives the frame of a chart that has nothing to draw to the next one', () => {
    const frames: (() => void)[] = []
    const queue = new ChartQueue((draw) => frames.push(draw))
    const drawn: string[] = []
    queue.request('price', () => false)
    queue.request('score', () => drawn.push('score') > 0)
    queue.request('timeline', () => drawn.push('timeline') > 0)
    frames.shift()?.()
    expect(drawn).toEqual(['score'])
    frames.shift()?.()
    expect(drawn).toEqual(['score', 'timeline'])
    expect(frames).toEqual([])
  })

  it('goes on with the others when one fails', () => {
    const frames: (() => void)[] = []
    const queue = new ChartQueue((draw) => frames.push(draw))
    const drawn: string[] = []
    queue.request('price', () => {
      throw new Error('broken')
    })
    queue.request('score', () => drawn.push('score') > 0)
    expect(() => frames.shift()?.()).toThrow('broken')
    frames.shift()?.()
    expect(drawn).toEqual(['score'])
  })
})
