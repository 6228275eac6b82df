import { isForecaster, UnrolledError, type Forecaster } from 'unrolled'
import { loadModel } from 'unrolled/node'

/** The forecaster in a file, for a command that asks nothing else. */
export async function forecasterIn(path: string, command: string): Promise<Forecaster> {
  const model = await loadModel(path)
  if (isForecaster(model)) return model
  throw new UnrolledError(
    'file',
    `${path} holds a ${model.kind}; ${command} asks forecasters, as unrolled forecast history.csv --out series.safetensors trains`,
  )
}
