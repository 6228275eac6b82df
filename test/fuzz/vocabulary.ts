import { functions } from '../../src/equations/functions.ts'
import { cellSubject, type CellCase } from './cell-case.ts'
import { truthOf, valuesOf } from './oracle.ts'

/** What equations may call. */
export interface Callable {
  readonly name: string
  /** How many vectors it takes. */
  readonly vectors: number
  /** How many written numbers it may take behind them. */
  readonly numbers: number
  /** Whether it gives one column, however many it takes. */
  readonly reduces: boolean
  /** Whether its first vector only steers: it is a comparison, since a lone zero is a hole that differences do not see. */
  readonly steered: boolean
  /** Whether it is finite for numbers of either sign; else it wants them above zero. */
  readonly everywhere: boolean
}

/** All that equations know, so that a new function joins by itself. */
export const callables: readonly Callable[] = [...functions].map(([name, { vectors, numbers, reduces }]) => ({
  ...{ name, vectors, numbers: numbers.length, reduces, steered: name === 'where' },
  everywhere: isFinite(`h' = h\ny = ${name}(${new Array(vectors).fill('h').join(', ')})`),
}))

/** Signs between two vectors, element by element, by how often; what compares has no slope. */
export const signs = [
  [8, '+'],
  [4, '-'],
  [8, '*'],
  [3, '/'],
  [1, '<'],
  [1, '>'],
] as const

function isFinite(text: string): boolean {
  const one: CellCase = {
    ...{
      text,
      modifiers: [],
      sizes: { input: 1, hidden: 100, output: 1, projection: 1 },
      layers: 1,
      time: 1,
      batch: 1,
    },
    ...{ bidirectional: false, residual: false, lengths: undefined, started: true, training: false },
  }
  const subject = cellSubject(one)
  return valuesOf(truthOf(subject), subject.given, subject).get('output')!.every(Number.isFinite)
}
