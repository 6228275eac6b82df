/** The layout of a kernel's parameters in memory: named 32-bit fields, one after another. */

export interface BlockLayout<Field extends string> {
  readonly at: Readonly<Record<Field, number>>
  readonly bytes: number
}

/** Fields at 0, 4, 8, ... bytes. */
export function blockOf<const Field extends string>(...fields: readonly Field[]): BlockLayout<Field> {
  const at = Object.fromEntries(fields.map((field, index) => [field, 4 * index])) as Record<Field, number>
  return { at, bytes: 4 * fields.length }
}
