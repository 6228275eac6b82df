import type { Json } from '../layers/index.ts'

type Content = Readonly<Record<string, Json>>
interface Column {
  readonly name: string
  readonly categories?: readonly string[]
  readonly ignoreUnknown?: boolean
}

/**
 * How a module reads what people have, as JavaScript: by the kind of a coding, a text that declares `row`, of a step, and `rows`, of a
 * sequence. It finds the coding's content as `coding`, and `wrong` and `number`, which complain. Each does what the coding of that kind does.
 */
export interface Reader {
  readonly code: string
  /** What a step of a coding of such content is, and a sequence, as TypeScript. */
  readonly step: string | ((coding: Content) => string)
  readonly sequence: string
  /** Whether a row is a whole sequence where it is cut into steps: then nobody has a single one. */
  readonly whole?: true
}

/** What readers of lists of numbers share: the numbers of a step, and the steps that a sequence is a list of, or one of. */
const ofNumbers = `
const numbersOf = (step) => {
  const numbers = typeof step === 'number' ? [step] : step
  if (numbers?.length === coding.columns) return numbers
  throw wrong(step, coding.columns === 1 ? 'a number' : coding.columns + ' numbers')
}
const stepsOf = (sequence) => {
  const isList = typeof sequence?.[0] === 'object' || coding.columns === 1 || !sequence?.length
  return Array.from(isList ? (sequence ?? []) : [sequence])
}`

const list: Reader = {
  step: 'number | ArrayLike<number>',
  sequence: 'ArrayLike<number> | readonly ArrayLike<number>[]',
  code: `${ofNumbers.trim()}
const row = (step) =>
  Float32Array.from(numbersOf(step), (value, column) => {
    const { mean, deviation } = coding.scaling[column % coding.scaling.length]
    return (Math.fround(number(value, coding.name)) - mean) / deviation
  })
const rows = (sequence) => {
  const { steps, columns } = coding
  if (steps === undefined) return stepsOf(sequence).map((step) => row(step))
  const nested = typeof sequence?.[0] === 'object'
  const flat = nested ? Array.from(sequence).flatMap((one) => Array.from(one ?? [])) : Array.from(sequence ?? [])
  if (flat.length !== steps * columns) throw wrong(sequence, steps * columns + ' numbers')
  return Array.from({ length: steps }, (_, step) => row(flat.slice(step * columns, (step + 1) * columns)))
}`,
}

const vectors: Reader = {
  whole: true,
  step: ({ columns }) => {
    const named = (columns as unknown as readonly Column[]).map(({ name, categories, ignoreUnknown }) => {
      const type = categories ? 'string | number | boolean' : 'number'
      return `readonly ${JSON.stringify(name)}${ignoreUnknown ? '?' : ''}: ${type}${ignoreUnknown ? ' | null | undefined' : ''}`
    })
    return `{ ${named.join('; ')} } | ArrayLike<number | string | boolean | null | undefined> | number`
  },
  sequence: 'Step | readonly Step[]',
  code: `
const coded = ({ name, mean, deviation, categories, ignoreUnknown }, value) => {
  if (!categories) return [(number(value, name) - mean) / deviation]
  const nothing = value === undefined || value === null || Number.isNaN(value)
  const found = nothing ? -1 : categories.indexOf(String(value))
  if (found < 0 && !ignoreUnknown) throw wrong(value, 'a ' + name + ': one of ' + categories.join(', '))
  return categories.map((_, i) => (i === found ? 1 : 0))
}
const isList = (value) => Array.isArray(value) || ArrayBuffer.isView(value)
const row = (step) => {
  const named = typeof step === 'object' && step !== null && !isList(step)
  const values = named ? coding.columns.map(({ name }) => step[name]) : isList(step) ? step : [step]
  if (values.length !== coding.columns.length) throw wrong(step, coding.columns.map(({ name }) => name).join(', '))
  return Float32Array.from(coding.columns.flatMap((column, i) => coded(column, values[i])))
}
const rows = (sequence) => {
  if (coding.steps === undefined) return Array.from(isList(sequence) && typeof sequence[0] === 'object' ? sequence : [sequence], row)
  const whole = row(sequence)
  const width = whole.length / coding.steps
  return Array.from({ length: coding.steps }, (_, step) => whole.subarray(step * width, (step + 1) * width))
}`,
}

const text: Reader = {
  step: 'string | number',
  sequence: 'string | ArrayLike<string | number>',
  code: `
const numbers = new Map(coding.symbols.map((symbol, id) => [symbol, id]))
const unknown = numbers.get('<unk>')
numbers.delete('<unk>')
const idOf = (given) => {
  if (typeof given !== 'string') return given
  // What is several symbols is no unknown one.
  const [symbol, ...more] = cut(given)
  return symbol === undefined || more.length > 0 ? undefined : (numbers.get(symbol) ?? unknown)
}
const row = (symbol) => {
  const id = idOf(symbol)
  if (Number.isInteger(id) && id >= 0 && id < coding.symbols.length) return Float32Array.of(id)
  const other = unknown === undefined ? '' : ', or one other'
  throw wrong(symbol, 'one of the ' + coding.symbols.length + ' ' + coding.units + ' that the model knows' + other)
}
const rows = (sequence) => {
  const symbols = Array.from(typeof sequence === 'string' ? cut(sequence) : (sequence ?? []), row)
  return symbols.slice(0, coding.most ?? Infinity)
}`,
}

const tokens: Reader = {
  step: 'string',
  sequence: 'readonly string[]',
  code: `
const words = new Map(coding.words.map((word, id) => [word, id]))
const letters = new Map(coding.characters.map((letter, id) => [letter, id]))
/** Places for a word's letters: one before them and one behind. */
const room = places.inputColumns - 1
const half = (room - 2) / 2
const row = (word) => {
  if (typeof word !== 'string' || word === '') throw wrong(word, 'a word')
  const all = Array.from(word)
  const kept = all.length <= 2 * half ? all : [...all.slice(0, half), ...all.slice(-half)]
  const numbers = new Float32Array(1 + room).fill(coding.characters.length)
  numbers[0] = words.get(word) ?? words.get('<unk>')
  kept.forEach((letter, at) => (numbers[2 + at] = letters.get(letter) ?? letters.get('<unk>')))
  return numbers
}
const rows = (sequence) => {
  if (typeof sequence === 'string') throw wrong(sequence, 'a list of words')
  return Array.from(sequence ?? [], row)
}`,
}

const plain: Reader = {
  step: list.step,
  sequence: list.sequence,
  code: `${ofNumbers.trim()}
const row = (step) =>
  Float32Array.from(numbersOf(step), (value) => {
    const { symbols } = coding
    if (symbols === undefined || (Number.isInteger(value) && value >= 0 && value < symbols)) return number(value, 'x')
    throw wrong(value, 'the number of a symbol, below ' + symbols)
  })
const rows = (sequence) => stepsOf(sequence).map((step) => row(step))`,
}

export const readers: Readonly<Record<string, Reader>> = { list, vectors, text, tokens, plain }

/** How texts are cut, by their units, as JavaScript of a function `cut`. */
export const cuts: Readonly<Record<string, (word: RegExp) => string>> = {
  characters: () => 'const cut = (text) => text',
  words: (word) => `const cut = (text) => text.match(${String(word)}) ?? []`,
  tokens: () => 'const cut = (text) => text.match(/\\S+/g) ?? []',
}
