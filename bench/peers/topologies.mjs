/** Unrolled itself: node peers/topologies.mjs '{case}', as its users call it. */
import { createRequire } from 'node:module'
import {
  adam,
  backtest,
  classifier,
  forecaster,
  gru,
  labelled,
  lstm,
  meanSquaredError,
  pairs,
  predict,
  series,
  tagged,
  tagger,
  train,
  translator,
} from 'unrolled/node'
import { pairsOf, sentencesOf, textsOf } from '../topology-data.mjs'
import { serve } from './serve.mjs'

const { version } = createRequire(import.meta.url)('unrolled/package.json')
/** Numbers as characters. */
const written = (/** @type {number[]} */ ids) => String.fromCodePoint(...ids.map((id) => 0x4e00 + id))
const kinds = { translator: translating, tagger: tagging, predict: predicting, forecast: forecasting }

await serve(async (c) => ({ about: { version, threads: c.threads }, ...(await kinds[c.kind](c)) }))

/** Turns of a run that goes on for ever: so many updates each. */
function updates(/** @type {AsyncIterable<{ event: string, loss?: number }>} */ run, /** @type {number} */ count) {
  const events = run[Symbol.asyncIterator]()
  return async () => {
    let loss = NaN
    for (let left = count; left > 0;) {
      const { value } = await events.next()
      if (value.event !== 'step') continue
      loss = value.loss
      left--
    }
    return loss
  }
}

function translating(c) {
  const { hidden, layers, attention, inputFeeding, batch, threads } = c
  const data = pairs(
    pairsOf(c).map(({ source, target }) => ({ source: written(source), target: written(target) })),
    {
      units: 'characters',
      minCount: 1,
    },
  )
  const model = translator(data, { cell: lstm, hidden, layers, attention, inputFeeding, seed: 1 })
  const run = train(model, data, { batch, epochs: 1e6, optimizer: adam({ lr: 1e-3 }), threads })
  return { turn: updates(run, 1) }
}

function tagging(c) {
  const { hidden, embedding, characters, batch, batches, threads } = c
  const sentences = sentencesOf(c)
  const data = tagged(sentences, { token: 'tokens', label: 'labels', minCount: 1 })
  const model = tagger(data, {
    cell: lstm,
    hidden,
    embedding,
    characters: { hidden: characters },
    dropout: 0.5,
    seed: 1,
  })
  const run = train(model, data, { batch, epochs: 1e6, optimizer: adam({ lr: 1e-3 }), threads })
  return { characters: data.steps, turn: updates(run, batches) }
}

function predicting({ hidden, texts: count, threads }) {
  const texts = textsOf(count)
  const data = labelled(
    texts.slice(0, 200).map((text) => ({ text, label: text < 'n' })),
    { text: 'text', label: 'label', units: 'characters' },
  )
  const model = classifier(data, { cell: gru, hidden, bidirectional: true, pooling: 'last', seed: 1 })
  return {
    characters: count,
    async turn() {
      const said = await predict(model, texts, { threads })
      return said.length
    },
  }
}

/** Every origin of a backtest, the simple rules beside it. */
async function forecasting({ hidden, layers, context, horizon, origins, threads }) {
  const rows = Array.from({ length: context + horizon + 2 * origins }, (_, t) => ({
    at: new Date(Date.UTC(2026, 0, 1) + t * 3_600_000),
    load: Math.sin((2 * Math.PI * t) / 24) + Math.sin(t * 12.9898) / 5,
  }))
  const all = await series(rows, { time: 'at', target: 'load', season: 24 })
  const past = all.between(0, -(horizon + origins))
  const model = forecaster(past, {
    cell: gru,
    hidden,
    layers,
    context,
    horizon,
    decoder: 'sampled',
    output: meanSquaredError(),
  })
  return {
    characters: origins,
    async turn() {
      const { windows } = await backtest(model, all, { windows: origins, every: 1, threads })
      return windows
    },
  }
}
