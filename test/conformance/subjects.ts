import {
  cellsByName,
  layerNorm,
  projection,
  recurrentDropout,
  UnrolledError,
  weightDrop,
  zoneout,
  type Cell,
} from 'unrolled'

/** A way to change a cell, and whether it draws random numbers. */
const changes: readonly { readonly name: string; readonly change: (cell: Cell) => Cell }[] = [
  { name: 'plain', change: (cell) => cell },
  { name: 'layer norm', change: layerNorm },
  { name: 'weight drop', change: (cell) => weightDrop(cell, { rate: 0.3 }) },
  { name: 'recurrent dropout', change: (cell) => recurrentDropout(cell, { rate: 0.3 }) },
  { name: 'zoneout', change: zoneoutOf },
  { name: 'projection', change: (cell) => projection(cell, { size: 3 }) },
  { name: 'layer norm and zoneout', change: (cell) => zoneoutOf(layerNorm(cell)) },
  { name: 'projection and weight drop', change: (cell) => weightDrop(projection(cell, { size: 3 }), { rate: 0.3 }) },
]

/** Rates by state: a cell's stabiliser starts at −1e30, and a mix of it with anything means nothing. */
function zoneoutOf(cell: Cell): Cell {
  const states = cell.states({ input: 2, hidden: 2, output: 2, projection: 2 })
  if (states.every(({ initial }) => initial === 0)) return zoneout(cell, 0.2)
  return zoneout(cell, Object.fromEntries([['h', 0.2]]) as never)
}

export interface Subject {
  readonly name: string
  readonly cell: Cell
  readonly modified: boolean
}

/** Every cell with every modifier that has a place to act in it. */
export function subjects(): { acting: Subject[]; without: string[] } {
  const acting: Subject[] = []
  const without: string[] = []
  for (const [cellName, cell] of cellsByName) {
    for (const { name, change } of changes) {
      const full = `${cellName}, ${name}`
      try {
        acting.push({ name: full, cell: change(cell), modified: name !== 'plain' })
      } catch (error) {
        if (!(error instanceof UnrolledError) || error.code !== 'modifier') throw error
        without.push(full)
      }
    }
  }
  return { acting, without }
}
