import { stat } from 'node:fs/promises'

/** Whether a folder is there of that name; what cannot be looked at is none, and whoever reads it says why. */
export const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
