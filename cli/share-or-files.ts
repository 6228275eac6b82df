import type { Options } from './command.ts'

/** A share of the data, where that was said, or the names of files. */
export interface ShareOrFiles {
  readonly share?: number
  readonly files: readonly string[]
}

/** What an option that takes either says. */
export function shareOrFiles(options: Options, name: string): ShareOrFiles {
  const given = (options[name] ?? []) as readonly string[]
  const [first, ...others] = given
  const share = first === undefined || first.trim() === '' ? NaN : Number(first)
  return others.length === 0 && !Number.isNaN(share) ? { share, files: [] } : { files: given }
}
