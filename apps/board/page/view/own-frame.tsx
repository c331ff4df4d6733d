import { Component, type ComponentChildren } from 'preact'
import type { ChartQueue } from '../chart/chart-queue.ts'

interface OwnFrameProps {
  /** What it is called in the queue. */
  readonly name: string
  readonly queue: ChartQueue
  readonly children: ComponentChildren
}

/**
 * A part of the page that is drawn anew in a frame of its own, right after what stands around it:
 * reading a snap and drawing all it changes at once would make one long frame.
 */
export class OwnFrame extends Component<OwnFrameProps> {
  override shouldComponentUpdate({ name, queue }: OwnFrameProps): boolean {
    queue.request(name, () => {
      this.forceUpdate()
      return true
    })
    return false
  }

  override render(): ComponentChildren {
    return this.props.children
  }
}
