import { Component, type ComponentChild, type FunctionComponent } from 'preact'

/**
 * A view that is drawn anew only when one of its properties is another one. Four times a second most
 * of the page says the same as before; what stays still costs a comparison.
 */
export function still<P extends object>(view: (props: P) => ComponentChild): FunctionComponent<P> {
  class Still extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      return isOther(this.props, next)
    }

    override render(): ComponentChild {
      return view(this.props)
    }
  }
  // The class is called like the function it stands for, but takes part in the tree on its own.
  return Still as unknown as FunctionComponent<P>
}

function isOther(before: object, after: object): boolean {
  const [a, b] = [before as Record<string, unknown>, after as Record<string, unknown>]
  for (const key in b) if (a[key] !== b[key]) return true
  for (const key in a) if (!(key in b)) return true
  return false
}
