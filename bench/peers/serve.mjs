import { createInterface } from 'node:readline'

const say = (/** @type {object} */ answer) => process.stdout.write(`${JSON.stringify(answer)}\n`)

/**
 * Runs a peer: see ../peer.mjs for what it says. `prepare` is given the case, and gives what is worth knowing about the
 * peer and `turn`, which trains on `characters` characters and gives the loss in nats. `product` measures the rate of the
 * peer's own matrix product, in GFLOP/s, and is called after each round, so that both are measured under the same conditions.
 * @param {(c: import('../cases.mjs').Case) => Promise<{ about: object, characters: number, turn: () => Promise<number> | number, product?: () => Promise<number> | number }>} prepare
 */
export async function serve(prepare) {
  // Standard output belongs to the answers.
  console.log = console.info = console.error
  let peer
  try {
    peer = await prepare(JSON.parse(process.argv.at(-1) ?? ''))
  } catch (error) {
    say({ event: 'unable', reason: String(error instanceof Error ? error.message : error).split('\n')[0] })
    return
  }
  say({ event: 'ready', ...peer.about })
  for await (const line of createInterface({ input: process.stdin })) {
    const { run } = JSON.parse(line)
    try {
      const start = performance.now()
      let first = NaN
      let last = NaN
      for (let i = 0; i < run; i++) {
        last = await peer.turn()
        if (i === 0) first = last
      }
      const elapsedMs = performance.now() - start
      const productGigaflops = await peer.product?.()
      // JSON has no NaN: what is not finite is said in words.
      const losses = { first: number(first), last: number(last) }
      say({ event: 'round', characters: run * peer.characters, elapsedMs, ...losses, productGigaflops })
    } catch (error) {
      say({ event: 'unable', reason: String(error instanceof Error ? error.message : error).split('\n')[0] })
      break
    }
  }
  process.exit()
}

const number = (/** @type {number} */ value) => (Number.isFinite(value) ? value : String(value))
