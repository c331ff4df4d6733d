import { keepText, kept } from './storage.ts'

/** What the user chose; `auto`: as the system has it. */
export const THEMES = ['auto', 'dark', 'light'] as const
export type Theme = (typeof THEMES)[number]

const THEME_KEY = 'levels.theme'

/** Dark or light, kept from one visit to the next. */
export class ThemeSwitch {
  #theme: Theme = storedTheme()

  /** @param onChange is told when colours have changed, by the user or by the system */
  constructor(onChange: () => void) {
    this.#apply()
    this.#onChange = onChange
    matchMedia('(prefers-color-scheme: light)').addEventListener('change', onChange)
  }

  readonly #onChange: () => void

  get theme(): Theme {
    return this.#theme
  }

  /** The next one of auto, dark, light. */
  next(): void {
    this.#theme = THEMES[(THEMES.indexOf(this.#theme) + 1) % THEMES.length] ?? 'auto'
    keepText('visits', THEME_KEY, this.#theme)
    this.#apply()
    this.#onChange()
  }

  #apply(): void {
    if (this.#theme === 'auto') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = this.#theme
  }
}

function storedTheme(): Theme {
  const stored = kept('visits', THEME_KEY)
  return THEMES.find((theme) => theme === stored) ?? 'auto'
}
