import { isMarketSubject, type RejectCode } from '@levels/contracts'
import type { MarketEvent } from '@levels/kernel'
import { BusEventDecoder, type BusRefusal, refusalOfKind } from './bus-event-decoder.ts'
import { bufferFull, FeedError } from './errors.ts'
import type { SourceContext } from './event-source.ts'
import { leadingSubject, subjectOf } from './message-subject.ts'
import { PushOutcome } from './reorder-buffer.ts'
import { type SymbolGate, SymbolVerdict } from './symbol-gate.ts'

/** Where a message stands in its file. */
export interface MessagePlace {
  readonly byteOffset: number
  readonly line: number | null
}

/**
 * Turns messages of the bus that lie in a file into events. Every message gives one event, or is passed
 * over, or is refused and counted.
 */
export class ContractEvents {
  readonly #file: string
  readonly #gate: SymbolGate
  readonly #context: SourceContext
  readonly #decoder: BusEventDecoder

  constructor(file: string, gate: SymbolGate, context: SourceContext) {
    this.#file = file
    this.#gate = gate
    this.#context = context
    this.#decoder = new BusEventDecoder({ epochNs: context.epochNs, gate })
  }

  /**
   * Takes in one message, if its bytes begin with its subject and are as programs usually write
   * them: then nothing is made of it but the event.
   *
   * @returns false when it is for `take`, and nothing was done
   * @throws FeedError when the buffer is full
   */
  takeUsual(bytes: Uint8Array, place: MessagePlace): boolean {
    const subject = leadingSubject(bytes)
    if (subject === null) return false
    const { buffer } = this.#context
    const event = buffer.acquire()
    if (!this.#decoder.decodeUsual(subject, bytes, event)) {
      buffer.recycle(event)
      return false
    }
    this.#push(event, place)
    return true
  }

  /**
   * Takes in one message.
   *
   * @param payload its JSON, as text or bytes; bytes are for a subject that is known
   * @param subject what it is, where that is known from elsewhere than its text
   * @throws FeedError when it is of a second future and none was chosen, or the buffer is full
   */
  take(text: string, place: MessagePlace, subject?: string | null): void
  take(payload: string | Uint8Array, place: MessagePlace, subject: string): void
  take(payload: string | Uint8Array, place: MessagePlace, subject: string | null = null): void {
    const isTold = subject !== null
    const name =
      isTold || typeof payload !== 'string' ? subject : subjectOf(payload, this.#gate.pair)
    if (name === null || !isMarketSubject(name)) {
      const path = isTold || name === null ? null : '$.subject'
      return this.#refused(refusalOfKind(payload, name, path), place)
    }
    const { buffer } = this.#context
    const event = buffer.acquire()
    const refusal = this.#decoder.decode(name, payload, event)
    if (refusal === null) return this.#push(event, place)
    buffer.recycle(event)
    this.#refused(refusal, place)
  }

  /** Counts a message that is refused, and keeps it if it is among the first. */
  refuse(code: RejectCode, message: string, place: MessagePlace, path: string | null = null): void {
    const { byteOffset, line } = place
    const file = this.#file
    this.#context.rejects.add(code, () => ({ file, byteOffset, line, message, path }))
  }

  #push(event: MarketEvent, { byteOffset }: MessagePlace): void {
    const { buffer, sourceIndex } = this.#context
    const { kind } = event // the buffer's from here on
    const outcome = buffer.push(event, sourceIndex)
    if (outcome === PushOutcome.Held) return this.#decoder.settle(kind)
    if (outcome === PushOutcome.Late) return
    throw bufferFull(this.#file, byteOffset, buffer)
  }

  /** @throws FeedError when it is of a second future and none was chosen */
  #refused({ code, message, path, verdict, symbol }: BusRefusal, place: MessagePlace): void {
    if (verdict === SymbolVerdict.PassOver) return this.#gate.passOver(symbol ?? '')
    if (verdict !== SymbolVerdict.Ambiguous) return this.refuse(code, message, place, path)
    const { byteOffset } = place
    const fault = { file: this.#file, byteOffset, reason: message }
    throw new FeedError({ code: 'SYMBOL_REQUIRED', ...fault })
  }
}
