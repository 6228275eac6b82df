/** How fast a core reads as many bytes as a matrix of the case has, again and again: node peers/reading.mjs '{case}'. */
import { processors } from '../machine.mjs'
import { compiled } from './compiled.mjs'
import { serve } from './serve.mjs'

await serve(async ({ hidden }) => {
  const reading = compiled('reading.c')
  return {
    about: { threads: 1 },
    figures: () => {
      const [gigabytes] = reading(4 * 4 * hidden * hidden, 200, ...(processors?.slice(0, 1) ?? []))
      return [{ gigabytes }]
    },
  }
})
