import { UnrolledError } from '../../error.ts'
import { counted, passedOver, linesOf, sheetOf, type Format, type Sheet } from './sheet.ts'

const fields = ['id', 'form', 'lemma', 'upos', 'xpos', 'feats', 'head', 'deprel', 'deps', 'misc'] as const

/**
 * CoNLL-U, a word a line (universaldependencies.org/format.html): its ten fields, and the `sentence` it stands in. A sentence is called by
 * its `sent_id` where each has one of its own, else by where it begins. Words that are written together (`2-3`) and words that are not
 * written (`8.1`) are passed over.
 */
export const conlluFormat: Format = {
  sniff: (text) => /^(?:#[^\n]*\n|\s*\n)*\d+(?:[-.]\d+)?\t(?:[^\t\n]*\t){8}[^\t\n]*(?:\n|$)/.test(text),
  sheet: read,
}

function read(text: string, name: string): Sheet {
  const words: string[][] = []
  const lines: number[] = []
  const sentenceOf: number[] = []
  const sentences: { id?: string; readonly line: number }[] = []
  let next = 0
  let id: string | undefined
  let ranges = 0
  for (const [line, number] of linesOf(text)) {
    if (line.trim() === '') next = 0
    else if (line.startsWith('#')) id = /^#\s*sent_id\s*=\s*(.*\S)/.exec(line)?.[1] ?? id
    else {
      const word = line.split('\t')
      if (word.length !== fields.length) {
        throw new UnrolledError(
          'data',
          `${name}, line ${number}: it has ${word.length} fields between tabs; CoNLL-U has ${fields.length}`,
        )
      }
      if (next === 0) {
        sentences.push({ line: number, ...(id !== undefined && { id }) })
        id = undefined
        next = 1
      }
      if (/^\d+[-.]\d+$/.test(word[0]!)) {
        ranges++
        continue
      }
      if (word[0] !== String(next)) {
        throw new UnrolledError(
          'data',
          `${name}, line ${number}: the word's number is '${word[0]}'; ${next} is next in its sentence`,
        )
      }
      next++
      words.push(word)
      lines.push(number)
      sentenceOf.push(sentences.length - 1)
    }
  }
  const own =
    sentences.every(({ id }) => id !== undefined) && new Set(sentences.map(({ id }) => id)).size === sentences.length
  const called = sentences.map(({ id, line }) => (own ? id! : `${name}, line ${line}`))
  const columns = Object.fromEntries(fields.map((field, i) => [field, words.map((word) => valueOf(field, word, i))]))
  const types = Object.fromEntries(
    ['sentence', ...fields].map((field) => [field, isNumber(field) ? 'number' : 'string'] as const),
  )
  return sheetOf(name, { sentence: sentenceOf.map((at) => called[at]!), ...columns }, lines, {
    said: [
      'CoNLL-U',
      counted(sentences.length, 'sentence'),
      ...passedOver(ranges, 'range or unwritten word', 'ranges and unwritten words'),
    ],
    types,
  })
}

const isNumber = (field: string): boolean => field === 'id' || field === 'head'

/** `_` means nothing, but for a form, and for its lemma, which may be the sign itself. */
function valueOf(field: (typeof fields)[number], word: readonly string[], i: number): unknown {
  const value = word[i]!
  if (value === '_' && field !== 'form' && !(field === 'lemma' && word[1] === '_')) return undefined
  return isNumber(field) && /^\d+$/.test(value) ? Number(value) : value
}
