/** Where the last chunk of `chunk` outer indices begins, counted from `from`; below `from` if there is none. */
export const lastChunk = (from: number, to: number, chunk: number): number =>
  from + Math.floor((to - from - 1) / chunk) * chunk
