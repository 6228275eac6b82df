/**
 * TensorFlow.js: node peers/tfjs.mjs wasm|cpu plain|tuned '{case}'
 *
 * One product of [x, h] with all gates at each step, as tf.basicLSTMCell and tf.layers have it; this form was the fastest of
 * those tried (tf.layers.lstm and a product of all inputs before the loop were slower). The wasm backend cannot
 * differentiate a gather (it has no UnsortedSegmentSum), so the embedding is a product with one-hot rows there.
 *
 * `tuned` goes beyond what its users write: the wasm backend runs products with a transposed operand, of which every
 * gradient of a product has two, some 15 times slower than plain ones, so they are transposed in memory first.
 */
import * as tf from '@tensorflow/tfjs'
import { batches, crossEntropy, stepText } from '../task.mjs'
import { readWeights } from '../weights.mjs'
import { serve } from './serve.mjs'

const [backend, form] = process.argv.slice(2)
if (backend === 'wasm') await import('@tensorflow/tfjs-backend-wasm')
else await import('@tensorflow/tfjs-backend-cpu')

const transposing = tf.customGrad((a, b, save) => {
  save([a, b])
  return {
    value: tf.matMul(a, b),
    // Tidied at once: at 2×512 the copies of the weights would not all fit into the backend's 4 GiB.
    gradFunc: (dy, [a, b]) => tf.tidy(() => [tf.matMul(dy, tf.transpose(b)), tf.matMul(tf.transpose(a), dy)]),
  }
})
const matMul = form === 'tuned' ? transposing : (a, b) => tf.matMul(a, b)

const variable = (values, shape) => tf.variable(tf.tensor(values, shape))

/** PyTorch's matrices of a layer, turned over: [x, h] times them gives all gates. */
function matrix(weights, layer, parts) {
  const turned = parts.map((part) => {
    const { data, shape } = weights.get(`recurrent.weight_${part}_l${layer}`)
    return tf.transpose(tf.tensor2d(data, shape))
  })
  return tf.variable(tf.concat(turned, 0))
}

function bias(weights, layer, parts) {
  const vectors = parts.map((part) => tf.tensor1d(weights.get(`recurrent.bias_${part}_l${layer}`).data))
  return tf.variable(tf.addN(vectors))
}

/** One layer: from the inputs of all steps, [batch, input] each, and its states to the outputs of all steps; states are replaced. */
const layers = {
  lstm(weights, layer) {
    const w = matrix(weights, layer, ['ih', 'hh'])
    const b = bias(weights, layer, ['ih', 'hh'])
    return (xs, states) => {
      let { h, c } = states
      const outputs = xs.map((x) => {
        const [i, f, g, o] = tf.split(tf.add(matMul(tf.concat([x, h], 1), w), b), 4, 1)
        c = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g)))
        return (h = tf.mul(tf.sigmoid(o), tf.tanh(c)))
      })
      return { outputs, states: { h, c } }
    }
  },
  // Reset after the product, as PyTorch.
  gru(weights, layer) {
    const [wx, wh] = [matrix(weights, layer, ['ih']), matrix(weights, layer, ['hh'])]
    // As the equations have it: one bias a gate, and two for the candidate alone.
    const [ih, hh] = ['ih', 'hh'].map((part) => weights.get(`recurrent.bias_${part}_l${layer}`).data)
    const gates = (2 * ih.length) / 3
    const b = tf.variable(tf.tensor1d(ih.map((value, i) => (i < gates ? value + hh[i] : value))))
    const bn = tf.variable(tf.tensor1d(hh.slice(gates)))
    return (xs, states) => {
      let { h } = states
      const outputs = xs.map((x) => {
        const [xr, xz, xn] = tf.split(tf.add(matMul(x, wx), b), 3, 1)
        const [hr, hz, hn] = tf.split(matMul(h, wh), 3, 1)
        const r = tf.sigmoid(tf.add(xr, hr))
        const z = tf.sigmoid(tf.add(xz, hz))
        const n = tf.tanh(tf.add(xn, tf.mul(r, tf.add(hn, bn))))
        return (h = tf.add(n, tf.mul(z, tf.sub(h, n))))
      })
      return { outputs, states: { h } }
    }
  },
  rnn(weights, layer) {
    const w = matrix(weights, layer, ['ih', 'hh'])
    const b = bias(weights, layer, ['ih', 'hh'])
    return (xs, states) => {
      let { h } = states
      const outputs = xs.map((x) => (h = tf.tanh(tf.add(matMul(tf.concat([x, h], 1), w), b))))
      return { outputs, states: { h } }
    }
  },
}

/** The wasm backend ends without saying why when its memory is used up. */
function named(step) {
  try {
    return tf.tidy(step)
  } catch (error) {
    const { numBytes } = tf.memory()
    if (!String(error).includes('Aborted')) throw error
    throw new Error(
      `the wasm backend aborted with ${(numBytes / 2 ** 30).toFixed(1)} GiB in tensors; it has 4 GiB at most`,
    )
  }
}

await serve(async (c) => {
  const { cell, layers: count, hidden, batch, time, vocabulary } = c
  await tf.setBackend(backend)
  await tf.ready()
  if (tf.getBackend() !== backend) throw new Error(`the ${backend} backend does not start`)
  const weights = readWeights(c)
  const stack = Array.from({ length: count }, (_, layer) => layers[cell](weights, layer))
  const table = variable(weights.get('embedding.weight').data, [vocabulary, hidden])
  const output = tf.variable(tf.transpose(tf.tensor2d(weights.get('output.weight').data, [vocabulary, hidden])))
  const outputBias = variable(weights.get('output.bias').data, [vocabulary])
  const zeros = () => tf.zeros([batch, hidden])
  const initial = () => stack.map(() => (cell === 'lstm' ? { h: zeros(), c: zeros() } : { h: zeros() }))

  /** Logits of all steps, [time × batch, vocabulary], and the states after them. */
  const model = (ids, states, training) => {
    const oneHot = training && backend === 'wasm'
    const x = oneHot ? matMul(tf.cast(tf.oneHot(ids, vocabulary), 'float32'), table) : tf.gather(table, ids)
    let steps = tf.unstack(tf.reshape(x, [time, batch, hidden]))
    const next = stack.map((layer, i) => {
      const made = layer(steps, states[i])
      steps = made.outputs
      return made.states
    })
    return { logits: tf.add(matMul(tf.concat(steps, 0), output), outputBias), states: next }
  }
  const about = {
    version: tf.version.tfjs,
    threads: 1,
    simd: backend === 'wasm' ? await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT') : undefined,
  }
  const kept = (states) =>
    states.map((state) => Object.fromEntries(Object.entries(state).map(([n, t]) => [n, tf.keep(t)])))

  if (c.kind === 'train') {
    const optimizer = tf.train.adam(2e-3, 0.9, 0.999, 1e-8)
    const next = batches(c)
    let states = initial()
    return {
      about: { ...about, note: 'no clipping' },
      async turn() {
        const { inputs, targets, begins } = next()
        const before = begins ? initial() : states
        if (begins) tf.dispose(states)
        const loss = named(() => {
          const ids = tf.tensor1d(inputs, 'int32')
          const oneHot = tf.oneHot(tf.tensor1d(targets, 'int32'), vocabulary)
          return optimizer.minimize(() => {
            const made = model(ids, before, true)
            states = kept(made.states)
            return tf.losses.softmaxCrossEntropy(oneHot, made.logits)
          }, true)
        })
        tf.dispose(before)
        const [value] = await loss.data()
        loss.dispose()
        return value
      },
    }
  }
  if (c.kind === 'forward') {
    const { inputs, targets } = batches(c)()
    const ids = tf.tensor1d(inputs, 'int32')
    const begin = initial()
    const run = async () => {
      const logits = tf.tidy(() => model(ids, begin, false).logits)
      const values = await logits.data()
      logits.dispose()
      return values
    }
    const check = crossEntropy(await run(), targets, vocabulary)
    return {
      about: { ...about, check },
      async turns(amount) {
        for (let i = 0; i < amount; i++) await run()
      },
    }
  }
  const symbols = stepText(vocabulary)
  let states = initial()
  let at = 0
  const push = async () => {
    const before = states
    const logits = tf.tidy(() => {
      const made = model(tf.tensor1d([symbols[at++ & 255]], 'int32'), before, false)
      states = kept(made.states)
      return made.logits
    })
    tf.dispose(before)
    const values = await logits.data()
    logits.dispose()
    return values
  }
  let sum = 0
  for (let i = 0; i < 64; i++) sum += crossEntropy(await push(), [symbols[i + 1]], vocabulary)
  return {
    about: { ...about, check: sum / 64 },
    async turns(amount) {
      for (let i = 0; i < amount; i++) await push()
    },
  }
})
