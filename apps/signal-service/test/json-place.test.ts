import { describe, expect, it } from 'vitest'
import { faultPlace } from '../src/json-place.ts'

const whole = `{ "n\\u00e9t\\"": "hu\\n,sh",\n "x": [true, false, null, -1.5e-10, 0, {}, []] }\n`

function placeAfter(text: string): string {
  const lines = text.split('\n')
  return `line ${lines.length}, column ${lines.at(-1)!.length + 1}`
}

describe('where a text ceases to be JSON', () => {
  it('is its end, wherever it was cut off', () => {
    const lengthOfJson = whole.trimEnd().length
    for (let length = 0; length < lengthOfJson; length++) {
      const text = whole.slice(0, length)
      expect(faultPlace(text)).toBe(`${placeAfter(text)}, its end`)
    }
  })

  it('is the character that cannot stand there, whichever it is', () => {
    for (let length = 0; length <= whole.length; length++) {
      const before = whole.slice(0, length)
      expect(faultPlace(`${before}\u0001${whole.slice(length)}`)).toBe(placeAfter(before))
    }
    expect(faultPlace('{\n  "token": hush }')).toBe('line 2, column 12')
    expect(faultPlace("{ 'a': 1 }")).toBe('line 1, column 3')
    expect(faultPlace('{ "a": 1,\n}')).toBe('line 2, column 1')
    expect(faultPlace('{} {}')).toBe('line 1, column 4')
  })
})
