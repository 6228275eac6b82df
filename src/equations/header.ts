import { nearest } from '../nearest.ts'
import type { TokenReader } from './expression.ts'
import { shown } from './expression.ts'
import { sizeNames, type Entry, type Initial, type SizeName } from './syntax.ts'

/** Widest vector a text may ask for by number. */
const widest = 1 << 20

export const drawn = ['orthogonal', 'glorot', 'uniform', 'normal', 'identity'] as const

/** entry (',' entry)*, to the end of the line; `value` reads what stands right of each =. */
export function entries<T>(reader: TokenReader, value: (reader: TokenReader) => T, required: boolean): Entry<T>[] {
  const result: Entry<T>[] = []
  do {
    const name = reader.name() ?? reader.fail(`${shown(reader.token)} where a name was expected`)
    if (name.primed) reader.fail('a header speaks of names without a prime', name.at)
    const equals = reader.sign('=')
    if (!equals && required) reader.fail(`${shown(reader.token)} where = was expected`)
    result.push({ name: name.name, value: equals ? value(reader) : (undefined as T), at: name.at })
  } while (reader.sign(','))
  reader.end('a header line reads: name = value, name = value')
  return result
}

/** hidden, input, output, projection, or a number of columns. */
export function size(reader: TokenReader): SizeName | number {
  const { token } = reader
  const number = reader.number()
  if (number) {
    if (Number.isInteger(number.value) && number.value >= 1 && number.value <= widest) return number.value
    reader.fail(`a size is a whole number from 1 to ${widest}`, number.at)
  }
  const name = reader.name()
  const known = sizeNames.find((known) => known === name?.name)
  if (known && !name?.primed) return known
  const close = name && nearest(name.name, sizeNames)
  return reader.fail(
    `${shown(token)} is not a size; sizes are ${sizeNames.join(', ')} or a number` +
      (close ? `; did you mean ${close}?` : ''),
    token.at,
  )
}

/** A number, with or without a minus. */
export function number(reader: TokenReader): number {
  const minus = reader.sign('-')
  const digits = reader.number() ?? reader.fail(`${shown(reader.token)} where a number was expected`)
  return minus ? -digits.value : digits.value
}

/** A number, or how to draw: orthogonal, glorot, uniform, uniform(lo, hi), normal, identity. */
export function initial(reader: TokenReader): Initial {
  const { token } = reader
  if (token.kind !== 'name') return number(reader)
  reader.name()
  const known = drawn.find((known) => known === token.name)
  if (!known || token.primed) {
    const close = nearest(token.name, drawn)
    reader.fail(
      `${shown(token)} is not a way to initialise; write a number or ${drawn.join(', ')}` +
        (close ? `; did you mean ${close}?` : ''),
      token.at,
    )
  }
  if (known !== 'uniform' || !reader.sign('(')) return known
  const lo = number(reader)
  if (!reader.sign(',')) reader.fail(`${shown(reader.token)} where , was expected`)
  const hi = number(reader)
  if (!reader.sign(')')) reader.fail(`${shown(reader.token)} where ) was expected`)
  if (!(lo < hi)) reader.fail(`uniform(lo, hi) wants lo below hi`, token.at)
  return { uniform: [lo, hi] }
}
