import type { Model } from '../models/index.ts'
import type { EngineOptions } from '../runtime/index.ts'
import type { ProgramDescription } from './window-program.ts'

/** Compiles a model's window program and says what it does and costs. */
export async function describeProgram(
  model: Model,
  extents: { readonly time: number; readonly batch: number },
  engine: EngineOptions = {},
): Promise<ProgramDescription> {
  // What people seldom ask for need not be fetched by every page.
  const { windowProgram } = await import('./window-program.ts')
  return windowProgram(model, extents, engine)
}
