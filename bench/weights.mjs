import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const gates = { lstm: 4, gru: 3, rnn: 1 }

/**
 * Names and shapes of a model's weights, in the order and by the names of PyTorch's `state_dict`.
 * @param {import('./cases.mjs').Case} c
 * @returns {[string, number[]][]}
 */
export const weightShapes = ({ cell, layers, hidden, vocabulary }) => [
  ['embedding.weight', [vocabulary, hidden]],
  ...Array.from({ length: layers }, (_, layer) => [
    [`recurrent.weight_ih_l${layer}`, [gates[cell] * hidden, hidden]],
    [`recurrent.weight_hh_l${layer}`, [gates[cell] * hidden, hidden]],
    [`recurrent.bias_ih_l${layer}`, [gates[cell] * hidden]],
    [`recurrent.bias_hh_l${layer}`, [gates[cell] * hidden]],
  ]).flat(),
  ['output.weight', [vocabulary, hidden]],
  ['output.bias', [vocabulary]],
]

const sizeOf = (/** @type {number[]} */ shape) => shape.reduce((a, b) => a * b, 1)

let folder = ''

/** Writes the weights that every peer begins with, float32 one after the other, to a file that is there until this process ends. */
export function writeWeights(/** @type {import('./cases.mjs').Case} */ c) {
  if (folder === '') {
    folder = mkdtempSync(join(tmpdir(), 'unrolled-bench-'))
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  }
  const count = weightShapes(c).reduce((sum, [, shape]) => sum + sizeOf(shape), 0)
  const values = new Float32Array(count)
  const scale = 1 / Math.sqrt(c.hidden)
  let state = 1
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    values[i] = scale * ((state >>> 8) / 2 ** 23 - 1)
  }
  const path = join(folder, `${c.cell}-${c.layers}x${c.hidden}.f32`)
  writeFileSync(path, values)
  return path
}

/**
 * What `writeWeights` wrote, by PyTorch's names.
 * @param {import('./cases.mjs').Case & { weights: string }} c
 * @returns {Map<string, { shape: number[], data: Float32Array }>}
 */
export function readWeights(c) {
  const bytes = readFileSync(c.weights)
  const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
  let at = 0
  return new Map(
    weightShapes(c).map(([name, shape]) => {
      const data = values.slice(at, (at += sizeOf(shape)))
      return [name, { shape, data }]
    }),
  )
}
