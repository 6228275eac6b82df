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

/** The fields of a place: `name`, `nameStride`, `namePitch`. */
export type PlaceFields<Name extends string> = Name | `${Name}Stride` | `${Name}Pitch`

/** The block of an instruction: its span, then its places in the order of its uses, then its sizes and codes. */
export interface InstructionBlock<Field extends string> extends BlockLayout<Field> {
  readonly places: readonly string[]
  readonly codes: readonly string[]
}

export function instructionBlock<
  const Place extends string,
  const Size extends string,
  const Code extends string = never,
>(
  places: readonly Place[],
  sizes: readonly Size[],
  codes: readonly Code[] = [],
): InstructionBlock<'outer' | 'rows' | PlaceFields<Place> | Size | Code> {
  type Field = 'outer' | 'rows' | PlaceFields<Place> | Size | Code
  const fields = places.flatMap((name): PlaceFields<Place>[] => [name, `${name}Stride`, `${name}Pitch`])
  return { ...blockOf<Field>('outer', 'rows', ...fields, ...sizes, ...codes), places, codes }
}
