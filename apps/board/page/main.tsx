import './no-evaluation.ts'
import { WEB_SOCKET_PATH } from '@levels/gateway/protocol'
import { render } from 'preact'
import { PlaceKeeper, placeOf } from './address.ts'
import { announcementOf } from './announcer.ts'
import { ChartQueue } from './chart/chart-queue.ts'
import { listenForKeys } from './keyboard.ts'
import { Board } from './model/board.ts'
import { ThemeSwitch } from './theme.ts'
import { BoardView, type Interface } from './view/board-view.tsx'

/** Ages and waiting times move on though nothing comes: the longest time without a drawing, ms. */
const AGE_STEP_MS = 500

class Page implements Interface {
  readonly #board: Board
  readonly #root: HTMLElement
  readonly #theme: ThemeSwitch
  readonly #places = new PlaceKeeper()
  #isDrawPending = false
  #ageTimer: ReturnType<typeof setTimeout> | undefined
  paletteVersion = 0
  isHelpOpen = false
  readonly charts = new ChartQueue((draw) => requestAnimationFrame(draw))
  announcement = ''

  constructor(root: HTMLElement) {
    this.#root = root
    this.#theme = new ThemeSwitch(() => {
      this.paletteVersion++
      this.#drawSoon()
    })
    this.#board = new Board(webSocketUrl(), placeOf(location.search), () => this.#drawSoon())
    listenForKeys(this.#board, this)
    const token = takeTokenFromAddress()
    if (token === null) this.#board.open()
    else this.#board.useToken(token)
    this.#draw()
  }

  get theme(): ThemeSwitch['theme'] {
    return this.#theme.theme
  }

  nextTheme(): void {
    this.#theme.next()
  }

  toggleHelp(): void {
    this.isHelpOpen = !this.isHelpOpen
    this.#drawSoon()
  }

  /** However much comes between two frames, it is drawn once. */
  #drawSoon(): void {
    if (this.#isDrawPending) return
    this.#isDrawPending = true
    requestAnimationFrame(() => this.#draw())
  }

  #draw(): void {
    this.#isDrawPending = false
    clearTimeout(this.#ageTimer)
    this.#ageTimer = setTimeout(() => this.#drawSoon(), AGE_STEP_MS)
    const announcement = announcementOf(this.#board.unsaid)
    this.#board.unsaid = []
    if (announcement !== '') this.announcement = announcement
    render(<BoardView board={this.#board} ui={this} />, this.#root)
    this.#places.keep(this.#board.place)
  }
}

function webSocketUrl(): string {
  const url = new URL(WEB_SOCKET_PATH, location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return url.href
}

/** A token behind the # of the address is used and taken out of it, and of the history. */
function takeTokenFromAddress(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('token')
  if (token !== null) history.replaceState(null, '', location.pathname + location.search)
  return token
}

const root = document.getElementById('board')
if (root === null) throw new Error('expected an element "board" in the page, was none')
new Page(root)
