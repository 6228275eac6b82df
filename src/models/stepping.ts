import type { Cell } from '../cells/index.ts'

/** What is chosen of recurrent layers. */
interface Stepping<Cells> {
  readonly cell: Cells
  readonly hidden: number | readonly number[]
  readonly layers?: number
  readonly bidirectional?: boolean
  readonly residual?: boolean
  readonly dropout?: number
}

/** The options of the recurrent layers of a model: as many as are said, or as have widths. */
export function stepping<Cells extends Cell | { readonly forward: Cell; readonly backward: Cell }>({
  cell,
  hidden,
  bidirectional,
  residual,
  dropout: rate = 0,
  ...options
}: Stepping<Cells>) {
  const layers = options.layers ?? [hidden].flat().length
  return {
    cell,
    hidden,
    layers,
    ...(bidirectional && { bidirectional }),
    ...(residual !== undefined && { residual }),
    // Between layers; there is nothing between one and the next where there is one.
    ...(rate > 0 && layers > 1 && { dropout: rate }),
  }
}
