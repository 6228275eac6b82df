import { checkRows, columnsOf, isWritten, type Row, type Rows, type Vocabulary, type Written } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import type { Port } from '../layers/index.ts'
import type { GivenSources, Writing } from '../models/index.ts'
import { shown } from '../options.ts'

/**
 * What a model is asked about, as it reads it: texts by its vocabulary, rows of numbers, or what it reads by itself. `owner` is what
 * errors begin with.
 * @throws UnrolledError `data` for what it cannot read, and where there is nothing.
 */
export function sourcesIn(model: Writing, given: unknown, owner: string): GivenSources {
  const { sourceVocabulary, inputs } = model
  const read =
    model.read?.(given, owner) ??
    (sourceVocabulary ? texts(given, sourceVocabulary, owner) : numbers(given, inputs['source']!, owner))
  if (read.sources.length === 0) throw new UnrolledError('data', `${owner}: there is no source`)
  return read
}

function texts(given: unknown, vocabulary: Vocabulary, owner: string): GivenSources {
  const one = typeof given === 'string'
  if (!one && !Array.isArray(given)) {
    throw new UnrolledError('data', `${owner}: the source is ${shown(given)}; the model reads strings`)
  }
  const list = one ? [given] : (given as readonly unknown[])
  const place = (i: number): string => `${owner}: ${one ? 'the source' : `source ${i}`}`
  const texts = list.map((source, i) => {
    if (!isWritten(source)) throw new UnrolledError('data', `${place(i)} is ${shown(source)}; the model reads strings`)
    return textOf(source)
  })
  return { one, texts, sources: texts.map((text, i) => Float32Array.from(vocabulary.encode(text, place(i)))) }
}

const textOf = (source: Written): string => (typeof source === 'string' ? source : source.join(' '))

function numbers(given: unknown, { columns }: Port, owner: string): GivenSources {
  const many = Array.isArray(given) && (given.length === 0 || isSequence(given[0]))
  const sources = (many ? given : [given]) as readonly Rows[]
  sources.forEach((rows, i) => {
    const place = many ? `${owner}: source ${i}` : `${owner}: the source`
    const fail = (what: string): UnrolledError => new UnrolledError('data', `${place} ${what}`)
    checkRows(rows, 'source', place, fail)
    if (columnsOf(rows) !== columns) throw fail(`has ${columnsOf(rows)} columns; the model takes ${columns}`)
  })
  return { sources, one: !many }
}

/** Whether it is rows, not one row. */
const isSequence = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  ('shape' in value || (Array.isArray(value) && typeof (value as readonly Row[])[0] === 'object'))
