import { createColors } from 'picocolors'
import type { Paint } from 'unrolled'
import type { Terminal } from './terminal.ts'

/** How the confusion of labels is coloured on a screen: green what is right, the redder the more of it is wrong. */
export function painted({ colour }: Terminal): Paint | undefined {
  if (!colour) return undefined
  const { bgGreen, bgRed, bgYellow, black, dim, green, red } = createColors(true)
  return (text, share, right) => {
    if (share === 0) return dim(text)
    if (right) return share >= 0.5 ? bgGreen(black(text)) : green(text)
    return share >= 0.25 ? bgRed(black(text)) : share >= 0.1 ? bgYellow(black(text)) : red(text)
  }
}
