/** Both in one page: `unrolledBench.begin(case, threads)`, then `turns(who, count)` for each round. */
import { lstmWeights } from './lstm-weights.mjs'
import { tfjs } from './tfjs.mjs'
import { unrolled } from './unrolled.mjs'

/** @type {Record<string, { turn: () => Promise<number> }>} */
let peers

globalThis.unrolledBench = {
  /** Makes both models, with the same weights; gives what is worth knowing about each. */
  async begin(/** @type {import('../cases.mjs').Case} */ c, /** @type {number} */ threads) {
    const ours = await unrolled(c, { backend: 'wasm', threads })
    const theirs = await tfjs(c, threads, lstmWeights(ours.model, c))
    peers = { unrolled: ours, tfjs: theirs }
    return { isolated: crossOriginIsolated, unrolled: ours.about, tfjs: theirs.about }
  },

  /** Trains so many turns; gives how long one took and the loss of each, in nats. */
  async turns(/** @type {string} */ who, /** @type {number} */ count) {
    const losses = []
    const begin = performance.now()
    for (let i = 0; i < count; i++) losses.push(await peers[who].turn())
    return { ms: (performance.now() - begin) / count, losses }
  },
}
document.title = 'ready'
