import { UnrolledError } from '../error.ts'
import { checkBoolean, checkNames, shown, wrongOption } from '../options.ts'
import { checkRows } from './check-rows.ts'
import type { LabelledSequence } from './labelled-sequence.ts'
import { columnsOf, type Rows } from './rows.ts'
import { sequenceData, type Sequences } from './sequence-data.ts'
import { checkWhole } from './text.ts'
import { isUnits, type Units } from './units.ts'
import { cutBy } from './vocabulary-options.ts'
import { buildVocabulary, lineEnd, type Vocabulary } from './vocabulary.ts'

/** Symbols in a row: a string, which is cut into its characters, words or tokens; or a list of tokens. */
export type Written = string | readonly string[]

/** Two sequences that belong together, as long as they like. */
export interface Pair {
  /** Symbols, or rows of numbers: `[steps][columns]`. */
  readonly source: Written | Rows
  readonly target: Written
}

/** How one side of pairs is read. */
export interface SideOptions {
  /** What strings are cut into; `characters`. Lists are tokens. See `text` for words and subwords. */
  readonly units?: Units
  /** Symbols met less often become `<unk>`; 1, of words 2; subwords met less often are left in smaller pieces, 2. */
  readonly minCount?: number
  /** The most symbols to tell apart, `<unk>` included, of subwords 4,000; or a vocabulary that there is already. */
  readonly vocabulary?: number | Vocabulary
}

/** What is said of both sides holds where `source` and `target` say nothing else. */
export interface PairsOptions extends SideOptions {
  readonly source?: SideOptions
  readonly target?: SideOptions
  /** Whether both sides have one vocabulary, made of both as `source` says; false. */
  readonly shared?: boolean
  /** Reads both sides by the vocabularies of a model, or of other pairs. */
  readonly like?: { readonly sourceVocabulary?: Vocabulary; readonly targetVocabulary: Vocabulary }
}

/** Pairs of sequences as data: `source` along the axis of that name, `x` and `targets` along time. */
export interface Pairs extends Sequences {
  /** Of sources that are symbols. */
  readonly sourceVocabulary?: Vocabulary
  readonly targetVocabulary: Vocabulary
  /** What was given, of sides that are symbols; lists of tokens with blanks between. */
  readonly sourceTexts?: readonly string[]
  readonly targetTexts: readonly string[]
}

/**
 * Makes a data set of pairs: a source, read whole before the first step, and the target it is to become. Each target begins from a
 * boundary, the line's end of its vocabulary, and every symbol is predicted, the boundary behind it too: of `cat`, `x` is ⏎cat and
 * `targets` is cat⏎. They are shuffled in training. A source may be empty where it is symbols, a target too.
 *
 * @throws UnrolledError `data` for what is no pair, no symbol, or no number, with number of the pair, side and place; `option` for
 * wrong options.
 */
export function pairs(items: readonly Pair[], options: PairsOptions = {}): Pairs {
  checkNames('pairs', options, ['source', 'target', 'shared', 'like', ...sideNames], { share: 'shared', ...synonyms })
  if (!Array.isArray(items)) {
    throw new UnrolledError('data', `pairs: a list of { source, target } is needed, not ${shown(items)}`)
  }
  if (items.length === 0) throw new UnrolledError('data', 'pairs: there is no pair')
  items.forEach((item: unknown, i) => {
    const { source, target } = (item ?? {}) as Partial<Pair>
    if (source === undefined || target === undefined) throw wrong(i, `is ${shown(item)}; it must be { source, target }`)
  })
  const written = isWritten((items[0] as Pair).source)
  const targets = new Side('target', items)
  const sources = written ? new Side('source', items) : undefined
  const { source, target } = vocabulariesFor(sources, targets, options)
  const columns = sources ? 1 : columnsOf(checkedRows(items))
  const { boundary } = target
  if (boundary === undefined) {
    throw new UnrolledError('data', 'pairs: the vocabulary of the targets has no symbol that begins and ends them')
  }
  let longest = 0
  let steps = 0
  const read = items.map(({ source: rows }: Pair, i): LabelledSequence => {
    const ids = targets.encode(i, target)
    const all = new Float32Array(ids.length + 2).fill(boundary)
    all.set(ids, 1)
    longest = Math.max(longest, all.length - 1)
    steps += all.length - 1
    const second = sources ? Float32Array.from(sources.encode(i, source!)) : (rows as Rows)
    return { source: second, x: all.subarray(0, -1), target: all.subarray(1) }
  })
  const counts = { columns: 1, targetColumns: 1, targets: 'each step', longest, steps, units: target.units } as const
  return sequenceData({
    items: read,
    alike: true,
    ...counts,
    vocabulary: target,
    targetVocabulary: target,
    targetTexts: targets.texts,
    ...(sources && { sourceTexts: sources.texts }),
    ...(source && { sourceVocabulary: source }),
    source: { columns, ...(source && { vocabulary: source }) },
  })
}

const wrong = (index: number, what: string): UnrolledError => new UnrolledError('data', `pairs: pair ${index} ${what}`)

/** Whether it is symbols, not numbers. */
export const isWritten = (given: unknown): given is Written =>
  typeof given === 'string' || (Array.isArray(given) && (given.length === 0 || typeof given[0] === 'string'))

const sideNames = ['units', 'minCount', 'vocabulary'] as const
const synonyms = { vocab: 'vocabulary', symbols: 'vocabulary', unit: 'units', level: 'units' }

/** One side of pairs whose sequences are symbols. */
class Side {
  readonly #name: 'source' | 'target'
  /** Whether they are lists of tokens. */
  readonly #lists: boolean
  readonly texts: readonly string[]

  constructor(name: 'source' | 'target', items: readonly Pair[]) {
    this.#name = name
    this.#lists = typeof items[0]![name] !== 'string'
    this.texts = items.map((item, i) => this.#text(item[name], i))
  }

  /** A vocabulary by the options of this side, made of the texts of some. */
  vocabulary(options: SideOptions, sides: readonly Side[] = [this]): Vocabulary {
    const owner = `pairs: ${this.#name}`
    checkNames(owner, options, sideNames, synonyms)
    const given = typeof options.vocabulary === 'object' ? options.vocabulary : undefined
    const units = options.units ?? given?.units ?? (this.#lists ? 'tokens' : 'characters')
    if (!isUnits(units)) throw wrongOption(owner, 'units', units, "'characters', 'words', 'subwords' or 'tokens'")
    if (this.#lists && units !== 'tokens') throw wrongOption(owner, 'units', units, "'tokens', which lists are of")
    if (given && given.units !== units)
      throw wrongOption(owner, 'units', units, `'${given.units}', as the vocabulary's`)
    if (given && options.minCount !== undefined) {
      throw new UnrolledError('option', `${owner}: minCount is for making a vocabulary; one is given already`)
    }
    if (given) return given
    const texts = sides.flatMap(({ texts }) => texts)
    return buildVocabulary(texts, units, { ...cutBy(owner, options, units), boundary: lineEnd })
  }

  encode(index: number, vocabulary: Vocabulary): Int32Array {
    return vocabulary.encode(this.texts[index]!, `pairs: pair ${index}: the ${this.#name}`)
  }

  #text(given: unknown, index: number): string {
    const name = this.#name
    if (!isWritten(given))
      throw wrong(index, `has a ${name} ${shown(given)}; it must be a string, or a list of strings`)
    if ((typeof given !== 'string') !== this.#lists) {
      throw wrong(index, `has a ${name} that is ${this.#lists ? 'a string' : 'a list'}, unlike that of pair 0`)
    }
    if (typeof given === 'string') {
      checkWhole(`pairs: pair ${index}: the ${name}`, given)
      if (given.includes(lineEnd))
        throw wrong(index, `has a line's end inside its ${name}, which stands for its boundary`)
      return given
    }
    const odd = given.findIndex((token: unknown) => typeof token !== 'string' || !/^\S+$/.test(token))
    if (odd >= 0)
      throw wrong(index, `has as token ${odd} of its ${name} ${shown(given[odd])}; it must be a string without blanks`)
    return given.join(' ')
  }
}

/** The vocabularies of both sides: those given, or made of the data. */
function vocabulariesFor(
  sources: Side | undefined,
  targets: Side,
  options: PairsOptions,
): { readonly source: Vocabulary | undefined; readonly target: Vocabulary } {
  const { like, units, minCount, vocabulary } = options
  const both = {
    ...(units !== undefined && { units }),
    ...(minCount !== undefined && { minCount }),
    ...(vocabulary !== undefined && { vocabulary }),
  }
  const source = { ...both, ...options.source }
  const target = { ...both, ...options.target }
  const shared = checkBoolean('pairs', 'shared', options.shared ?? false)
  const own = Object.keys(options).find((name) => name !== 'like' && options[name as 'source'] !== undefined)
  if (like && own !== undefined) {
    throw new UnrolledError('option', `pairs: like says how both sides are read; leave out ${own}`)
  }
  if (like) {
    if (typeof like.targetVocabulary?.encode !== 'function') {
      throw wrongOption('pairs', 'like', shown(like), 'a translator, or pairs, with targetVocabulary')
    }
    const { sourceVocabulary, targetVocabulary } = like
    return {
      source: sources?.vocabulary({ vocabulary: sourceVocabulary ?? missingSource() }),
      target: targets.vocabulary({ vocabulary: targetVocabulary }),
    }
  }
  if (!shared) return { source: sources?.vocabulary(source), target: targets.vocabulary(target) }
  if (!sources) throw new UnrolledError('option', 'pairs: shared is for sources that are symbols; these are numbers')
  if (options.target)
    throw new UnrolledError('option', 'pairs: a shared vocabulary is made as source says; leave out target')
  const one = sources.vocabulary(source, [sources, targets])
  return { source: one, target: one }
}

function missingSource(): never {
  throw new UnrolledError('data', 'pairs: the model reads sources of numbers; these are symbols')
}

/** Sources that are rows of numbers, all as wide; gives the first. */
function checkedRows(items: readonly Pair[]): Rows {
  const [first] = items as readonly [Pair]
  items.forEach(({ source }, i) => {
    checkRows(source as Rows, 'source', `pairs: pair ${i}`, (what) => wrong(i, what))
    const [here, there] = [columnsOf(source as Rows), columnsOf(first.source as Rows)]
    if (here !== there) throw wrong(i, `has ${here} columns of source, the first ${there}`)
  })
  return first.source as Rows
}
