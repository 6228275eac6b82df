/** The machine's own rate of multiply-adds in float32: node peers/peak.mjs '{case}'. */
import { processors } from '../machine.mjs'
import { compiled } from './compiled.mjs'
import { serve } from './serve.mjs'

await serve(async ({ threads }) => {
  const peak = compiled('peak.c')
  return {
    about: { threads },
    figures: () => {
      const [gigaflops, bits] = peak(threads, 400, ...(processors ?? []))
      return [{ gigaflops, note: `vectors of ${bits} bits` }]
    },
  }
})
