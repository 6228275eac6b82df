/** Writes random cells with their values and gradients, a line of JSON each, for pytorch.py to compute again. */
import { once } from 'node:events'
import { parse, type Equations } from '../../src/equations/index.ts'
import { createReferenceBackend } from '../../src/backends/reference/reference-backend.ts'
import { windowComputation } from '../../src/runtime/graphs.ts'
import { cellSubject, layerOf, type CellCase } from './cell-case.ts'
import { ask } from './check-values.ts'
import { Draws } from './draws.ts'
import { generateCell } from './generate-cell.ts'
import { TriedProgram } from './tried-program.ts'

const [count = 100, seed = 1] = process.argv.slice(2).map(Number)
const reference = createReferenceBackend()

const listed = (equations: Equations): unknown =>
  equations.lines.map(({ name, primed, value }) => ({ name: primed ? `${name}'` : name, value }))

/** Everything that PyTorch needs; undefined where numbers run away. */
async function exported(one: CellCase): Promise<unknown> {
  const layer = layerOf(one)
  const subject = cellSubject(one, layer)
  if (!ask(subject)) return undefined
  const program = new TriedProgram(windowComputation('window', subject.graph, subject.backward))
  const results = await program.run(reference, { given: subject.given, ...subject.context })
  return {
    text: one.text,
    lines: listed(parse(one.text)),
    layers: one.layers,
    bidirectional: one.bidirectional,
    residual: one.residual,
    states: layer.states,
    lengths: one.lengths ?? null,
    given: Object.fromEntries(
      [...subject.given].map(([name, { rows, columns, data }]) => [
        name,
        {
          shape: [...rows.map((axis) => (typeof axis === 'number' ? axis : subject.context.extents[axis]!)), columns],
          data: [...data],
        },
      ]),
    ),
    results: Object.fromEntries([...results].map(([name, data]) => [name, [...data]])),
  }
}

let left = count
for (let next = seed * 1_000_000; left > 0; next++) {
  const one = generateCell(new Draws(next))
  // What modifiers change is no equation, and is held against PyTorch's numbers elsewhere.
  const bare = one && { ...one, modifiers: [], training: false }
  const made = bare && (await exported(bare))
  if (!made) continue
  left--
  if (!process.stdout.write(`${JSON.stringify({ seed: next, ...(made as object) })}\n`))
    await once(process.stdout, 'drain')
}
