import { explain, programCost } from '../compiler/explain.ts'
import { checkModel, modelGraph, type Model } from '../models/index.ts'
import { backendFor, Runner, type EngineOptions } from '../runtime/index.ts'

/** A model's training program at given extents. */
export interface ProgramDescription {
  /** The instruction list, a line an instruction, with operations and bytes. */
  readonly text: string
  /** Floating-point operations of one window, forward and backward. */
  readonly operations: number
  /** Bytes read and written. */
  readonly bytes: number
}

/** What `describeProgram` does. */
export async function windowProgram(
  model: Model,
  extents: { readonly time: number; readonly batch: number },
  engine: EngineOptions,
): Promise<ProgramDescription> {
  checkModel(model, 'describeProgram')
  const { loss, parameters, states } = await modelGraph(model, { training: true, lengths: false })
  const runner = new Runner(await backendFor(engine), model)
  try {
    const graph = { parameters, states, outputs: {}, sums: { loss } }
    const task = await runner.load((of) => of.windowComputation('window', graph, { loss: 'loss' }))
    return { text: explain(task.program, extents), ...programCost(task.program, extents) }
  } finally {
    runner.dispose()
  }
}
