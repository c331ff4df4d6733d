import type { LevelSignals } from '@levels/contracts'
import type { ClientMessage, HistoryMessage } from '@levels/gateway/protocol'
import { HistoryColumns } from './history-columns.ts'

/** Points asked for: what a screen can show, with room for the snaps that follow. */
const OVERVIEW_POINTS = 3000
const DETAIL_POINTS = 4500
/** A chart wants this many points in its window, or every snap. */
const WINDOW_POINTS = 1200

/** A request without an answer for this long was passed over for a newer one, or refused, ms. */
const ANSWER_MS_MAX = 5000

/** The whole session in `windowMs`. */
export const WHOLE_SESSION = Infinity

/** What part of time a chart shows. */
export interface Span {
  /** Unix ms: the newest moment that may be seen. */
  readonly cursorTs: number
  /** Before it, ms; `WHOLE_SESSION`: everything. */
  readonly windowMs: number
}

interface Request {
  readonly id: number
  /** When it was sent. */
  readonly atMs: number
  readonly fromTs: number
  readonly toTs: number
}

/**
 * Keeps two histories: the overview of the whole session, and the stretch around the cursor in
 * finer steps, asked for when the overview is too coarse for the window.
 */
export class HistoryFeed {
  readonly overview = new HistoryColumns()
  readonly #detail = new HistoryColumns()
  readonly #send: (message: ClientMessage) => void
  readonly #nowMs: () => number
  #nextId = 1
  #overviewRequest: Request | null = null
  #asked: Request | null = null
  #loaded: Request | null = null
  #snapIntervalMs = 250

  /** @param nowMs a clock in ms that never steps back */
  constructor(
    send: (message: ClientMessage) => void,
    nowMs: () => number = () => performance.now(),
  ) {
    this.#send = send
    this.#nowMs = nowMs
  }

  /** A new connection: what was asked for will not be answered. */
  connected(snapIntervalMs: number): void {
    this.#snapIntervalMs = snapIntervalMs
    this.#overviewRequest = null
    this.#asked = null
    this.#loaded = null
  }

  take(history: HistoryMessage): void {
    if (history.id === null || history.id === this.#overviewRequest?.id) {
      if (history.id === null) this.#forgetDetail()
      this.#overviewRequest = null
      return this.overview.load(history)
    }
    // An answer that was overtaken by a newer request.
    if (history.id !== this.#asked?.id) return
    this.#loaded = this.#asked
    this.#asked = null
    this.#detail.load(history)
  }

  /** Takes a snap at the live edge. */
  append(signals: LevelSignals): void {
    if (this.overview.isFull && !this.#isAwaited(this.#overviewRequest)) {
      this.#overviewRequest = this.#request(-Infinity, Infinity)
      this.#ask(this.#overviewRequest, OVERVIEW_POINTS)
    }
    this.overview.append(signals)
    if (this.#loaded === null) return
    // Full, it is asked for anew, by the next look at it.
    if (this.#detail.isFull) return this.#forgetDetail()
    this.#detail.append(signals)
  }

  /**
   * The columns that show a span best among those at hand. Where better ones are to be had they
   * are asked for, if that may be, and `version` of the columns will tell.
   */
  columnsFor(
    span: Span,
    { isLive, mayAsk = true }: { readonly isLive: boolean; readonly mayAsk?: boolean },
  ): HistoryColumns {
    const { cursorTs, windowMs } = span
    if (this.#isFineEnough(windowMs)) return this.overview
    const isCovered = this.#covers(this.#loaded, span, isLive)
    // While it plays, what comes next is asked for before it is reached.
    const aheadTs = Math.min(cursorTs + windowMs / 2, this.overview.lastTs ?? cursorTs)
    const ahead = isLive ? span : { cursorTs: Math.max(cursorTs, aheadTs), windowMs: 0 }
    const isWanted = !isCovered || !this.#covers(this.#loaded, ahead, isLive)
    const isAsked =
      this.#isAwaited(this.#asked) &&
      this.#covers(this.#asked, span, isLive) &&
      this.#covers(this.#asked, ahead, isLive)
    if (mayAsk && isWanted && !isAsked) this.#askAround(span, isLive)
    // A finer history that begins too late still shows more of the present than the overview.
    const isNear = this.#covers(this.#loaded, { cursorTs, windowMs: 0 }, isLive)
    return isCovered || isNear ? this.#detail : this.overview
  }

  #isFineEnough(windowMs: number): boolean {
    if (windowMs === WHOLE_SESSION) return true
    const wantedMs = Math.max(this.#snapIntervalMs, windowMs / WINDOW_POINTS)
    return this.overview.bucketMs <= wantedMs
  }

  #covers(request: Request | null, { cursorTs, windowMs }: Span, isLive: boolean): boolean {
    if (request === null) return false
    const fromTs = Math.max(cursorTs - windowMs, this.overview.firstTs ?? -Infinity)
    return request.fromTs <= fromTs && (isLive || cursorTs <= request.toTs)
  }

  #askAround({ cursorTs, windowMs }: Span, isLive: boolean): void {
    const fromTs = Math.floor(cursorTs - windowMs * (isLive ? 1.25 : 1.5))
    const toTs = isLive ? Infinity : Math.ceil(cursorTs + windowMs)
    this.#asked = this.#request(fromTs, toTs)
    this.#ask(this.#asked, DETAIL_POINTS)
  }

  #request(fromTs: number, toTs: number): Request {
    return { id: this.#nextId++, atMs: this.#nowMs(), fromTs, toTs }
  }

  #isAwaited(request: Request | null): boolean {
    return request !== null && this.#nowMs() - request.atMs < ANSWER_MS_MAX
  }

  #ask({ id, fromTs, toTs }: Request, pointsMax: number): void {
    const bound = (ts: number): number | null => (Number.isFinite(ts) ? ts : null)
    const range = { fromTs: bound(fromTs), toTs: bound(toTs) }
    this.#send({ type: 'history', id, ...range, pointsMax, levelIds: null })
  }

  #forgetDetail(): void {
    this.#loaded = null
    this.#asked = null
    this.#detail.clear()
  }
}
