/** Is told from time to time what share is done, 0 to 1. */
type Progress = (share: number) => void

/** Progress as work is told of it that is one of several passes, all as long: `pass` of so many, from 0. */
export const passOf = (
  progress: Progress | undefined,
  pass: number,
  passes: number,
): { readonly progress?: Progress } => (progress ? { progress: (share) => progress((pass + share) / passes) } : {})
