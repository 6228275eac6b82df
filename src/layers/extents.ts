import type { ParameterDeclaration } from '../cells/index.ts'

/** The shape of a declared parameter as a tensor has it: `[rows, columns]`, or `[columns]` of a vector. */
export const extentsOf = ({ shape }: ParameterDeclaration): number[] => [
  ...(shape.rows as readonly number[]),
  shape.columns,
]

/** How many numbers declared parameters are together. */
export const countOf = (declared: readonly ParameterDeclaration[]): number =>
  declared.reduce((sum, one) => sum + extentsOf(one).reduce((a, b) => a * b), 0)
