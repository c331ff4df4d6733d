/**
 * Draws one chart a frame. A snap changes all of them; drawn in one frame together with the page they
 * would make it long, drawn one after the other each frame stays short and input is answered. A chart
 * that finds nothing to draw costs no frame.
 */
export class ChartQueue {
  readonly #waiting = new Map<string, () => boolean>()
  readonly #nextFrame: (draw: () => void) => void
  #isPending = false

  /** @param nextFrame `requestAnimationFrame` */
  constructor(nextFrame: (draw: () => void) => void) {
    this.#nextFrame = nextFrame
  }

  /**
   * Has a chart drawn in one of the next frames. Of several requests of one name the newest counts.
   *
   * @param draw says whether there was something to draw
   */
  request(name: string, draw: () => boolean): void {
    this.#waiting.set(name, draw)
    if (this.#isPending) return
    this.#isPending = true
    this.#nextFrame(() => this.#drawOne())
  }

  #drawOne(): void {
    try {
      for (const [name, draw] of this.#waiting) {
        this.#waiting.delete(name)
        if (draw()) break
      }
    } finally {
      this.#isPending = this.#waiting.size > 0
      if (this.#isPending) this.#nextFrame(() => this.#drawOne())
    }
  }
}
