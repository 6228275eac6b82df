/** Names of columns of what is said, for as many as are told: `predicted text`, of the next likeliest `predicted text 2`. */
export const rankedHead = (names: readonly string[], count: number): string[] =>
  Array.from({ length: count }, (_, k) => names.map((name) => `predicted ${name}${k === 0 ? '' : ` ${k + 1}`}`)).flat()

/** Cells of those columns: nothing stands where there is no more to be said. */
export const rankedCells = <Cell>(
  ranks: readonly (readonly Cell[])[],
  names: readonly string[],
  count: number,
): (Cell | undefined)[] => Array.from({ length: count }, (_, k) => names.map((_, i) => ranks[k]?.[i])).flat()

/** How much less likely something is than the likeliest, `-1.23 nats`. */
export const lessLikely = (nats: number): string => `${nats.toFixed(2)} nats`
