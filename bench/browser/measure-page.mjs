import { row, rowBase } from '../row.mjs'
import { buildPage } from './build-page.mjs'
import { findChromium, startChromium } from './chromium.mjs'
import { isolation, servePages } from './serve-pages.mjs'

const noChromium = 'no Chromium is here; apt-get install chromium, or CHROMIUM=/path/to/it'

/**
 * Trains ours and tfjs-wasm in one page of headless Chromium, round after round in turn, from the same weights on the same windows.
 * @param {import('../cases.mjs').Case} c
 * @param {{ rounds: number, seconds: number }} options
 * @returns {Promise<import('../row.mjs').Row[]>}
 */
export async function measurePage(c, options) {
  try {
    const executable = findChromium()
    if (executable === undefined) throw new Error(noChromium)
    const folder = await buildPage()
    const browser = await startChromium(executable)
    const server = await servePages({ folders: [folder], headers: c.page.isolated ? isolation : {} })
    try {
      const page = await browser.newPage()
      await page.goto(`${server.origin}/index.html`)
      await page.waitForFunction(() => document.title === 'ready')
      return await compare(page, c, { ...options, chromium: `Chromium ${browser.version()}` })
    } finally {
      await browser.close()
      server.close()
    }
  } catch (error) {
    const reason = String(error instanceof Error ? error.message : error).split('\n')[0]
    return ['unrolled-wasm', 'tfjs-wasm'].map((peer) => {
      const ours = peer === 'unrolled-wasm'
      return { ...rowBase(c, { peer, label: peer, ours, threads: c.page.threads }), reason }
    })
  }
}

async function compare(page, c, { rounds, seconds, chromium }) {
  const about = await page.evaluate(([c, threads]) => globalThis.unrolledBench.begin(c, threads), [c, c.page.threads])
  const note = `${chromium}, ${about.isolated ? 'isolated' : 'not isolated'}`
  const runs = ['unrolled', 'tfjs'].map((who) => {
    const peer = `${who}-wasm`
    const { threads } = about[who]
    const label = `${peer}, ${threads} thread${threads === 1 ? '' : 's'}`
    const contender = { peer, label, ours: who === 'unrolled', threads }
    return { who, contender, about: { ...about[who], note }, turns: 1, timed: [], total: 0, losses: [] }
  })
  const take = async (run, /** @type {number} */ count) => {
    const { ms, losses } = await page.evaluate(
      ([who, count]) => globalThis.unrolledBench.turns(who, count),
      [run.who, count],
    )
    run.losses.push(...losses)
    run.total += count
    return ms
  }
  for (const run of runs) {
    // What is compiled at the first steps is nobody's speed.
    await take(run, 2)
    run.turns = Math.max(1, Math.round((seconds * 1000) / (await take(run, 1))))
  }
  for (let round = 0; round < rounds; round++) {
    // Nobody always comes after the other.
    for (const run of round % 2 === 0 ? runs : runs.toReversed()) {
      run.timed.push({ ms: await take(run, run.turns), product: NaN })
    }
  }
  return runs.map((run) => row(c, { ...run, perTurn: c.batch * c.time }))
}
