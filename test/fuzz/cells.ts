import type { Kind } from './campaign.ts'
import { cellText, type CellCase } from './cell-case.ts'
import { checkCell } from './check-cell.ts'
import { generateCell } from './generate-cell.ts'
import type { machines } from './machines.ts'

/** Random cells, tried on these machines. */
export const cells = (all: Awaited<ReturnType<typeof machines>>): Kind<CellCase> => ({
  name: 'cells',
  generate: generateCell,
  check: (one, turn) => checkCell(one, all, turn),
  print: cellText,
})
