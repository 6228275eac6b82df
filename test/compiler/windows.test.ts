/**
 * What a window's program is made of, forward and backward: its instructions in order, the memory of its own, and what one run
 * costs. Results cannot show a product that is done twice, a value that is stored for nobody, or neighbours that stay apart.
 */

import { expect, test } from 'vitest'
import {
  bidirectional,
  cellsByName,
  chain,
  crossEntropy,
  embedding,
  languageModel,
  linear,
  network,
  recurrent,
  text,
  type Model,
} from 'unrolled'
import { compile, programCost } from '../../src/compiler/index.ts'
import { formulaText } from '../../src/compiler/formula.ts'
import type { Instruction } from '../../src/backends/backend.ts'
import { modelGraph } from '../../src/models/index.ts'
import { windowComputation } from '../../src/runtime/graphs.ts'
import { layerGraph } from '../../src/layers/index.ts'

const extents = { time: 10, batch: 4 }

/** Kinds in order; a step of a loop stands in brackets. */
const order = (instructions: readonly Instruction[]): string =>
  instructions.map(({ kind }) => (kind === 'loop' ? '[' : kind === 'end' ? ']' : kind)).join(' ')

function told({ program }: ReturnType<typeof compile>) {
  const { operations, bytes } = programCost(program, extents)
  return {
    prepare: order(program.prepare),
    body: order(program.body),
    finish: order(program.finish),
    memory: program.regions
      .filter(({ name }) => ['scratch', 'prepared', 'sums', 'finished'].includes(name))
      .map(({ name, size }) => `${name} ${formulaText(size)}`),
    operations,
    bytes,
  }
}

function ofCell(name: string, lengths = false) {
  const layer = recurrent({ cell: cellsByName.get(name)!, input: 4, hidden: 20, output: 3, projection: 2 })
  const { inputs, outputs, parameters, states } = layerGraph(layer, { training: true, lengths })
  const [x, output] = [inputs['x']!, outputs['output']!]
  const graph = { parameters, states, outputs: { output }, sums: {} }
  return told(compile(windowComputation(name, graph, { outputs: ['output'], inputs: { x } })))
}

async function ofModel(model: Model) {
  const { loss, parameters, states } = await modelGraph(model, { training: true, lengths: false })
  return told(
    compile(windowComputation('window', { parameters, states, outputs: {}, sums: { loss } }, { loss: 'loss' })),
  )
}

const cell = (name: string) => cellsByName.get(name)!

const language = (): Model =>
  languageModel(text('all letters: abcdefghijklmnopqrstuvwxyz'), {
    cell: cell('gru'),
    hidden: 20,
    layers: 2,
    residual: true,
    dropout: 0.1,
    tied: true,
  })

const bothWays = (): Model =>
  network(
    chain({
      embedding: embedding({ symbols: 9, size: 6 }),
      recurrent: bidirectional(recurrent({ cell: cell('lstm'), input: 6, hidden: 20 })),
      output: linear({ input: 40, output: 5 }),
    }),
    { loss: crossEntropy() },
  )

test.each<[string, () => ReturnType<typeof told> | Promise<ReturnType<typeof told>>, ReturnType<typeof told>]>([
  [
    'lecture',
    () => ofCell('lecture'),
    {
      prepare: 'pack pack pack pack pack pack',
      body: 'gemm rows [ gemm rows ] gemm rows gemm-ta gemm rows [ rows gemm ] rows gemm-ta gemm-ta gemm rows',
      finish: '',
      memory: ['scratch 96·batch·time + 64·batch'],
      operations: 318320,
      bytes: 213376,
    },
  ],
  [
    'lstm',
    () => ofCell('lstm'),
    {
      prepare: 'pack pack pack pack',
      body: 'gemm rows rows [ gemm rows ] rows rows [ rows gemm ] rows gemm-ta gemm-ta gemm sum-rows rows rows rows',
      finish: '',
      memory: ['scratch 224·batch·time + 128·batch'],
      operations: 944320,
      bytes: 662784,
    },
  ],
  [
    'lstm-peephole',
    () => ofCell('lstm-peephole'),
    {
      prepare: 'pack pack pack pack pack pack',
      body: 'gemm gemm gemm rows rows [ gemm rows ] rows rows [ rows gemm ] rows gemm-ta gemm-ta gemm sum-rows sum-rows sum-rows sum-rows sum-rows sum-rows rows rows rows',
      finish: '',
      memory: ['scratch 288·batch·time + 128·batch'],
      operations: 957760,
      bytes: 707584,
    },
  ],
  [
    'lstm-projected',
    () => ofCell('lstm-projected'),
    {
      prepare: 'pack pack pack pack pack pack',
      body: 'gemm rows rows [ gemm rows gemm ] rows rows [ rows gemm rows gemm ] rows rows gemm-ta gemm-ta gemm-ta gemm sum-rows rows rows rows',
      finish: '',
      memory: ['scratch 256·batch·time + 128·batch'],
      operations: 477608,
      bytes: 466368,
    },
  ],
  [
    'gru',
    () => ofCell('gru'),
    {
      prepare: 'pack pack pack pack pack pack pack pack pack',
      body: 'gemm rows [ gemm rows gemm rows ] rows [ rows gemm rows gemm gemm rows ] rows gemm-ta gemm-ta gemm-ta gemm-ta gemm-ta gemm-ta gemm gemm gemm sum-rows sum-rows sum-rows rows rows',
      finish: '',
      memory: ['scratch 224·batch·time + 160·batch'],
      operations: 555600,
      bytes: 497408,
    },
  ],
  [
    'gru-reset-after',
    () => ofCell('gru-reset-after'),
    {
      prepare: 'pack pack pack pack pack pack pack',
      body: 'gemm rows [ gemm gemm rows ] rows [ rows gemm gemm rows ] rows gemm-ta gemm-ta gemm-ta gemm-ta gemm gemm sum-rows sum-rows sum-rows rows rows',
      finish: '',
      memory: ['scratch 192·batch·time + 128·batch'],
      operations: 625200,
      bytes: 506368,
    },
  ],
  [
    'mgu',
    () => ofCell('mgu'),
    {
      prepare: 'pack pack pack pack pack pack pack',
      body: 'gemm rows [ gemm rows gemm rows ] rows [ rows gemm rows gemm rows ] rows gemm-ta gemm-ta gemm-ta gemm-ta gemm gemm sum-rows sum-rows rows rows',
      finish: '',
      memory: ['scratch 160·batch·time + 160·batch'],
      operations: 375760,
      bytes: 358272,
    },
  ],
  [
    'sru',
    () => ofCell('sru'),
    {
      prepare: 'pack pack pack pack',
      body: 'gemm gemm gemm rows [ rows ] rows [ rows ] rows gemm-ta gemm sum-rows sum-rows sum-rows sum-rows rows rows',
      finish: '',
      memory: ['scratch 256·batch·time + 64·batch'],
      operations: 261040,
      bytes: 242048,
    },
  ],
  [
    'slstm',
    () => ofCell('slstm'),
    {
      prepare: 'pack pack pack pack',
      body: 'gemm rows rows rows rows [ gemm rows ] rows rows rows rows [ rows gemm ] rows gemm-ta gemm-ta gemm sum-rows rows rows rows rows rows',
      finish: '',
      memory: ['scratch 320·batch·time + 256·batch'],
      operations: 962880,
      bytes: 715904,
    },
  ],
  [
    'rnn with lengths',
    () => ofCell('rnn', true),
    {
      prepare: 'pack pack pack pack',
      body: 'rows gemm rows [ gemm rows ] rows [ rows gemm rows ] rows gemm-ta gemm-ta gemm sum-rows rows rows',
      finish: '',
      memory: ['scratch 97·batch·time + 96·batch'],
      operations: 186360,
      bytes: 190656,
    },
  ],
  [
    'lstm with lengths',
    () => ofCell('lstm', true),
    {
      prepare: 'pack pack pack pack',
      body: 'rows gemm rows rows [ gemm rows ] rows rows [ rows gemm rows ] rows gemm-ta gemm-ta gemm sum-rows rows rows rows',
      finish: '',
      memory: ['scratch 257·batch·time + 160·batch'],
      operations: 952360,
      bytes: 688704,
    },
  ],
  [
    'gru with lengths',
    () => ofCell('gru', true),
    {
      prepare: 'pack pack pack pack pack pack pack pack pack',
      body: 'rows gemm rows [ gemm rows gemm rows ] rows [ rows gemm rows gemm gemm rows ] rows gemm-ta gemm-ta gemm-ta gemm-ta gemm-ta gemm-ta gemm gemm gemm sum-rows sum-rows sum-rows rows rows',
      finish: '',
      memory: ['scratch 257·batch·time + 160·batch'],
      operations: 560440,
      bytes: 513728,
    },
  ],
  [
    'mgu with lengths',
    () => ofCell('mgu', true),
    {
      prepare: 'pack pack pack pack pack pack pack',
      body: 'rows gemm rows [ gemm rows gemm rows ] rows [ rows gemm rows gemm rows ] rows gemm-ta gemm-ta gemm-ta gemm-ta gemm gemm sum-rows sum-rows rows rows',
      finish: '',
      memory: ['scratch 193·batch·time + 160·batch'],
      operations: 380600,
      bytes: 374592,
    },
  ],
  [
    'a language model',
    () => ofModel(language()),
    {
      prepare: 'pack pack pack pack pack pack pack pack pack pack pack pack pack pack pack pack pack pack pack pack',
      body: 'rows gather random random random rows gemm rows [ gemm rows gemm rows ] rows gemm rows [ gemm rows gemm rows ] rows gemm cross-entropy-gradient rows gemm-ta gemm sum-rows sum-rows rows rows [ rows gemm rows gemm gemm rows ] rows gemm-ta gemm-ta gemm-ta gemm-ta gemm-ta gemm-ta gemm gemm gemm sum-rows sum-rows sum-rows rows rows [ rows gemm rows gemm gemm rows ] rows gemm-ta gemm-ta gemm-ta gemm-ta gemm-ta gemm-ta gemm gemm gemm sum-rows sum-rows sum-rows rows scatter-add rows rows',
      finish: 'rows fill',
      memory: ['scratch 578·batch·time + 192·batch', 'sums 896'],
      operations: 1852840,
      bytes: 1318560,
    },
  ],
  [
    'a classifier of steps that runs both ways',
    () => ofModel(bothWays()),
    {
      prepare: 'pack pack pack pack pack pack pack pack pack gemm',
      body: 'rows gather rows rows [ gemm rows ] rows rows [ gemm rows ] gemm gemm cross-entropy-gradient rows gemm-ta gemm-ta gemm sum-rows sum-rows rows rows [ rows gemm ] rows rows [ rows gemm ] rows gemm-ta gemm-ta scatter-add rows rows rows rows',
      finish: 'gemm-ta gemm sum-rows fill',
      memory: ['scratch 546·batch·time + 256·batch', 'prepared 2304', 'sums 2304'],
      operations: 1656588,
      bytes: 1375408,
    },
  ],
])('%s', async (_, make, expected) => {
  expect(await make()).toEqual(expected)
})
