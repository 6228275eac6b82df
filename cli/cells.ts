import { readFile } from 'node:fs/promises'
import { cellFromText, cellsByName, nearest, UnrolledError, type Cell } from 'unrolled'

/** A cell by its name, or the equations in a `.cell` file. */
export async function cellOf(name: string): Promise<Cell> {
  const known = cellsByName.get(name)
  if (known) return known
  if (name.endsWith('.cell')) {
    const text = await readFile(name, 'utf8').catch((error: Error) => {
      throw new UnrolledError('file', `cannot read the cell ${name}: ${error.message}`)
    })
    return cellFromText(text)
  }
  const names = [...cellsByName.keys()]
  const close = nearest(name, names)
  throw new UnrolledError(
    'usage',
    `there is no cell ${name}${close ? `; did you mean ${close}? There` : '; there'} are ${names.join(', ')}; or name a .cell file`,
  )
}
