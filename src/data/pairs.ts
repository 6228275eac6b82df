import { UnrolledError } from '../error.ts'
import { checkBoolean, checkNames, shown, wrongOption } from '../options.ts'
import { checkRows } from './check-rows.ts'
import { columnsOf, type Rows } from './rows.ts'
import { sequenceData, type Sequences } from './sequence-data.ts'
import type { Vocabulary } from './vocabulary.ts'
import { isWritten, Side, sideNames, sideSynonyms, writtenFacts, type SideOptions, type Written } from './written.ts'

/** Two sequences that belong together, as long as they like. */
export interface Pair {
  /** Symbols, or rows of numbers: `[steps][columns]`. */
  readonly source: Written | Rows
  /** What the source is to become: symbols; it may be empty. */
  readonly target: Written
}

/** How `pairs` reads both sides: what is said beside `source` and `target` holds for each where that says nothing else. */
export interface PairsOptions extends SideOptions {
  /** What holds for sources alone; nothing. Of sources that are symbols. */
  readonly source?: SideOptions
  /** What holds for targets alone; nothing. */
  readonly target?: SideOptions
  /** Whether both sides have one vocabulary, made of both as `source` says; false. */
  readonly shared?: boolean
  /** Reads both sides by the vocabularies of a model, or of other pairs; by those made of these. */
  readonly like?: { readonly sourceVocabulary?: Vocabulary; readonly targetVocabulary: Vocabulary }
}

/** Pairs of sequences as data: `source` along the axis of that name, `x` and `targets` along time. */
export interface Pairs extends Sequences {
  /** The symbols of sources; absent where these are rows of numbers. */
  readonly sourceVocabulary?: Vocabulary
  /** The symbols of targets; its boundary begins and ends each. */
  readonly targetVocabulary: Vocabulary
  /** The sources as given, lists of tokens with blanks between; absent where they are rows of numbers. */
  readonly sourceTexts?: readonly string[]
  /** The targets as given, lists of tokens with blanks between. */
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
  checkNames('pairs', options, ['source', 'target', 'shared', 'like', ...sideNames], {
    share: 'shared',
    ...sideSynonyms,
  })
  if (!Array.isArray(items)) {
    throw new UnrolledError('data', `pairs: a list of { source, target } is needed, not ${shown(items)}`)
  }
  if (items.length === 0) throw new UnrolledError('data', 'pairs: there is no pair')
  items.forEach((item: unknown, i) => {
    const { source, target } = (item ?? {}) as Partial<Pair>
    if (source === undefined || target === undefined) throw wrong(i, `is ${shown(item)}; it must be { source, target }`)
  })
  const written = isWritten((items[0] as Pair).source)
  const targets = sideOf('target', items)
  const sources = written ? sideOf('source', items) : undefined
  const { source, target } = vocabulariesFor(sources, targets, options)
  const columns = sources ? 1 : columnsOf(checkedRows(items))
  const secondOf = ({ source: rows }: Pair, i: number): Rows =>
    sources ? Float32Array.from(sources.encode(i, source!)) : (rows as Rows)
  return sequenceData({
    ...writtenFacts(targets, target, (i) => ({ source: secondOf(items[i]!, i) })),
    alike: true,
    targetTexts: targets.texts,
    ...(sources && { sourceTexts: sources.texts }),
    ...(source && { sourceVocabulary: source }),
    source: { columns, ...(source && { vocabulary: source }) },
  })
}

const sideOf = (name: 'source' | 'target', items: readonly Pair[]): Side =>
  new Side(
    'pairs',
    name,
    items.map((item) => item[name]),
    (index) => `pairs: pair ${index}`,
  )

const wrong = (index: number, what: string): UnrolledError => new UnrolledError('data', `pairs: pair ${index} ${what}`)

/** The vocabularies of both sides: those given, or made of the data. */
function vocabulariesFor(
  sources: Side | undefined,
  targets: Side,
  options: PairsOptions,
): { readonly source: Vocabulary | undefined; readonly target: Vocabulary } {
  const { like, units, minCount, vocabulary, ignoreUnknown } = options
  const both = {
    ...(units !== undefined && { units }),
    ...(minCount !== undefined && { minCount }),
    ...(vocabulary !== undefined && { vocabulary }),
    ...(ignoreUnknown !== undefined && { ignoreUnknown }),
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
