import { modelGraph, type Model } from '../models/index.ts'
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

/** Compiles a model's window program and says what it does and costs. */
export async function describeProgram(
  model: Model,
  extents: { readonly time: number; readonly batch: number },
  engine: EngineOptions = {},
): Promise<ProgramDescription> {
  // What people seldom ask for need not be fetched by every page.
  const { explain, programCost } = await import('../compiler/explain.ts')
  const { loss, parameters, states } = modelGraph(model, { training: true, lengths: false })
  const runner = new Runner(await backendFor(engine), model.layer)
  try {
    const graph = { parameters, states, outputs: {}, sums: { loss } }
    const task = await runner.load((of) => of.windowComputation('window', graph, { loss: 'loss' }))
    return { text: explain(task.program, extents), ...programCost(task.program, extents) }
  } finally {
    runner.dispose()
  }
}
