/**
 * Long-term dependencies, measured: a network with a gated cell learns the adding problem, a plain one of the same size does not
 * get past always answering 1.
 *
 *     node examples/adding-problem.ts [epochs] [length]     # Node 22.18 or newer, after npm run build; older ones with npx tsx
 */
import { adam, chain, last, linear, lstm, meanSquaredError, network, recurrent, rnn, train, type Cell } from 'unrolled'
import { addingProblem } from './adding-data.ts'

const [epochs = 30, length = 60] = process.argv.slice(2).map(Number)
const data = addingProblem(2000, length, 1)

async function lossOf(cell: Cell): Promise<number> {
  const cells = recurrent({ cell, input: 2, hidden: 32 })
  const layer = chain({ cells, answer: last(), sum: linear({ output: 1 }) })
  const model = network(layer, { loss: meanSquaredError(), seed: 1 })
  const run = train(model, data, { epochs, optimizer: adam({ lr: 3e-3 }), validation: 0.1, seed: 1 })
  const { validationLoss } = await run.finish()
  return validationLoss!
}

console.log(`${data.items.length} sequences of ${length} steps, ${epochs} epochs; always answering 1: 0.167`)
for (const cell of [rnn, lstm]) console.log(`${cell.name}: ${(await lossOf(cell)).toFixed(4)}`)
