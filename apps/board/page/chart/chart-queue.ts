/**
 * Draws one chart a frame. A snap changes all of them; drawn in one frame together with the page they
 * would make it long, drawn one after the other each frame stays short and input is answered.
 */
export class ChartQueue {
  readonly #waiting = new Map<string, () => void>()
  readonly #nextFrame: (draw: () => void) => void
  #isPending = false

  /** @param nextFrame `requestAnimationFrame` */
  constructor(nextFrame: (draw: () => void) => void) {
    this.#nextFrame = nextFrame
  }

  /** Has a chart drawn in one of the next frames. Of several requests of one name the newest counts. */
  request(name: string, draw: () => void): void {
    this.#waiting.set(name, draw)
    if (this.#isPending) return
    this.#isPending = true
    this.#nextFrame(() => this.#drawOne())
  }

  #drawOne(): void {
    const [next] = this.#waiting
    this.#isPending = this.#waiting.size > 1
    if (this.#isPending) this.#nextFrame(() => this.#drawOne())
    if (next === undefined) return
    const [name, draw] = next
    this.#waiting.delete(name)
    draw()
  }
}
