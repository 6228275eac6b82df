import type { ColumnRoles } from 'unrolled'

/** The columns of what is told of a row. */
export const toldColumns = ({ label, target, caption }: ColumnRoles): string[] =>
  [label, target, caption].flat().filter((name) => name !== undefined)
