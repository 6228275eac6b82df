import { createInterface } from 'node:readline'

const say = (/** @type {object} */ answer) => process.stdout.write(`${JSON.stringify(answer)}\n`)

/**
 * Runs a peer: see ../peer.mjs for what it says. `prepare` is given the case, and gives what is worth knowing about the peer and
 * `turn`, which does the case once: a training step gives its loss in nats. `turns` does it many times where a call for each would
 * show. `product` measures the rate of the peer's own matrix product, in GFLOP/s, and is called after each round, so that both
 * are measured under the same conditions. `characters` is said where a turn is another number of them than the case says. A peer
 * with `figures` measures by itself, and gives what it found.
 * @param {(c: import('../cases.mjs').Case & { weights: string, threads: number, [option: string]: unknown }) =>
 *   Promise<{ about: object, characters?: number, turn?: () => Promise<number> | number,
 *     turns?: (count: number) => Promise<void> | void, product?: () => Promise<number> | number,
 *     figures?: () => Promise<object[]> | object[] }>} prepare
 */
export async function serve(prepare) {
  // Standard output belongs to the answers.
  console.log = console.info = console.error
  let peer
  try {
    peer = await prepare(JSON.parse(process.argv.at(-1) ?? ''))
  } catch (error) {
    say({ event: 'unable', reason: reasonOf(error) })
    process.exit()
  }
  say({ event: 'ready', characters: peer.characters, ...peer.about })
  for await (const line of createInterface({ input: process.stdin })) {
    const { run } = JSON.parse(line)
    try {
      if (peer.figures) {
        say({ event: 'round', figures: await peer.figures() })
        continue
      }
      const losses = []
      const start = performance.now()
      if (peer.turns) await peer.turns(run)
      else for (let i = 0; i < run; i++) losses.push(await peer.turn())
      const elapsedMs = performance.now() - start
      const productGigaflops = await peer.product?.()
      say({ event: 'round', turns: run, elapsedMs, losses: losses.map(number), productGigaflops })
    } catch (error) {
      say({ event: 'unable', reason: reasonOf(error) })
      break
    }
  }
  process.exit()
}

const reasonOf = (/** @type {unknown} */ error) => String(error instanceof Error ? error.message : error).split('\n')[0]

// JSON has no NaN: what is not finite is said in words.
const number = (/** @type {number} */ value) => (Number.isFinite(value) ? value : String(value))
