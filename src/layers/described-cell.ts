import { applyModifiers, cellFromText, type Cell } from '../cells/index.ts'
import type { Json } from './layer.ts'

/** A cell as a model file stores it: its equations, which are data: parsed, never run. */
export interface DescribedCell {
  readonly text: string
  readonly modifiers: Cell['modifiers']
}

export const describedCell = (cell: Cell): Json => ({
  text: cell.text(),
  modifiers: cell.modifiers as unknown as Json,
})

export const cellFrom = ({ text, modifiers }: DescribedCell): Cell => applyModifiers(cellFromText(text), modifiers)
