import type { ColumnRoles } from 'unrolled'

/** The columns of what is told of a row. */
export const toldColumns = ({ label, labels, target, caption }: ColumnRoles): string[] =>
  [label, labels, target, caption].flat().filter((name) => name !== undefined)
