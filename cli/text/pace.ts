import type { Lines, Text } from 'unrolled'
import { usualBatch, usualValidation, type Pace } from '../build-run.ts'
import { number, type Options } from '../command.ts'
import { shareOrFiles, type ShareOrFiles } from '../share-or-files.ts'
import type { Data } from './read-text-data.ts'

/** How fast a run goes over texts, and what of them is kept for validation. */
export function paceOf(options: Options, data: Data, validation?: Data): Pace {
  const kept = validation ?? validationOf(options).share ?? usualShare(data)
  const share = typeof kept === 'number' ? kept : 0
  const { batch, epoch } = data.kind === 'text' ? pacing(options, data, share) : pacingOfLines(options, data, share)
  const updates = Math.floor(epoch / (number(options, 'accumulate') ?? 1))
  return { batch, validation: kept, validateEvery: Math.max(1, Math.min(usualValidation, updates)) }
}

const validationOf = (options: Options): ShareOrFiles => shareOrFiles(options, 'validation')

/** The files of a validation set of its own, if there is one. */
export const validationFiles = (options: Options): readonly string[] => validationOf(options).files

/** Of few lines one is kept for validation, of one line none. */
function usualShare(data: Data): number {
  if (data.kind === 'text') return 0.05
  const lines = data.items.length
  return lines < 2 ? 0 : Math.max(0.05, 1 / lines)
}

/** How many streams are side by side, fewer for a short text, so that each has a few windows; and how many windows an epoch has. */
function pacing(options: Options, text: Text, share: number): { batch: number; epoch: number } {
  const every = number(options, 'every') ?? number(options, 'unroll') ?? 50
  const symbols = text.ids.length * (1 - share)
  const batch = number(options, 'batch') ?? Math.max(1, Math.min(50, Math.floor(symbols / (2 * every))))
  return { batch, epoch: symbols / (batch * every) }
}

/** The same of lines. */
function pacingOfLines(options: Options, { items }: Lines, share: number): { batch: number; epoch: number } {
  const lines = items.length * (1 - share)
  const batch = number(options, 'batch') ?? usualBatch(lines)
  return { batch, epoch: lines / batch }
}
