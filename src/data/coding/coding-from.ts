import { isObject } from '../../json-object.ts'
import type { Json } from '../../options.ts'
import { quoted } from '../../printable.ts'
import type { InputCoding } from './input-coding.ts'
import { listCodingFrom } from './list-coding.ts'
import { textCodingFrom } from './text-coding.ts'
import { tokenCodingFrom } from './token-coding.ts'
import { vectorCodingFrom } from './vector-coding.ts'

/** The kinds of codings: each makes one of its content. */
const kinds: Readonly<Record<string, (content: Readonly<Record<string, Json>>) => InputCoding>> = {
  list: listCodingFrom,
  text: textCodingFrom,
  tokens: tokenCodingFrom,
  vectors: vectorCodingFrom,
}

/** The coding that its content stands for. Throws an Error with the reason where it is none. */
export function codingFrom(content: unknown): InputCoding {
  if (!isObject(content)) throw new Error('it is no object')
  const { kind } = content
  if (typeof kind === 'string' && Object.hasOwn(kinds, kind)) {
    return kinds[kind]!(content as Readonly<Record<string, Json>>)
  }
  throw new Error(`there is no coding ${quoted(String(kind))}; there are ${Object.keys(kinds).join(', ')}`)
}
