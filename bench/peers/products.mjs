/**
 * The rates of our products by shape, as a user sees them: node peers/products.mjs '{case}', which says backend and batch. A model is
 * trained with `profile`, and of each kernel what it did is divided by what it took.
 */
import { createRequire } from 'node:module'
import * as unrolled from 'unrolled'
import { asCharacters, text, textLength } from '../task.mjs'
import { serve } from './serve.mjs'

const { version } = createRequire(import.meta.url)('unrolled/package.json')

/** About how long a round is trained. */
const roundMs = 300

await serve(async (c) => {
  const { batch, time, hidden, layers } = c
  const data = unrolled.text(asCharacters(text(textLength({ batch: Math.max(batch, 16), time }), c.vocabulary)))
  const model = unrolled.languageModel(data, { cell: unrolled.lstm, hidden, layers, seed: 1 })
  const options = { batch, unroll: time, backend: c.backend, threads: 1, profile: true }
  const run = (/** @type {number} */ steps) => unrolled.train(model, data, { ...options, steps }).finish()
  await run(2)
  const { elapsedMs, backend, kernels, profile } = await run(4)
  if (backend !== c.backend) throw new Error(`this build has no backend ${c.backend}, it took ${backend}`)
  if (!profile.some(({ calls }) => calls > 0)) throw new Error(`${backend} does not measure its kernels`)
  const steps = Math.max(4, Math.ceil((4 * roundMs) / elapsedMs))
  return {
    about: { version, kernels, threads: 1 },
    figures: async () => {
      const { profile } = await run(steps)
      return shapes(c).flatMap(({ form, rows, kernel }) => {
        const found = profile.find((line) => line.kernel === kernel)
        return found
          ? [{ name: kernel, form, rows, gigaflops: found.operations / found.milliseconds / 1e6, calls: found.calls }]
          : []
      })
    },
  }
})

/** Forward, backward to what came in, and to the weights; the first two of one step, and of all steps at once where those are many. */
function shapes(/** @type {import('../cases.mjs').Case} */ { batch, time, hidden }) {
  const wide = 4 * hidden
  const all = batch * time
  return [
    ...(all > 64 ? [batch, all] : [batch]).flatMap((rows) => [
      { form: 'plain', rows, kernel: `product ${rows} × ${hidden} · ${hidden} × ${wide}` },
      { form: 'transposed', rows, kernel: `product ${rows} × ${wide} · ${wide} × ${hidden}` },
    ]),
    { form: 'contraction', rows: all, kernel: `contraction ${wide} × ${all} · ${all} × ${hidden}` },
  ]
}
