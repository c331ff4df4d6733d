import { styleText } from 'node:util'

/** A colour or weight of text. */
export type Style = Parameters<typeof styleText>[0]

/** Where text for people goes. */
export interface Channel {
  /** A terminal can be rewritten; anything else gets plain lines. */
  readonly isTTY: boolean
  /** Characters that fit into a line. */
  readonly columns: number
  readonly write: (text: string) => void
  /** Styles text where the channel shows styles, else gives it back as it is. */
  readonly paint: (style: Style, text: string) => string
}

/** Where a command writes: results to `out`, everything about the run itself to `err`. */
export interface Terminal {
  readonly out: Channel
  readonly err: Channel
  /** Somebody is at the keyboard: standard input is a terminal. Left out: nobody is. */
  readonly isInteractive?: boolean
}

/** `process.stdout` and `process.stderr`; only a terminal has the two properties. */
type OutputStream = NodeJS.WritableStream & {
  readonly isTTY?: boolean
  readonly columns?: number
}

/** Width where there is no terminal to ask: of a log, of a file. */
const PLAIN_COLUMNS = 160

/**
 * A stream of the process as a channel. Whoever reads it may stop before the end, as `head` does, and
 * a terminal may be closed: what is written after that is dropped. Styles follow the stream and `NO_COLOR`.
 *
 * @param onFailure told of any other reason why nothing can be written, such as a full disk
 */
export function channelOf(stream: OutputStream, onFailure: (error: Error) => void): Channel {
  let isGone = false
  stream.on('error', (error: NodeJS.ErrnoException) => {
    isGone = true
    const isClosedTerminal = stream.isTTY === true && error.code === 'EIO'
    if (error.code !== 'EPIPE' && !isClosedTerminal) onFailure(error)
  })
  return {
    isTTY: stream.isTTY ?? false,
    get columns() {
      return stream.columns ?? PLAIN_COLUMNS
    },
    write: (text) => {
      if (!isGone) stream.write(text)
    },
    paint: (style, text) => styleText(style, text, { stream }),
  }
}
