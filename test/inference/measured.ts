import type { TrainingData } from '../../src/data/index.ts'
import { LossMeter, type Measure } from '../../src/inference/loss-meter.ts'
import { LossPrograms } from '../../src/inference/loss-programs.ts'
import type { Model } from '../../src/models/index.ts'
import { backendFor, Runner, type EngineOptions } from '../../src/runtime/index.ts'

/** A model's mean loss on batches. */
export async function measured(
  model: Model,
  data: TrainingData,
  engine: EngineOptions,
  progress?: (share: number) => void,
): Promise<Measure> {
  const runner = new Runner(await backendFor(engine), model)
  const meter = new LossMeter(new LossPrograms(runner, { output: false, losses: false }), model)
  const found = await meter.measure(model.parameters, data, { ...(progress && { progress }) })
  runner.dispose()
  return found
}
