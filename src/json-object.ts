import { quoted } from './printable.ts'

/** Signs of a text that becomes objects: each may take thirty bytes or so. */
const usualLongest = 2 ** 22
/** The deepest that lists and objects may stand in each other. */
const deepest = 256

/**
 * The object a JSON text of at most `longest` signs holds. Throws an Error with the reason where the text is longer, no JSON, no
 * object, nested too deeply, or names something twice or `__proto__`, at any depth: JSON.parse would let the last one win, and
 * readers of one file must not differ.
 */
export function parseJsonObject(json: string, longest = usualLongest): Record<string, unknown> {
  if (json.length > longest) throw new Error(`it has ${json.length} signs; at most ${longest} are read`)
  checkDepth(json)
  const value: unknown = JSON.parse(json)
  if (!isObject(value)) throw new Error('it is not a JSON object')
  checkEntryNames(json)
  return value
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether it is a list of texts. */
export const isNames = (list: unknown): list is readonly string[] =>
  Array.isArray(list) && list.every((one) => typeof one === 'string')

/** A text that nests deeply would cost many times its length. */
function checkDepth(json: string): void {
  let depth = 0
  let inString = false
  for (let i = 0; i < json.length; i++) {
    const sign = json[i]
    if (inString) {
      if (sign === '\\') i++
      else if (sign === '"') inString = false
    } else if (sign === '"') inString = true
    else if (sign === '{' || sign === '[') depth++
    else if (sign === '}' || sign === ']') depth--
    if (depth > deepest) throw new Error(`lists and objects stand more than ${deepest} deep in each other`)
  }
}

/** `json` is known to be JSON, so a string followed by a colon is a name in the innermost open object. */
function checkEntryNames(json: string): void {
  const open: Set<string>[] = []
  for (let i = 0; i < json.length; i++) {
    const sign = json[i]
    if (sign === '{') open.push(new Set())
    else if (sign === '}') open.pop()
    if (sign !== '"') continue
    const begin = i++
    for (; json[i] !== '"'; i++) if (json[i] === '\\') i++
    let after = i + 1
    while (' \t\r\n'.includes(json[after] ?? ':')) after++
    if (json[after] !== ':') continue
    const name = JSON.parse(json.slice(begin, i + 1)) as string
    const names = open[open.length - 1]!
    if (name === '__proto__') throw new Error('it has an entry named __proto__')
    if (names.has(name)) throw new Error(`it has two entries named ${quoted(name)}`)
    names.add(name)
  }
}
