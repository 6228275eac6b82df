import { UnrolledError } from '../../error.ts'
import { nearest } from '../../nearest.ts'
import { shown } from '../../options.ts'

/** What a sequence or a step may be called. */
export type Label = string | number | boolean

/** The labels that a model tells apart, by number. */
export interface Labels<Name extends Label = Label> {
  /** Two or more; the number of a label is its place here. */
  readonly names: readonly Name[]
  /**
   * The number of a label.
   * @throws UnrolledError `data` where it is none of them.
   */
  number(label: unknown, place: string): number
}

/** Labels in a given order. */
export function labelsOf<Name extends Label>(names: readonly Name[]): Labels<Name> {
  const numbers = new Map<unknown, number>(names.map((name, number) => [name, number]))
  return {
    names: [...names],
    number(label, place) {
      const number = numbers.get(label)
      if (number !== undefined) return number
      if (label === undefined || label === null || label === '')
        throw new UnrolledError('data', `${place}: it has no label`)
      const close = nearest(String(label), names.map(String))
      const advice = close === undefined ? `they are ${shownNames(names)}` : `did you mean ${close}?`
      throw new UnrolledError('data', `${place}: ${shown(label)} is none of the labels; ${advice}`)
    },
  }
}

const shownNames = (names: readonly Label[]): string =>
  names.length > 12 ? `${names.slice(0, 12).join(', ')}, … (${names.length} in all)` : names.join(', ')

/** The labels that there are in some values, in order: numbers by size, others by their code units. */
export function labelsIn(values: readonly unknown[], place: (index: number) => string): Labels {
  const found = new Set<Label>()
  values.forEach((value, i) => {
    if (typeof value === 'string' ? value !== '' : typeof value === 'boolean' || Number.isFinite(value)) {
      found.add(value as Label)
    } else throw new UnrolledError('data', `${place(i)}: a label is a name or a number, not ${shown(value)}`)
  })
  const names = [...found].sort((a, b) =>
    typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : 1,
  )
  // What is said of each goes by its name.
  const written = new Map<string, Label>()
  for (const name of names) {
    const twin = written.get(String(name))
    if (twin !== undefined) {
      const at = place(values.indexOf(name))
      throw new UnrolledError(
        'data',
        `${at}: ${shown(name)} and ${shown(twin)} are labels of one name; make them of one type`,
      )
    }
    written.set(String(name), name)
  }
  if (names.length >= 2) return labelsOf(names)
  const where = values.length === 0 ? '' : `${place(0)}: `
  throw new UnrolledError('data', `${where}every label is ${shown(names[0])}; there must be two to tell apart`)
}

/** The labels in the entry of a model's file. */
export function labelsFrom(content: unknown): Labels {
  const right = (one: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof one)
  if (!Array.isArray(content) || content.length < 2 || !content.every(right)) {
    throw new Error('they must be a list of two names or more')
  }
  if (new Set(content).size < content.length) throw new Error('one of them is there twice')
  return labelsOf(content as Label[])
}
