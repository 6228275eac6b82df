import { createColors } from 'picocolors'
import type { Terminal } from './terminal.ts'

/** Commands that can be given next. */
export const nextText = ({ colour }: Terminal, commands: readonly string[]): string =>
  `${createColors(colour).bold('Next')}\n${commands.map((command) => `  npx unrolled ${command}\n`).join('')}`
