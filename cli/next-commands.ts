import { createColors } from 'picocolors'
import { printable } from 'unrolled'
import type { Terminal } from './terminal.ts'

/** Commands that can be given next; what they cite of files and texts is shown as `printable` does. */
export const nextText = ({ colour }: Terminal, commands: readonly string[]): string =>
  `${createColors(colour).bold('Next')}\n${commands.map((command) => `  npx unrolled ${printable(command)}\n`).join('')}`
