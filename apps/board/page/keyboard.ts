import type { Board } from './model/board.ts'
import type { Interface } from './view/board-view.tsx'
import { windows } from './view/price-panel.tsx'
import { speeds } from './view/timeline.tsx'

const SECOND_MS = 1000

/** What a key does; what it is not here for is left to the browser. */
export function listenForKeys(board: Board, ui: Interface): void {
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return
    // The focus may leave a dialog for the browser's bars; what lies under it stays out of reach.
    const dialog = document.querySelector<HTMLDialogElement>('dialog[open]')
    const action =
      dialog === null ? actionOf(event, board, ui) : dialogAction(event, dialog, ui.isHelpOpen)
    if (action === null) return
    event.preventDefault()
    action()
  })
}

function dialogAction(
  { key }: KeyboardEvent,
  dialog: HTMLDialogElement,
  isHelp: boolean,
): (() => void) | null {
  return isHelp && key === '?' ? () => dialog.close() : null
}

/** Whether the key belongs to what has the focus: a field, a list of choices, a button. */
function isTyping({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof Element)) return false
  if (target.closest('select') !== null) return true
  if (target instanceof HTMLInputElement) return target.type !== 'range' || !isCommandOfTrack(key)
  return key === ' ' && target.closest('button') !== null
}

/** On the track, arrows and the like move it by themselves; the rest is ours. */
function isCommandOfTrack(key: string): boolean {
  return !key.startsWith('Arrow') && !key.startsWith('Page') && key !== 'Home' && key !== 'End'
}

function actionOf(event: KeyboardEvent, board: Board, ui: Interface): (() => void) | null {
  const window = windows[Number(event.key) - 1]
  if (window !== undefined) return () => board.showWindow(window.ms)
  switch (event.key.toLowerCase()) {
    case 'arrowup':
      return () => board.selectNeighbour(-1)
    case 'arrowdown':
      return () => board.selectNeighbour(1)
    case 'f':
      return () => board.select(null)
    case 't':
      return () => ui.nextTheme()
    case '?':
      return () => ui.toggleHelp()
    default:
      return board.isReplay ? replayAction(event, board) : null
  }
}

function replayAction({ key, shiftKey }: KeyboardEvent, board: Board): (() => void) | null {
  const cursorTs = board.cursorTs ?? 0
  const jump = (shiftKey ? 10 : 1) * SECOND_MS
  switch (key) {
    case ' ':
      return () => board.togglePlay()
    case 'ArrowLeft':
      return () => board.seek(cursorTs - jump)
    case 'ArrowRight':
      return () => board.seek(cursorTs + jump)
    case ',':
      return () => board.step(-1)
    case '.':
      return () => board.step(1)
    case '[':
      return () => board.seekEvent(-1)
    case ']':
      return () => board.seekEvent(1)
    case '-':
      return () => changeSpeed(board, -1)
    case '+':
    case '=':
      return () => changeSpeed(board, 1)
    case 'Home':
      return () => board.seek(-Infinity)
    case 'End':
      return () => board.seek(Infinity)
    default:
      return null
  }
}

function changeSpeed(board: Board, steps: 1 | -1): void {
  const { speed } = board
  const next =
    steps > 0 ? speeds.find((other) => other > speed) : speeds.findLast((other) => other < speed)
  if (next !== undefined) board.setSpeed(next)
}
