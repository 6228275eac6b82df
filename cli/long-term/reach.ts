import { backward, forward, tensor, type EngineOptions, type Named, type Sequences } from 'unrolled'
import type { LongTermNetwork } from './network.ts'

/** How much of the strongest a gradient must have to be felt. */
const felt = 0.01

/** How far back the last output is felt. */
export interface Reach {
  /**
   * ‖∂ last output / ∂ x‖ by steps back from the last, x being the vector that the cell is given: the mean over sequences, as shares of the
   * largest.
   */
  readonly gradient: readonly number[]
  /** Steps back up to which it is at least 1 % of the largest. */
  readonly steps: number
}

/** The gradient of the last output by what the cell was given at each step, of some sequences of one length. */
export async function reachOf(
  { model, embed, body }: LongTermNetwork,
  { items }: Sequences,
  engine: EngineOptions,
): Promise<Reach> {
  const below = (part: string): Named =>
    Object.fromEntries(
      Object.entries(model.parameters).flatMap(([name, value]) =>
        name.startsWith(`${part}.`) ? [[name.slice(part.length + 1), value]] : [],
      ),
    )
  const batch = items.length
  const all = items.map(({ x }) => x as readonly (number | number[])[])
  const steps = all[0]!.length
  const rows = Array.from({ length: steps }, (_, t) => all.map((x) => [x[t]!].flat()))
  const { output: x } = await forward(embed, { parameters: below('embed'), x: tensor(rows) }, engine)
  const given = { parameters: below('body'), x }
  const { output } = await forward(body, given, engine)
  // Of an output at each step, the last counts.
  const ones = new Float64Array(output.data.length).fill(1, output.data.length - batch * output.shape.at(-1)!)
  const { gradients } = await backward(body, given, { output: tensor(ones, output.shape) }, engine)
  return measured(gradients.x!.data, steps, batch)
}

function measured(gradient: ArrayLike<number>, steps: number, batch: number): Reach {
  const columns = gradient.length / steps / batch
  const norms = Array.from({ length: steps }, (_, back) => {
    let sum = 0
    for (let b = 0; b < batch; b++) {
      let squares = 0
      const from = ((steps - 1 - back) * batch + b) * columns
      for (let c = 0; c < columns; c++) squares += gradient[from + c]! ** 2
      sum += Math.sqrt(squares)
    }
    return sum / batch
  })
  const largest = Math.max(...norms)
  const shares = norms.map((norm) => (largest > 0 ? norm / largest : 0))
  return { gradient: shares, steps: shares.findLastIndex((share) => share >= felt) }
}
