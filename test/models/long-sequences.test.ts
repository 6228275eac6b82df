// Sequences that end in different windows of a measurement are named by their place in the data.
import { expect, test } from 'vitest'
import { classifier, evaluate, gru, labelled, predict, regressor } from 'unrolled'

const wasm = { backend: 'wasm' } as const
/** The longest first, so that it is judged last; the measurement runs 64 steps at once. */
const rows = Array.from({ length: 12 }, (_, i) => ({
  text: 'abc'[i % 3]!.repeat(i === 0 ? 200 : 5 + 6 * i),
  kind: i % 2 ? 'odd' : 'even',
  size: i * i,
}))

test('a classifier is wrong about whole sequences, whatever their length', async () => {
  const data = labelled(rows, { text: 'text', label: 'kind', units: 'characters' })
  const model = classifier(data, { cell: gru, hidden: 4, seed: 1 })
  const { worst, accuracy } = await evaluate(model, data, wasm)
  const said = await predict(
    model,
    rows.map(({ text }) => text),
    wasm,
  )
  const wrong = rows.flatMap(({ kind }, i) => (said[i]!.label === kind ? [] : [i]))
  expect(worst.map(({ index }) => index).sort((a, b) => a - b)).toEqual(wrong)
  expect(accuracy).toBeCloseTo(1 - wrong.length / rows.length)
  for (const miss of worst) {
    expect(miss).not.toHaveProperty('step')
    expect(miss.is).toBe(rows[miss.index]!.kind)
    expect(miss.probability).toBeCloseTo(said[miss.index]!.probability, 5)
  }
})

test('so is a regressor', async () => {
  const data = labelled(rows, { text: 'text', target: 'size', units: 'characters' })
  const model = regressor(data, { cell: gru, hidden: 4, seed: 1 })
  const { worst } = await evaluate(model, data, wasm)
  expect(worst).toHaveLength(10)
  for (const { index, is } of worst) expect(is).toBeCloseTo(rows[index]!.size, 3)
})
