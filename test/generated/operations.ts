import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '../../src/graph/operations')
const files = readdirSync(folder).toSorted()

const head = (what: string): string => `/** ${what} Written by \`npm run generate\`. */\n\n`

/** src/graph/operations.ts: what the files of operations export, for us. */
export const operationsIndex = (): string =>
  head('All operations.') + files.map((file) => `export * from './operations/${file}'\n`).join('')

/** src/graph/element-operations.ts: the functions of operations that work element by element, for everybody. */
export function elementOperations(): string {
  const lines = files.flatMap((file) => {
    const text = readFileSync(join(folder, file), 'utf8')
    if (!/\bpointwise\(/.test(text)) return []
    const names = [...text.matchAll(/^export (?:const|function) (\w+)(?: = )?\(.*\): Node (?:=>|\{)/gm)].map(
      ([, name]) => name,
    )
    if (names.length === 0) throw new Error(`${file} exports no function of nodes`)
    return [`export { ${names.toSorted().join(', ')} } from './operations/${file}'\n`]
  })
  return head('What works element by element.') + lines.join('')
}
