/** What is kept, and for how long: as long as the tab lives, or from one visit to the next. */
type Keep = 'tab' | 'visits'

/** What was kept under a name; null: nothing, or the browser was told to keep nothing. */
export function kept(keep: Keep, name: string): string | null {
  try {
    return storageOf(keep).getItem(name)
  } catch {
    return null
  }
}

/** Keeps a text under a name, or with null nothing, as far as the browser lets it. */
export function keepText(keep: Keep, name: string, text: string | null): void {
  try {
    if (text === null) storageOf(keep).removeItem(name)
    else storageOf(keep).setItem(name, text)
  } catch {
    // The page works without; it only has to be told again the next time.
  }
}

/** @throws DOMException where the browser lets no page keep anything */
function storageOf(keep: Keep): Storage {
  return keep === 'tab' ? sessionStorage : localStorage
}
