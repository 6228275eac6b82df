/** How far the losses of the same step may be apart, as a share: rounding differs, and nothing else. */
const tolerance = 0.005

/** About how long a round of ours lasts. */
const roundMs = 1000

const median = (/** @type {number[]} */ values) => {
  const sorted = values.toSorted((a, b) => a - b)
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2
}

/**
 * Trains both in the page in turn, from the same weights on the same windows.
 *
 * @param {import('playwright-core').Page} page
 * @param {import('../cases.mjs').Case} c
 * @param {{ threads: number, rounds: number }} options
 */
export async function compare(page, c, { threads, rounds }) {
  const about = await page.evaluate(([c, threads]) => globalThis.unrolledBench.begin(c, threads), [c, threads])
  const run = (/** @type {string} */ who, /** @type {number} */ count) =>
    page.evaluate(([who, count]) => globalThis.unrolledBench.turns(who, count), [who, count])
  const losses = { unrolled: [], tfjs: [] }
  const times = { unrolled: [], tfjs: [] }

  // What is compiled at the first steps is nobody's speed.
  for (const who of ['unrolled', 'tfjs']) losses[who].push(...(await run(who, 2)).losses)
  const { ms, losses: more } = await run('unrolled', 3)
  losses.unrolled.push(...more)
  const turns = { unrolled: Math.max(1, Math.round(roundMs / ms)), tfjs: 1 }
  for (let round = 0; round < rounds; round++) {
    for (const who of ['unrolled', 'tfjs']) {
      const took = await run(who, turns[who])
      times[who].push(took.ms)
      losses[who].push(...took.losses)
    }
  }

  const steps = losses.tfjs.length
  const [ours, theirs] = [losses.unrolled[steps - 1], losses.tfjs[steps - 1]]
  const apart = Math.max(...losses.tfjs.map((loss, i) => Math.abs(loss - losses.unrolled[i]) / loss))
  const [unrolledMs, tfjsMs] = [median(times.unrolled), median(times.tfjs)]
  const ratio = tfjsMs / unrolledMs
  const sameLoss = apart <= tolerance
  const line = (
    /** @type {string} */ name,
    /** @type {number[]} */ all,
    /** @type {number} */ per,
    /** @type {string} */ rest,
  ) =>
    `  ${name}  ${per.toFixed(1)} ms a step (${Math.min(...all).toFixed(1)} – ${Math.max(...all).toFixed(1)}), ${rest}`
  return {
    asked: threads,
    about,
    rounds,
    unrolledMs,
    tfjsMs,
    ratio,
    times,
    steps,
    firstLoss: { unrolled: losses.unrolled[0], tfjs: losses.tfjs[0] },
    lastLoss: { unrolled: ours, tfjs: theirs },
    apart,
    sameLoss,
    text: [
      `${threads === 1 ? 'one thread' : `${threads} threads`}, ${about.isolated ? 'isolated' : 'not isolated'}: ${ratio.toFixed(1)}× as fast as tfjs-wasm`,
      line('unrolled ', times.unrolled, unrolledMs, `${about.unrolled.kernels}, threads ${about.unrolled.threads}`),
      line('tfjs-wasm', times.tfjs, tfjsMs, `${about.tfjs.version}, threads ${about.tfjs.threads}`),
      `  loss ${losses.unrolled[0].toFixed(4)} and ${losses.tfjs[0].toFixed(4)} at first, ${ours.toFixed(4)} and ${theirs.toFixed(4)} after ${steps} steps: ${sameLoss ? 'the same work' : `NOT the same work, ${(100 * apart).toFixed(1)} % apart`}`,
      '',
    ].join('\n'),
  }
}
