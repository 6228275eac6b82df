interface Filled {
  readonly length: number
  set(values: ArrayLike<number>, at: number): void
}

/** Arrays of numbers one behind the other, in a new one of the kind that is named: `joined(Uint8Array, pieces)`. */
export function joined<All extends Filled>(
  Kind: new (length: number) => All,
  pieces: readonly ArrayLike<number>[],
): All {
  const all = new Kind(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}
