/**
 * Unrolled itself: node peers/unrolled.mjs '{case}', which says backend, threads and the form of the weights.
 *
 * `train` is the whole of what a user's `train` does: the state carried from window to window, the gradient's norm and its
 * clipping, the events. `forward` and `step` run what evaluating and generating run on.
 */
import { createRequire } from 'node:module'
import * as unrolled from 'unrolled'
import { asCharacters, batches, crossEntropy, stepText, text, textLength } from '../task.mjs'
import { readWeights } from '../weights.mjs'
import { inside } from './inside.mjs'
import { serve } from './serve.mjs'

const { version } = createRequire(import.meta.url)('unrolled/package.json')
const cells = { lstm: 'lstm', gru: 'gruResetAfter', rnn: 'rnn' }
const kinds = { train, forward, step }

await serve(async (c) => {
  const { backendFor, ...runtime } = await inside('runtime/index.js')
  const engine = { backend: c.backend, threads: c.threads, ...(c.precision && { weights: c.precision }) }
  const backend = await backendFor(engine)
  if (backend.name !== c.backend) throw new Error(`this build has no backend ${c.backend}, it took ${backend.name}`)
  if (backend.threads !== c.threads)
    throw new Error(`this build's ${c.backend} runs on ${backend.threads} thread alone`)
  const { text: textOf, languageModel, setParameters, fromPyTorch } = unrolled
  const data = textOf(asCharacters(text(Math.max(textLength(c), 5000), c.vocabulary)))
  if (data.vocabulary.size !== c.vocabulary) throw new Error(`the text has ${data.vocabulary.size} symbols`)
  const create = () => {
    const model = languageModel(data, { cell: unrolled[cells[c.cell]], hidden: c.hidden, layers: c.layers, seed: 1 })
    setParameters(model, fromPyTorch(model.layer, Object.fromEntries(readWeights(c)), { _core: 'recurrent' }))
    return model
  }
  if (c.precision) checkWeights(create(), engine)
  const kernels = backend.kernels === backend.name ? undefined : backend.kernels
  const made = await kinds[c.kind]({ c, create, engine, backend, runtime })
  return { ...made, about: { version, threads: backend.threads, kernels, ...made.about } }
})

/** Throws where this build does not know the option. */
function checkWeights(model, engine) {
  try {
    unrolled.generate(model, '', { ...engine, length: 0 })
  } catch {
    throw new Error(`this build has no weights in ${engine.weights}`)
  }
}

async function train({ c, create, engine }) {
  const { adam, describeProgram, productRate } = unrolled
  const { batch, time } = c
  const data = unrolled.text(asCharacters(text(textLength(c), c.vocabulary)))
  const { operations } = await describeProgram(create(), { time, batch }, engine)
  const options = { batch, unroll: time, optimizer: adam({ lr: 2e-3 }), epochs: 1e6, ...engine }
  const events = unrolled.train(create(), data, options)[Symbol.asyncIterator]()
  return {
    about: { operationsPerStep: operations },
    product: () => productRate({ milliseconds: 100, ...engine }),
    async turn() {
      for (;;) {
        const { value, done } = await events.next()
        if (done) throw new Error('the run has ended')
        if (value.event === 'step') return value.loss
      }
    },
  }
}

async function forward({ c, create, backend, runtime }) {
  const { padded, Runner } = runtime
  const { layerGraph } = await inside('layers/index.js')
  const { layer, parameters: values } = create()
  const { inputs: ports, outputs, parameters, states } = layerGraph(layer, { training: false, lengths: false })
  const runner = new Runner(backend, layer)
  const task = await runner.load((of) => of.forwardComputation('forward', { parameters, states, outputs, sums: {} }))
  const extents = runner.extents(c.time, c.batch)
  task.fit(extents)
  runner.upload(values)
  runner.states.begin(c.batch)
  const begin = runner.states.slot(c.batch)
  runner.states.keep(begin)
  const rows = c.time * c.batch
  const pitch = padded(c.vocabulary)
  const x = new Float32Array(rows * padded(1))
  const { inputs, targets } = batches(c)()
  inputs.forEach((id, i) => (x[i * padded(1)] = id))
  const logits = new Float32Array(rows * pitch)
  const turns = async (count) => {
    for (let i = 0; i < count; i++) {
      runner.states.bring(begin)
      runner.put(ports.x, x)
      task.run(extents, {})
      await runner.read('output', 0, logits)
    }
  }
  await turns(1)
  return { about: { check: crossEntropy(logits, targets, c.vocabulary, pitch) }, turns }
}

async function step({ c, create, engine }) {
  const { Stepper } = await inside('inference/stepper.js')
  const model = create()
  // Held to the end: what is made for a layer goes when nobody has the layer any more.
  const held = await Stepper.of(model, engine)
  const symbols = stepText(c.vocabulary)
  const x = new Float32Array(1)
  const logits = new Float32Array(c.vocabulary)
  let stream = held.kept.begin(model.parameters)
  let sum = 0
  for (let i = 0; i < 64; i++) {
    x[0] = symbols[i]
    await held.kept.step(stream, x, logits)
    sum += crossEntropy(logits, [symbols[i + 1]], c.vocabulary)
  }
  stream = held.kept.begin(model.parameters)
  let at = 0
  return {
    about: { check: sum / 64 },
    async turns(count) {
      for (let i = 0; i < count; i++) {
        x[0] = symbols[at++ & 255]
        await held.kept.step(stream, x, logits)
      }
    },
  }
}
