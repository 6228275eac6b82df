import { expect, test } from 'vitest'
import { cellsByName, languageModel, recurrentDropout, text, train, weightDrop, zoneout, type Cell } from 'unrolled'

const book = text('It was the best of times, it was the worst of times, it was the age of wisdom. '.repeat(3))

const cells: [string, Cell][] = [
  ...cellsByName,
  ['lstm, zoneout', zoneout(cellsByName.get('lstm')!, 0.2)],
  ['gru, recurrent dropout', recurrentDropout(cellsByName.get('gru')!, { rate: 0.3 })],
  ['rnn, weight drop', weightDrop(cellsByName.get('rnn')!, { rate: 0.3 })],
]

test.each(cells)('checkpointed backpropagation through time has the bits of the full one: %s', async (_, cell) => {
  const weights = async (segment: number): Promise<unknown> => {
    const model = languageModel(book, { cell, hidden: 5, layers: 2, dropout: 0.1, projection: 3, seed: 1 })
    // Windows of 37 steps, the last segment shorter than the others.
    const { loss } = await train(model, book, { batch: 3, unroll: 37, segment, steps: 2 }).finish()
    return [loss, Object.entries(model.parameters).map(([name, { data }]) => [name, [...data]])]
  }
  expect(await weights(16)).toEqual(await weights(40))
})
