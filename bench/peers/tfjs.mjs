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
import { batches } from '../task.mjs'
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

const uniform = (rows, columns, scale) => tf.variable(tf.randomUniform([rows, columns], -scale, scale))
const zeros = (columns) => tf.variable(tf.zeros([columns]))

/** One layer: from the inputs of all steps, [batch, input] each, to the outputs of all steps. */
const layers = {
  lstm(hidden, batch) {
    const scale = 1 / Math.sqrt(hidden)
    const w = uniform(2 * hidden, 4 * hidden, scale)
    const b = zeros(4 * hidden)
    return (xs) => {
      let h = tf.zeros([batch, hidden])
      let c = tf.zeros([batch, hidden])
      return xs.map((x) => {
        const [i, f, g, o] = tf.split(tf.add(matMul(tf.concat([x, h], 1), w), b), 4, 1)
        c = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g)))
        return (h = tf.mul(tf.sigmoid(o), tf.tanh(c)))
      })
    }
  },
  // Reset after the product, as PyTorch.
  gru(hidden, batch) {
    const scale = 1 / Math.sqrt(hidden)
    const [wx, wh] = [uniform(hidden, 3 * hidden, scale), uniform(hidden, 3 * hidden, scale)]
    const [bx, bh] = [zeros(3 * hidden), zeros(3 * hidden)]
    return (xs) => {
      let h = tf.zeros([batch, hidden])
      return xs.map((x) => {
        const [xr, xz, xn] = tf.split(tf.add(matMul(x, wx), bx), 3, 1)
        const [hr, hz, hn] = tf.split(tf.add(matMul(h, wh), bh), 3, 1)
        const r = tf.sigmoid(tf.add(xr, hr))
        const z = tf.sigmoid(tf.add(xz, hz))
        const n = tf.tanh(tf.add(xn, tf.mul(r, hn)))
        return (h = tf.add(n, tf.mul(z, tf.sub(h, n))))
      })
    }
  },
  rnn(hidden, batch) {
    const w = uniform(2 * hidden, hidden, 1 / Math.sqrt(hidden))
    const b = zeros(hidden)
    return (xs) => {
      let h = tf.zeros([batch, hidden])
      return xs.map((x) => (h = tf.tanh(tf.add(matMul(tf.concat([x, h], 1), w), b))))
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

await serve(async ({ cell, layers: count, hidden, batch, time, vocabulary }) => {
  await tf.setBackend(backend)
  await tf.ready()
  if (tf.getBackend() !== backend) throw new Error(`the ${backend} backend does not start`)
  const table = uniform(vocabulary, hidden, 0.1)
  const stack = Array.from({ length: count }, () => layers[cell](hidden, batch))
  const output = uniform(hidden, vocabulary, 1 / Math.sqrt(hidden))
  const bias = zeros(vocabulary)
  const optimizer = tf.train.adam(2e-3)
  const next = batches({ batch, time, vocabulary })

  return {
    about: {
      version: tf.version.tfjs,
      threads: 1,
      simd: backend === 'wasm' ? await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT') : undefined,
    },
    characters: batch * time,
    async turn() {
      const { inputs, targets } = next()
      const loss = named(() => {
        const ids = tf.tensor1d(inputs, 'int32')
        const oneHot = tf.oneHot(tf.tensor1d(targets, 'int32'), vocabulary)
        return optimizer.minimize(() => {
          const x =
            backend === 'wasm' ? matMul(tf.cast(tf.oneHot(ids, vocabulary), 'float32'), table) : tf.gather(table, ids)
          let steps = tf.unstack(tf.reshape(x, [time, batch, hidden]))
          for (const layer of stack) steps = layer(steps)
          return tf.losses.softmaxCrossEntropy(oneHot, tf.add(matMul(tf.concat(steps, 0), output), bias))
        }, true)
      })
      const [value] = await loss.data()
      loss.dispose()
      return value
    },
  }
})
