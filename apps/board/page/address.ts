/** A moment of a run and the level chosen there, as the address of the page keeps them. */
export interface Place {
  /** Unix ms; null: none. */
  readonly ts: number | null
  /** Null: the one that matters most. */
  readonly levelId: string | null
}

/** Browsers refuse an address that changes often: the shortest time between two changes, ms. */
const KEEP_MS = 1000

/** Reads the place from what stands behind the `?` of an address; what is no moment is passed over. */
export function placeOf(search: string): Place {
  const query = new URLSearchParams(search)
  const at = query.get('at') ?? ''
  return { ts: /^\d{1,15}$/.test(at) ? Number(at) : null, levelId: query.get('level') }
}

/** Keeps the place in the address of the page, so that a reload and the way back lead there. */
export class PlaceKeeper {
  #place: Place | null = null
  #kept = ''
  #timer: ReturnType<typeof setTimeout> | undefined

  /** Keeps a place, now or with the next ones; null: none yet. */
  keep(place: Place | null): void {
    this.#place = place
    if (this.#timer === undefined) this.#write()
  }

  #write(): void {
    this.#timer = undefined
    if (this.#place === null) return
    const { ts, levelId } = this.#place
    const query = new URLSearchParams(location.search)
    setOrDelete(query, 'at', ts === null ? null : String(ts))
    setOrDelete(query, 'level', levelId)
    const kept = query.toString()
    if (kept === this.#kept) return
    this.#kept = kept
    history.replaceState(null, '', `?${kept}`)
    this.#timer = setTimeout(() => this.#write(), KEEP_MS)
  }
}

function setOrDelete(query: URLSearchParams, name: string, value: string | null): void {
  if (value === null) query.delete(name)
  else query.set(name, value)
}
