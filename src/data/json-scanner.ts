import { quoted } from '../printable.ts'

/**
 * Reads a JSON text piece by piece, so that what is not wanted never becomes an object: JSON.parse makes up to fifty bytes of one.
 * What does not stand where it belongs throws an Error with the place.
 */
export class JsonScanner {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  /** An object's entries one by one; `value` must read the value of each. Throws for a name that is there twice, and `__proto__`. */
  object(value: (name: string) => void): void {
    const names = new Set<string>()
    this.#expect('{')
    if (this.#take('}')) return
    do {
      const name = this.string()
      this.#expect(':')
      if (name === '__proto__') throw new Error('it has an entry named __proto__')
      if (names.size === names.add(name).size) throw new Error(`it has two entries named ${quoted(name)}`)
      value(name)
    } while (this.#take(','))
    this.#expect('}')
  }

  /** A list's values one by one; `value` must read each. */
  list(value: () => void): void {
    this.#expect('[')
    if (this.#take(']')) return
    do value()
    while (this.#take(','))
    this.#expect(']')
  }

  /** What the next value begins with: `{`, `[`, `"`, or the sign of a number or word. */
  next(): string {
    while (' \t\r\n'.includes(this.#text[this.#at] ?? '?')) this.#at++
    return this.#text[this.#at] ?? ''
  }

  string(): string {
    if (this.next() !== '"') throw this.#wrong('a string')
    const begin = this.#at
    this.#skipString()
    return JSON.parse(this.#text.slice(begin, this.#at)) as string
  }

  /** The text of any value, which may have at most `longest` signs; whether it is JSON within is not looked at. */
  raw(longest: number): string {
    this.next()
    const begin = this.#at
    for (let depth = 0; this.#at < this.#text.length; this.#at++) {
      const sign = this.#text[this.#at]!
      if (depth === 0 && ',]}'.includes(sign)) break
      if (sign === '"') {
        this.#skipString()
        this.#at--
      } else if (sign === '{' || sign === '[') depth++
      else if (sign === '}' || sign === ']') depth--
      if (this.#at - begin > longest) throw new Error(`a value has more than ${longest} signs`)
    }
    return this.#text.slice(begin, this.#at)
  }

  /** Sees that nothing follows. */
  end(): void {
    if (this.next() !== '') throw this.#wrong('the end')
  }

  #skipString(): void {
    const begin = this.#at
    for (;;) {
      this.#at = this.#text.indexOf('"', this.#at + 1)
      if (this.#at < 0) {
        this.#at = begin
        throw this.#wrong('a string that ends')
      }
      let escapes = 0
      while (this.#text[this.#at - 1 - escapes] === '\\') escapes++
      if (escapes % 2 === 0) break
    }
    this.#at++
  }

  #take(sign: string): boolean {
    if (this.next() !== sign) return false
    this.#at++
    return true
  }

  #expect(sign: string): void {
    if (!this.#take(sign)) throw this.#wrong(`'${sign}'`)
  }

  #wrong(wanted: string): Error {
    return new Error(`it is no JSON as it should be: at sign ${this.#at} ${wanted} is expected`)
  }
}
