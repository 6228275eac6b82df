import { evaluate, zeros, type Node, type Value } from '../graph/index.ts'
import { modelGraph, type Model } from '../models/index.ts'
import { padded, unpadRows } from '../runtime/index.ts'
import type { Tensor } from '../tensor.ts'

/** The inputs of a window, rows padded as device memory has them. */
export interface Window {
  readonly time: number
  readonly batch: number
  readonly x: Float32Array
  readonly targets: Float32Array
}

/**
 * Names the first bad value of a window whose loss or gradient is not finite: a parameter, an input, or, by the oracle's float64
 * evaluation, the first step whose output is not finite; else the first gradient.
 */
export async function diagnose(model: Model, window: Window, gradients: ReadonlyMap<string, Tensor>): Promise<string> {
  for (const [name, { data }] of model.parameters) {
    const at = data.findIndex((value) => !Number.isFinite(value))
    if (at >= 0) return `the parameter ${name} holds ${data[at]} at ${at}`
  }
  const bad = window.x.findIndex((value) => !Number.isFinite(value))
  const rows = padded(model.layer.input) * window.batch
  if (bad >= 0) return `the input of step ${Math.floor(bad / rows)} holds ${window.x[bad]}`
  const wrong = window.targets.findIndex((value) => !Number.isFinite(value))
  if (wrong >= 0) return `the targets hold ${window.targets[wrong]}`
  const step = firstBadStep(model, window)
  const first = [...gradients].find(([, { data }]) => data.some((value) => !Number.isFinite(value)))
  const gradient = first
    ? `the gradient of ${first[0]} is the first that is not finite`
    : 'every single gradient is finite'
  if (step === undefined) return `in float64 all outputs are finite, so float32 overflowed; ${gradient}`
  return `the output of step ${step} of the window is the first that is not finite; ${gradient}`
}

/** Runs the window on the oracle, from initial states. */
function firstBadStep(model: Model, { time, batch, x }: Window): number | undefined {
  const graph = modelGraph(model, { training: false, lengths: false })
  const context = { extents: { time, batch }, scalars: {} }
  const known = new Map<Node, Value>()
  const fill = (node: Node, data: ArrayLike<number>): void => {
    const value = zeros(node.shape, context)
    value.data.set(Array.from(data).slice(0, value.data.length))
    known.set(node, value)
  }
  for (const node of graph.parameters)
    fill(node, model.parameters.get((node as Node<{ name: string }>).attributes.name)!.data)
  const inputs = new Float64Array(time * batch * model.layer.input)
  unpadRows(x, model.layer.input, inputs)
  fill(graph.x, inputs)
  graph.states.forEach(({ initial }, i) =>
    fill(initial, new Float64Array(batch * initial.shape.columns).fill(model.layer.states[i]!.initial)),
  )
  const [output] = evaluate([graph.output], known, context)
  const at = output!.data.findIndex((value) => !Number.isFinite(value))
  return at < 0 ? undefined : Math.floor(at / (batch * model.layer.output))
}
