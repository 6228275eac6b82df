import type { TrainingBatch } from '../data/index.ts'
import { Feed, kindOf } from '../inference/feed.ts'
import { evaluate, nameOf, zeros, type Node, type Value } from '../graph/index.ts'
import { mainOf } from '../layers/index.ts'
import { answersOnce, modelGraph, outputOf, type LossGraph, type Model } from '../models/index.ts'
import { padded, unpadRows } from '../runtime/index.ts'
import type { Named } from '../tensor.ts'
import type { RanWindow } from './bptt.ts'
import { notFinite } from './not-finite.ts'

/** A window whose loss or gradient is not finite, and everything it was run with. */
export interface BadWindow {
  readonly model: Model
  /** The weights it was run with. */
  readonly parameters: Named
  readonly gradients: Named
  readonly batch: TrainingBatch
  readonly window: RanWindow
  /** Most steps to look at at once. */
  readonly steps: number
  readonly seed: number
}

const isBad = (value: number): boolean => !Number.isFinite(value)

/**
 * Names the first bad value of a window: a parameter, a state it started from, an input or target, or, by the oracle's float64
 * evaluation, the first step and sequence whose output or loss float32 cannot hold; else the first gradient.
 */
export async function diagnose(bad: BadWindow): Promise<string> {
  const parameter = notFinite(bad.parameters)
  if (parameter) return `the parameter ${parameter}`
  const found = badState(bad) ?? (await badStep(bad))
  if (found !== undefined) return found
  const first = Object.entries(bad.gradients).find(([, { data }]) => data.some((value) => isBad(Math.fround(value))))
  const gradient = first
    ? `the gradient of ${first[0]} is the first that is not finite`
    : 'every single gradient is finite'
  return `all outputs and losses are finite, so float32 overflowed on the way or in the gradient; ${gradient}`
}

function badState({ model, batch, window }: BadWindow): string | undefined {
  for (const [i, { name, columns }] of model.layer.states.entries()) {
    const values = window.states[i]!
    const at = values.findIndex(isBad)
    const sequence = Math.floor(at / padded(columns))
    if (at >= 0 && sequence < batch.batch) {
      return `the state ${name} of sequence ${sequence} is ${values[at]} before step ${window.start}`
    }
  }
  return undefined
}

/** Goes through the window piece by piece, as it was run; names the first input or target, then the first output or loss, that is bad. */
async function badStep(bad: BadWindow): Promise<string | undefined> {
  const { model, batch, window } = bad
  const graph = await modelGraph(model, { training: true, ...kindOf(batch) })
  const oracle = new Oracle(bad, graph)
  const feed = new Feed(model)
  for (let from = window.start; from < window.end; from += bad.steps) {
    const time = Math.min(bad.steps, window.end - from)
    feed.reserve(time, batch.batch)
    feed.take(batch, from, time)
    window.own?.exchange(feed, from, time)
    const second = badSource(feed, batch.batch)
    if (second !== undefined) return second
    const { targets } = feed
    const answers = { from, time, once: answersOnce(model), counted: true }
    const once = !outputOf(model.layer).axes.includes('time')
    const { output, losses } = oracle.run(from, time, feed)
    const found =
      feed.inputs
        .map(({ rows, once }) => badRow('input', rows, bad, { from, time, once }))
        .reduce(firstOf, badRow('target', targets, bad, answers)) ??
      firstOf(badRow('output', output, bad, { ...answers, once, counted: once }), badRow('loss', losses, bad, answers))
    if (found) return found.text
  }
  return undefined
}

/** Looks through second sequences. */
function badSource({ source }: Feed, batch: number): string | undefined {
  for (const { input, rows } of source.inputs) {
    const at = rows.findIndex(isBad)
    if (at < 0) continue
    const row = Math.floor((at * batch * source.steps) / rows.length)
    return `the input ${input} holds ${rows[at]} at its step ${Math.floor(row / batch)}, in sequence ${row % batch} of the batch`
  }
  return undefined
}

/** A bad value, and which of the rows `[time, batch]` it is in. */
interface Found {
  readonly row: number
  readonly text: string
}

const firstOf = (a: Found | undefined, b: Found | undefined): Found | undefined =>
  a && b && b.row < a.row ? b : (a ?? b)

/** Which rows are looked at: those of `time` steps from `from` on. */
interface Looked {
  readonly from: number
  readonly time: number
  /** Whether there is one row for a sequence, that of its last step. */
  readonly once?: boolean
  /** Whether only what counted in the window matters. */
  readonly counted?: boolean
}

/** Looks through rows for what float32 cannot hold. */
function badRow(
  what: string,
  values: Float32Array | Float64Array,
  { batch: { batch, lengths, steps }, window }: BadWindow,
  { from, time, once = false, counted = false }: Looked,
): Found | undefined {
  const rows = once ? batch : time * batch
  const pitch = values.length / rows
  for (let at = 0; at < rows; at++) {
    const sequence = at % batch
    const length = lengths?.[sequence] ?? steps
    const step = once ? length - 1 : from + Math.floor(at / batch)
    const value = values.subarray(at * pitch, (at + 1) * pitch).find((one) => isBad(Math.fround(one)))
    const there = step >= from && step < Math.min(length, from + time)
    if (value === undefined || !there || (counted && step < window.counted)) continue
    const size = Number.isFinite(value) ? ', more than float32 can hold' : ''
    const text = `the ${what} of step ${step} holds ${value}${size}, in sequence ${sequence} of the batch`
    return { row: (step - from) * batch + sequence, text }
  }
  return undefined
}

/** The model in float64, with the masks, lengths and states of the window. */
class Oracle {
  readonly #bad: BadWindow
  readonly #graph: LossGraph
  #states: readonly ArrayLike<number>[]

  constructor(bad: BadWindow, graph: LossGraph) {
    const { model, batch, window } = bad
    this.#bad = bad
    this.#graph = graph
    this.#states = model.layer.states.map(({ columns }, i) => unpadded(window.states[i]!, columns, batch.batch))
  }

  /** Runs `time` steps from step `from` on; the states are carried on to the next call. */
  run(from: number, time: number, feed: Feed): { readonly output: Float64Array; readonly losses: Float64Array } {
    const { model, batch, window, parameters, seed } = this.#bad
    const step = window.origin + from
    const context = {
      extents: { time, batch: batch.batch, source: feed.source.steps },
      scalars: { seed, step, window: window.origin + window.start, sequence: 0 },
    }
    const known = new Map<Node, Value>()
    const give = (node: Node, data: ArrayLike<number>): void => {
      const value = zeros(node.shape, context)
      value.data.set(data)
      known.set(node, value)
    }
    const { inputs, outputs, targets, losses } = this.#graph
    for (const node of this.#graph.parameters) give(node, parameters[nameOf(node)]!.data)
    for (const { input, rows } of [...feed.inputs, ...feed.source.inputs]) give(inputs[input]!, rows)
    if (this.#graph.sourceLengths) give(this.#graph.sourceLengths, feed.source.lengths)
    give(targets, feed.targets)
    if (this.#graph.starts) give(this.#graph.starts, feed.starts)
    this.#graph.states.forEach(({ initial }, i) => give(initial, this.#states[i]!))
    if (this.#graph.lengths) {
      const left = Array.from(batch.lengths!, (length) => Math.max(0, Math.min(time, length - from)))
      give(this.#graph.lengths, left)
    }
    const finals = this.#graph.states.map(({ final }) => final)
    const output = outputs[mainOf(model.layer.outputs, 'output')[0]]!
    const [values, each, ...states] = evaluate([output, losses, ...finals], known, context)
    this.#states = states.map(({ data }) => data)
    return { output: values!.data, losses: each!.data }
  }
}

function unpadded(values: ArrayLike<number>, columns: number, rows: number): Float64Array {
  const result = new Float64Array(rows * columns)
  unpadRows(values, columns, result)
  return result
}
