/** How a message is spoiled, and the code that it is refused with. */
export const SPOILS = {
  'cut off': 'INVALID_JSON',
  'NaN for a price': 'INVALID_JSON',
  'nine levels': 'SCHEMA',
  'no symbol': 'SCHEMA',
  'a size as text': 'SCHEMA',
  'a price off the grid': 'OFF_TICK',
  'another instrument': 'UNKNOWN_SYMBOL',
} as const
export type Spoil = keyof typeof SPOILS

/** A depth message of `depthText`, spoiled. */
export function spoiledText(text: string, spoil: Spoil): string {
  switch (spoil) {
    case 'cut off':
      return text.slice(0, text.length - 40)
    case 'NaN for a price':
      return text.replace(/("ask_px":)[\d.]+/, '$1NaN')
    case 'nine levels':
      return text.replace(/,\{[^}]*\}\]/, ']')
    case 'no symbol':
      return text.replace('"symbol":"ESH6",', '')
    case 'a size as text':
      return text.replace(/("ask_sz":)(\d+)/, '$1"$2"')
    case 'a price off the grid':
      return text.replace(/("ask_px":\d+)(?:\.\d+)?/, '$1.1')
    case 'another instrument':
      return text.replace('ESH6', 'NQH6')
  }
}
