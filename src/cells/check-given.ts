import { UnrolledError } from '../error.ts'
import { shapeText, type Node } from '../graph/index.ts'
import type { Cell, Sizes, StepInputs } from './cell.ts'

/** Errs, with names, where something a step needs is missing or has another size than the cell declares. */
export function checkGiven(cell: Cell, sizes: Sizes, given: StepInputs): void {
  const check = (what: string, node: Node | undefined, rows: number | undefined, columns: number): void => {
    if (!node) throw new UnrolledError('missing', `${cell.name}: ${what} is not given`)
    const { shape } = node
    if (shape.columns === columns && (rows === undefined || shape.rows[0] === rows)) return
    const wanted = rows === undefined ? `${columns} columns` : `${rows} rows and ${columns} columns`
    throw new UnrolledError('shape', `${cell.name}: ${what} is ${shapeText(shape)}; it should have ${wanted}`)
  }
  check('x', given.x, undefined, sizes.input)
  for (const { name, columns } of cell.states(sizes)) check(`the state ${name}`, given.states[name], undefined, columns)
  for (const { name, shape } of cell.parameters(sizes)) {
    check(`the parameter ${name}`, given.parameters[name], shape.rows[0] as number | undefined, shape.columns)
  }
  if (!given.training) return
  for (const { name, columns } of cell.noise(sizes)) check(`the noise ${name}`, given.noise[name], undefined, columns)
}
