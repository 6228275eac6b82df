/**
 * The training step of an LSTM in tfjs-wasm, in the form of ../peers/tfjs.mjs: one product of [x, h] with all gates at each
 * step, the embedding as a product with one-hot rows, the state carried from window to window.
 */
import * as tf from '@tensorflow/tfjs'
import { getThreadsCount, setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { batches } from '../task.mjs'

/**
 * @param {import('../cases.mjs').Case} c
 * @param {number} threads
 * @param {Float32Array[]} weights the embedding, w and b of each layer, and those of the output
 */
export async function tfjs(c, threads, weights) {
  const { layers, hidden, batch, time, vocabulary } = c
  setWasmPaths('/tfjs-wasm/')
  if (threads > 1) setThreadsCount(threads)
  await tf.setBackend('wasm')
  await tf.ready()
  if (tf.getBackend() !== 'wasm') throw new Error('the wasm backend of tfjs does not start')
  const left = [...weights]
  const variable = (/** @type {number[]} */ ...shape) => tf.variable(tf.tensor(left.shift(), shape))
  const table = variable(vocabulary, hidden)
  const stack = Array.from({ length: layers }, () => ({
    w: variable(2 * hidden, 4 * hidden),
    b: variable(4 * hidden),
  }))
  const output = variable(hidden, vocabulary)
  const bias = variable(vocabulary)
  const optimizer = tf.train.adam(2e-3, 0.9, 0.999, 1e-8)
  const next = batches(c)
  const zeros = () => stack.map(() => [tf.zeros([batch, hidden]), tf.zeros([batch, hidden])])
  let states = zeros()

  return {
    about: { version: tf.version.tfjs, threads: crossOriginIsolated ? getThreadsCount() : 1 },
    async turn() {
      const { inputs, targets, begins } = next()
      if (begins) {
        tf.dispose(states)
        states = zeros()
      }
      const before = states
      const loss = tf.tidy(() => {
        const ids = tf.tensor1d(inputs, 'int32')
        const oneHot = tf.oneHot(tf.tensor1d(targets, 'int32'), vocabulary)
        return optimizer.minimize(() => {
          const x = tf.matMul(tf.cast(tf.oneHot(ids, vocabulary), 'float32'), table)
          let steps = tf.unstack(tf.reshape(x, [time, batch, hidden]))
          states = stack.map(({ w, b }, layer) => {
            let [h, c] = before[layer]
            steps = steps.map((x) => {
              const [i, f, g, o] = tf.split(tf.add(tf.matMul(tf.concat([x, h], 1), w), b), 4, 1)
              c = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g)))
              return (h = tf.mul(tf.sigmoid(o), tf.tanh(c)))
            })
            return [tf.keep(h), tf.keep(c)]
          })
          return tf.losses.softmaxCrossEntropy(oneHot, tf.add(tf.matMul(tf.concat(steps, 0), output), bias))
        }, true)
      })
      tf.dispose(before)
      const [value] = await loss.data()
      loss.dispose()
      return value
    },
  }
}
