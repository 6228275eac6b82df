import { concat, gather, matmul, max as greater, add, relu, slice, type Node } from '../graph/index.ts'
import { checkNames, checkNumber } from '../options.ts'
import { defineLayer, type BuildContext, type Json, type Layer, type LayerDescription } from './layer.ts'
import { vectors } from './port.ts'

/** How words are read by their characters. */
export interface SpellingOptions {
  /** How many characters there are, that of places behind a word's end among them. */
  readonly symbols: number
  /** Places for characters in a word, 3 or more; the first and the last are there for what a word begins and ends with. */
  readonly places: number
  /** Numbers that are told of a word's characters. */
  readonly hidden: number
  /** Width of the vectors that stand for characters; 25. */
  readonly size?: number
}

/** How many words there are, how wide their vectors, and how they are spelt. */
export interface WordsOptions {
  /** How many words there are. */
  readonly symbols: number
  /** Width of the vectors that stand for words. */
  readonly size: number
  /** How each word's characters are read too; absent, they are not. */
  readonly characters?: SpellingOptions
  /** Columns behind the number of the word that are not looked at, where characters are not read; 0. */
  readonly beside?: number
}

/** Characters that a filter looks at. */
const window = 3

/**
 * A vector for each word: a trained one of its own, and beside it what its characters say: filters over each three neighbours, of
 * which the greatest over the word is taken (Ma & Hovy 2016, arXiv:1603.01354).
 *
 * `[time, batch] × (1 + places)`, the numbers of the word and of its characters → `[time, batch] × (size + hidden)`.
 */
export function words(options: WordsOptions): Layer {
  checkNames('words', options, ['symbols', 'size', 'characters', 'beside'])
  const whole = { from: 1, whole: true }
  const symbols = checkNumber('words', 'symbols', options.symbols, whole)
  const size = checkNumber('words', 'size', options.size, whole)
  const spelling = options.characters && checked(options.characters)
  const beside = spelling?.places ?? checkNumber('words', 'beside', options.beside ?? 0, { from: 0, whole: true })
  return defineLayer({
    description: {
      kind: 'words',
      symbols,
      size,
      ...(spelling ? { characters: { ...spelling } as Json } : beside > 0 && { beside }),
    },
    inputs: { x: vectors(1 + beside) },
    outputs: { output: vectors(size + (spelling?.hidden ?? 0)) },
    declared: [
      { name: 'weight', shape: { rows: [symbols], columns: size }, blocks: [{ columns: size, init: 'normal' }] },
      ...(spelling ? parametersOf(spelling) : []),
    ],
    build(context, { x }) {
      const own = gather(context.parameter('weight'), slice(x!, 0, 1))
      return { output: spelling ? concat([own, spelled(context, x!, spelling)]) : own }
    },
  })
}

type Spelling = Required<SpellingOptions>

function checked(options: SpellingOptions): Spelling {
  checkNames('words: characters', options, ['symbols', 'places', 'hidden', 'size'])
  const number = (name: keyof Spelling, from = 1): number =>
    checkNumber('words: characters', name, name === 'size' ? (options.size ?? 25) : options[name], {
      from,
      whole: true,
    })
  return {
    symbols: number('symbols'),
    places: number('places', window),
    hidden: number('hidden'),
    size: number('size'),
  }
}

const parametersOf = ({ symbols, size, hidden }: Spelling): Layer['declared'] => [
  { name: 'characters.weight', shape: { rows: [symbols], columns: size }, blocks: [{ columns: size, init: 'normal' }] },
  {
    name: 'filters.weight',
    shape: { rows: [hidden], columns: window * size },
    blocks: [{ columns: window * size, init: 'glorot' }],
  },
  { name: 'filters.bias', shape: { rows: [], columns: hidden }, blocks: [{ columns: hidden, init: 0 }] },
]

/** max over p of relu(W @ [c(p − 1), c(p), c(p + 1)] + b), c(p) the vectors of characters; p from the second place to the last but one. */
function spelled({ parameter }: BuildContext, x: Node, { places }: Spelling): Node {
  const table = parameter('characters.weight')
  const letters = Array.from({ length: places }, (_, p) => gather(table, slice(x, 1 + p, 2 + p)))
  const found = letters
    .slice(1, -1)
    .map((_, p) =>
      add(matmul(parameter('filters.weight'), concat(letters.slice(p, p + window))), parameter('filters.bias')),
    )
  // Of all the greatest, for relu keeps their order.
  return relu(found.reduce((a, b) => greater(a, b)))
}

/** The layer that its description stands for. */
export const wordsFrom = ({ kind: _, ...options }: LayerDescription): Layer => words(options as unknown as WordsOptions)
