import { Subject } from '@levels/contracts'
import { ES_SPY } from '@levels/kernel'
import { describe, expect, it } from 'vitest'
import { SymbolGate, SymbolVerdict } from '../src/symbol-gate.ts'

const { Accept, Ambiguous, PassOver, Unknown } = SymbolVerdict

describe('the gate', () => {
  it.each([
    ...['ESH4', 'ESZ25', 'ESM6', 'ES.c.0', 'ES.v.0', 'ES.n.1'],
    'ES', // the bare root
  ])('takes %s where no future was chosen, and any other is then one too many', (symbol) => {
    const gate = new SymbolGate(ES_SPY, null)
    expect(gate.ofFuture(symbol)).toBe(Accept)
    expect(gate.futuresSymbol).toBe(null)
    gate.settle(symbol)
    expect(gate.futuresSymbol).toBe(symbol)
    expect(gate.ofFuture(symbol)).toBe(Accept)
    expect(gate.ofFuture('ESU7')).toBe(Ambiguous)
    gate.settle('ESU7')
    expect(gate.futuresSymbol).toBe(symbol)
  })

  it.each([
    ...['ESH6-ESM6', 'ESH6 C6000', 'ES.FUT', 'ES.c.', 'ESTC', 'ESA6', 'ESH', 'ES ', 'ESH6 '],
    ...['NQH6', 'es', 'MESH6', ''],
  ])('takes no %j unless it was chosen', (symbol) => {
    const gate = new SymbolGate(ES_SPY, null)
    expect(gate.ofFuture(symbol)).toBe(Unknown)
    gate.settle('ESH6')
    expect(gate.ofFuture(symbol)).toBe(Unknown)
    expect(new SymbolGate(ES_SPY, symbol).ofFuture(symbol)).toBe(Accept)
  })

  it('passes over everything else of the root where one was chosen', () => {
    const gate = new SymbolGate(ES_SPY, 'ESH6')
    for (const symbol of ['ESM6', 'ES', 'ES.c.0', 'ESH6-ESM6']) {
      expect(gate.ofFuture(symbol)).toBe(PassOver)
      gate.settle(symbol)
      expect(gate.futuresSymbol).toBe('ESH6')
    }
    expect(gate.ofFuture('NQH6')).toBe(Unknown)
  })

  it('judges a message by its subject', () => {
    const gate = new SymbolGate(ES_SPY, null)
    for (const subject of [Subject.FuturesTrades, Subject.FuturesMbp10]) {
      expect(gate.verdictOn(subject, 'ESH6')).toBe(Accept)
      expect(gate.verdictOn(subject, 'SPY')).toBe(Unknown)
    }
    for (const subject of [Subject.StockTrades, Subject.StockQuotes, Subject.OptionTrades]) {
      expect(gate.verdictOn(subject, 'SPY')).toBe(Accept)
      expect(gate.verdictOn(subject, 'ESH6')).toBe(Unknown)
    }
  })
})
