/**
 * onnxruntime-node: node peers/onnxruntime.mjs '{case}'. Outputs are allocated beforehand, and for single steps two sets of states
 * take turns, so that nothing is copied.
 */
import { createRequire } from 'node:module'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { onnxModel } from '../onnx-model.mjs'
import { batches, crossEntropy, stepText } from '../task.mjs'
import { serve } from './serve.mjs'

const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json')

await serve(async (c) => {
  const { threads } = c
  const session = await InferenceSession.create(onnxModel(c), {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
  })
  const { check, turns } = await runner(c, session)
  return { about: { version, threads, check }, turns }
})

/** Runs a session over the case's input, states before the first step zero. */
async function runner(c, session) {
  const { batch, time, hidden, layers, vocabulary } = c
  const names = Array.from({ length: layers }, (_, i) => [`h${i}`, `c${i}`]).flat()
  const states = () => names.map(() => new Tensor('float32', new Float32Array(batch * hidden), [1, batch, hidden]))
  const ids = (/** @type {ArrayLike<number>} */ symbols) =>
    new Tensor('int64', BigInt64Array.from(Array.from(symbols, BigInt)), [time, batch])
  const logits = new Tensor('float32', new Float32Array(time * batch * vocabulary), [time, batch, vocabulary])
  const fed = (from) => Object.fromEntries(names.map((name, i) => [name, from[i]]))
  const fetched = (to) => ({ logits, ...Object.fromEntries(names.map((name, i) => [`${name}_next`, to[i]])) })

  if (c.kind === 'forward') {
    const { inputs, targets } = batches(c)()
    const feeds = { ids: ids(inputs), ...fed(states()) }
    const fetches = fetched(states())
    const turns = async (/** @type {number} */ count) => {
      for (let i = 0; i < count; i++) await session.run(feeds, fetches)
    }
    await turns(1)
    return { check: crossEntropy(logits.data, targets, vocabulary), turns }
  }
  const symbols = stepText(vocabulary)
  const sides = [states(), states()]
  const fetches = sides.map((_, i) => fetched(sides[1 - i]))
  const feeds = sides.map((side) => ({ ids: ids([0]), ...fed(side) }))
  let at = 0
  const push = async () => {
    const side = at & 1
    feeds[side].ids.data[0] = BigInt(symbols[at++ & 255])
    await session.run(feeds[side], fetches[side])
  }
  let sum = 0
  for (let i = 0; i < 64; i++) {
    await push()
    sum += crossEntropy(logits.data, [symbols[i + 1]], vocabulary)
  }
  return {
    check: sum / 64,
    async turns(count) {
      for (let i = 0; i < count; i++) await push()
    },
  }
}
