import { UnrolledError } from '../error.ts'
import { checkNumber } from '../options.ts'

/** How wide layers that lie on each other are, and how many there are. */
export interface Widths {
  /** Columns of the states; an array gives each layer its own width. */
  readonly hidden: number | readonly number[]
  /** How many layers lie on each other; 1, or as many as `hidden` has widths. */
  readonly layers?: number
}

/** A thousand times what anybody trains; as many as a model file may have. */
const mostLayers = 4096

/** The width of each layer. */
export function widthsOf(owner: string, { hidden, layers }: Widths): readonly number[] {
  if (Array.isArray(hidden)) {
    if (layers !== undefined && layers !== hidden.length) {
      throw new UnrolledError('option', `${owner}: layers is ${layers}, but hidden gives ${hidden.length} widths`)
    }
    if (hidden.length === 0) throw new UnrolledError('option', `${owner}: hidden gives no width`)
    return (hidden as readonly number[]).map((width) => checkNumber(owner, 'hidden', width, { from: 1, whole: true }))
  }
  const count = checkNumber(owner, 'layers', layers ?? 1, { from: 1, to: mostLayers, whole: true })
  const width = checkNumber(owner, 'hidden', hidden as number, { from: 1, whole: true })
  return new Array<number>(count).fill(width)
}
