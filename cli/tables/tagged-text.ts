import { createColors } from 'picocolors'
import { printable } from 'unrolled'
import type { Terminal } from '../terminal.ts'

/** A word and what it is said to be. */
interface TaggedWord {
  readonly token: string
  readonly label: unknown
}

/** Colours of labels, in the order in which they are met; of what is none of anything, none. */
const colours = ['green', 'yellow', 'cyan', 'magenta', 'blue', 'red'] as const

/** Sentences as lines: each word with its label behind it, in the label's colour on a screen. */
export function taggedText({ colour }: Pick<Terminal, 'colour'>): (words: readonly TaggedWord[]) => string {
  const known = new Map<unknown, (typeof colours)[number]>()
  const paints = createColors(colour)
  return (words) =>
    words
      .map(({ token, label }) => {
        if (label === 'O') return paints.dim(printable(token))
        const paint = known.get(label) ?? colours[known.size % colours.length]!
        known.set(label, paint)
        return `${printable(token)}${paints.dim('/')}${paints[paint](printable(String(label)))}`
      })
      .join(' ')
}
