import { UnrolledError } from '../../error.ts'
import { shown } from '../../options.ts'
import type { Json } from '../../options.ts'
import { vocabularyOf, type Vocabulary } from '../vocabulary.ts'
import { isTextUnits } from '../units.ts'
import type { InputCoding } from './input-coding.ts'

/** Strings as the numbers of their characters, words or subwords. */
export interface TextCoding extends InputCoding {
  readonly kind: 'text'
  readonly vocabulary: Vocabulary
  /** Most symbols that are read of a string, from its beginning; all where absent. */
  readonly most: number | undefined
}

export function textCoding(vocabulary: Vocabulary, most?: number): TextCoding {
  return {
    kind: 'text',
    vocabulary,
    most,
    port: { kind: 'symbols', columns: 1, axes: ['time', 'batch'], symbols: vocabulary.size, vocabulary },
    isOne: (value) => typeof value === 'string',
    rows(value, place) {
      if (typeof value !== 'string')
        throw new UnrolledError('data', `${place()}: a string is needed, not ${shown(value)}`)
      const ids = vocabulary.encode(value, place())
      if (ids.length === 0)
        throw new UnrolledError('data', `${place()}: the text is empty; it needs at least one symbol`)
      return Float32Array.from(most === undefined ? ids : ids.subarray(0, most))
    },
    step(value, place) {
      if (typeof value !== 'string')
        throw new UnrolledError('data', `${place()}: a string is needed, not ${shown(value)}`)
      const ids = vocabulary.encode(value, place())
      if (ids.length === 1) return Float32Array.from(ids)
      throw new UnrolledError('data', `${place()}: ${shown(value)} is ${ids.length} ${vocabulary.units}; a step is one`)
    },
    content() {
      const { units, symbols } = vocabulary
      return { kind: 'text', units, symbols, ...(most !== undefined && { most }) }
    },
  }
}

export function textCodingFrom({ units, symbols, most }: Readonly<Record<string, Json>>): TextCoding {
  if (!isTextUnits(units)) throw new Error("units must be 'characters', 'words' or 'subwords'")
  if (most !== undefined && !(Number.isSafeInteger(most) && (most as number) > 0)) {
    throw new Error('most must be a whole number from 1')
  }
  return textCoding(vocabularyOf(symbols as string[], units), most as number | undefined)
}
