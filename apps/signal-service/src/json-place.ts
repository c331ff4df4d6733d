/**
 * Where a text ceases to be JSON, as `line 3, column 7`. The engine says so of some faults only, and
 * of others quotes what stands there, which may be a secret.
 *
 * @param text no JSON
 */
export function faultPlace(text: string): string {
  let [sound, broken] = [0, text.length + 1] // what of it may begin a JSON text, and what may not
  while (broken - sound > 1) {
    const length = (sound + broken) >> 1
    if (mayBegin(text.slice(0, length))) sound = length
    else broken = length
  }
  const lines = text.slice(0, sound).split('\n')
  const isCut = sound === text.length
  return `line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}${isCut ? ', its end' : ''}`
}

/** Whether a text is JSON, or would be with more behind it. */
function mayBegin(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    const position = /position (\d+)/.exec(message)?.[1]
    return position === undefined
      ? message.startsWith('Unexpected end')
      : Number(position) >= text.length
  }
}
