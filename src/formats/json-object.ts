/**
 * The object a JSON text holds. Throws an Error with the reason where the text is no JSON, no object, or names something
 * twice or `__proto__`, at any depth: JSON.parse would let the last one win, and readers of one file must not differ.
 */
export function parseJsonObject(json: string): Record<string, unknown> {
  const value: unknown = JSON.parse(json)
  if (!isObject(value)) throw new Error('it is not a JSON object')
  checkEntryNames(json)
  return value
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

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
    if (names.has(name)) throw new Error(`it has two entries named ${JSON.stringify(name)}`)
    names.add(name)
  }
}
