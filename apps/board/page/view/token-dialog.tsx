import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Dialog } from './dialog.tsx'

/** Asks for the token the gateway wants. */
export function TokenDialog({
  isRefused,
  onToken,
}: {
  readonly isRefused: boolean
  readonly onToken: (token: string) => void
}): JSX.Element {
  const [token, setToken] = useState('')
  return (
    <Dialog title="Token" onClose={null}>
      <form
        class="token-form"
        onSubmit={(event) => {
          event.preventDefault()
          if (token !== '') onToken(token)
        }}
      >
        <label for="token">
          {isRefused
            ? 'The gateway refused that token. Another one:'
            : 'The gateway asks for its token; whoever started it has it.'}
        </label>
        <input
          id="token"
          type="password"
          autocomplete="off"
          value={token}
          onInput={(event) => {
            setToken(event.currentTarget.value)
          }}
        />
        <button type="submit" class="dialog-button">
          Connect
        </button>
      </form>
    </Dialog>
  )
}
