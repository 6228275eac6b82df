import { realpathSync } from 'node:fs'
import { createRequire } from 'node:module'

/**
 * A module inside the built package. Generating text and evaluating run on these, and the public functions above them do more than
 * the peers are asked for (sampling, decoding, packing weights at each call).
 */
export const inside = (/** @type {string} */ path) =>
  import(new URL(path, `file://${realpathSync(createRequire(import.meta.url).resolve('unrolled'))}`).href)
