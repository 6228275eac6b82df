/**
 * brain.js: node peers/brain.mjs '{case}'
 *
 * It has no batches: one sequence makes one update, with its own gradient descent and its own initial weights. So it is measured
 * by characters alone, a turn being one sequence, and its loss is not held against the others'.
 */
import { createRequire } from 'node:module'
import brain from 'brain.js'
import { batches } from '../task.mjs'
import { serve } from './serve.mjs'

const { version } = createRequire(import.meta.url)('brain.js/package.json')

await serve(async ({ cell, layers, hidden, time, vocabulary }) => {
  const kinds = { lstm: brain.recurrent.LSTM, gru: brain.recurrent.GRU, rnn: brain.recurrent.RNN }
  const net = new kinds[cell]({
    inputSize: hidden,
    inputRange: vocabulary,
    outputSize: vocabulary,
    hiddenLayers: Array(layers).fill(hidden),
    // Its first updates are some thirty times larger than this says; at 1e-3 the loss grows to NaN.
    learningRate: 1e-4,
  })
  net.initialize()
  const next = batches({ batch: 1, time, vocabulary })
  return {
    about: { version, threads: 1, note: 'one sequence an update', ownDescent: true },
    characters: time,
    // It answers a hundredth of the perplexity.
    turn: () => Math.log(100 * net.trainPattern(Array.from(next().inputs), true)),
  }
})
