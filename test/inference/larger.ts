import { setParameters, tensor, uniform, type Model } from 'unrolled'

/** Gives a model large weights: it is sure of this and unsure of that, and what comes next depends on all that came before. */
export function larger<Of extends Model>(model: Of, seed = 1): Of {
  const values = Object.entries(model.parameters).map(([name, { shape, data }], at) => [
    name,
    tensor(
      Float32Array.from(data, (_, i) => 2.4 * (uniform(seed, at, 5, i >> 8, i & 255) - 0.5)),
      shape,
    ),
  ])
  setParameters(model, Object.fromEntries(values) as Model['parameters'])
  return model
}
