/** A number as it was written. */
export class Literal {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export type NaiveJson =
  string | boolean | null | Literal | readonly NaiveJson[] | ReadonlyMap<string, NaiveJson>

/**
 * A slow and complete JSON parser that keeps every number as it was written: the twin of the exact
 * pre-pass. Of equal keys the last wins.
 *
 * @throws SyntaxError when the text is not JSON
 */
export function parseNaively(text: string): NaiveJson {
  const reader = new Reader(text)
  const value = reader.value()
  reader.end()
  return value
}

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  value(): NaiveJson {
    this.#take(/[ \n\r\t]*/y)
    const value = this.#bareValue()
    this.#take(/[ \n\r\t]*/y)
    return value
  }

  end(): void {
    if (this.#at < this.#text.length) throw new SyntaxError(`stray text at ${this.#at}`)
  }

  #bareValue(): NaiveJson {
    if (this.#skip('{')) return this.#object()
    if (this.#skip('[')) return this.#array()
    if (this.#skip('true')) return true
    if (this.#skip('false')) return false
    if (this.#skip('null')) return null
    const number = this.#take(/-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y)
    return number === null ? this.#string() : new Literal(number)
  }

  #object(): NaiveJson {
    const fields = new Map<string, NaiveJson>()
    this.#take(/[ \n\r\t]*/y)
    if (this.#skip('}')) return fields
    do {
      this.#take(/[ \n\r\t]*/y)
      const key = this.#string()
      this.#take(/[ \n\r\t]*/y)
      this.#need(':')
      fields.set(key, this.value())
    } while (this.#skip(','))
    this.#need('}')
    return fields
  }

  #array(): NaiveJson {
    const elements: NaiveJson[] = []
    this.#take(/[ \n\r\t]*/y)
    if (this.#skip(']')) return elements
    do elements.push(this.value())
    while (this.#skip(','))
    this.#need(']')
    return elements
  }

  #string(): string {
    this.#need('"')
    let text = ''
    for (;;) {
      const plain = this.#take(/[^"\\\u0000-\u001f]*/y)
      text += plain ?? ''
      if (this.#skip('"')) return text
      this.#need('\\')
      const escape = this.#take(/["\\/bfnrt]|u[0-9a-fA-F]{4}/y)
      if (escape === null) throw new SyntaxError(`no such escape at ${this.#at}`)
      text += unescaped(escape)
    }
  }

  #need(word: string): void {
    if (!this.#skip(word)) throw new SyntaxError(`expected ${word} at ${this.#at}`)
  }

  #skip(word: string): boolean {
    const isThere = this.#text.startsWith(word, this.#at)
    if (isThere) this.#at += word.length
    return isThere
  }

  #take(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0] ?? null
    if (found !== null) this.#at += found.length
    return found
  }
}

function unescaped(escape: string): string {
  if (escape.startsWith('u')) return String.fromCharCode(Number.parseInt(escape.slice(1), 16))
  const plain: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }
  return plain[escape] ?? escape
}
