import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

/**
 * A modal dialog of the browser's own: it keeps the focus, Escape closes it, and the focus goes back
 * to where it was.
 */
export function Dialog({
  title,
  onClose,
  children,
}: {
  readonly title: string
  /** Null: it stays until its task is done. */
  readonly onClose: (() => void) | null
  readonly children: ComponentChildren
}): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    dialog.current?.showModal()
  }, [])
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-label={title}
      onClose={() => {
        // A browser closes it at a second Escape whatever the page says.
        if (onClose === null) dialog.current?.showModal()
        else onClose()
      }}
      onCancel={(event) => {
        if (onClose === null) event.preventDefault()
      }}
      onClick={(event) => {
        if (event.target === dialog.current && onClose !== null) dialog.current?.close()
      }}
    >
      <div class="dialog-body">
        <h2>{title}</h2>
        {children}
      </div>
    </dialog>
  )
}
