import { UnrolledError } from '../error.ts'
import { encodeModel } from '../formats/model-file.ts'
import { decodeResume, encodeResume } from '../formats/run-file.ts'
import type { Json, Layer, Layers } from '../layers/index.ts'
import type { Model } from '../models/index.ts'
import { padded } from '../runtime/index.ts'
import { named, tensor, type Named } from '../tensor.ts'
import { notFinite } from './not-finite.ts'
import { standingFrom, type Ending, type Standing } from './standing.ts'
import { changeInWords, changesOf, isFree, type Terms } from './terms.ts'

export { encodeModel }

/** A run as its file tells of it, held against what it is to go on with. */
export interface StoredRun {
  readonly parameters: Named
  readonly standing: Standing
  /** What had ended it. */
  readonly ended: Ending | undefined
  readonly states: ReadonlyMap<string, Float32Array>
  readonly moments: ReadonlyMap<string, Float32Array>
  /** The best weights, as they lie in device memory. */
  readonly best?: Float32Array
  readonly kernels: string
  /** Names of the terms that are others from here on. */
  readonly changed: readonly string[]
}

/** What a stored run must fit. */
export interface Frame {
  readonly terms: Terms
  /** Whether a stored run was one on the same data, by the hash it had. */
  readonly isData: (hash: string) => boolean
  /** The same of a validation set of its own; absent: there is none. */
  readonly isValidation?: (hash: string) => boolean
  /** Names of the optimizer's moments. */
  readonly moments: readonly string[]
  /** What makes layers of one's own. */
  readonly layers: Layers
  /** Floats of all parameters as they lie in device memory. */
  readonly floats: number
}

/**
 * Reads the file of a run.
 * @throws UnrolledError `checkpoint` where it is not a run of these terms, `file` where the file is damaged.
 */
export function storedRun(
  bytes: Uint8Array,
  { terms, isData, isValidation, moments, floats, layers }: Frame,
): StoredRun {
  const { model, arrays, state } = decodeResume(bytes, undefined, { layers })
  const { standing, identity, kernels } = state as unknown as { standing: Standing; identity: Terms; kernels: string }
  const same = {
    ...(isData(String(identity['data'])) && { data: terms['data']! }),
    ...(isValidation?.(String(identity['validation'])) && { validation: terms['validation']! }),
  }
  // Described anew, so that what describes the same layers does so alike.
  const described = { model: model.layer.description as Json }
  const changes = changesOf({ ...identity, ...described, ...same }, terms)
  const others = changes.filter((change) => !isFree(change))
  if (others.length > 0) {
    throw unfit(`${others.map(changeInWords).join('; ')}. Give what it began with, or say resume: false to begin anew`)
  }
  checkStanding(standing)
  const bad = notFinite(arrays)
  if (bad) throw unfit(`its array ${bad}`)
  const under = (prefix: string): Map<string, Float32Array> =>
    new Map(
      Object.entries(arrays)
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, { data }]) => [name.slice(prefix.length), Float32Array.from(data)]),
    )
  const found = under('moment.')
  if ([...found.keys()].sort().join() !== [...moments].sort().join()) {
    const list = (names: Iterable<string>): string => [...names].join(', ') || 'none'
    throw unfit(
      `the optimizer with these options keeps the moments ${list(moments)}; the stored run has ${list(found.keys())}`,
    )
  }
  const best = arrays['best']
  for (const data of [...found.values(), ...(best ? [best.data] : [])]) {
    if (data.length !== floats) throw unfit(`an array has ${data.length} numbers; ${floats} fit the model`)
  }
  return {
    parameters: model.parameters,
    standing: standingFrom(standing),
    ended: standing.ended,
    states: identity['on'] === 'last step' ? withLast(under('state.'), model.layer) : under('state.'),
    moments: found,
    ...(best && { best: Float32Array.from(best.data) }),
    kernels,
    changed: changes.map(({ name }) => name),
  }
}

/**
 * The states of a run of version 0.1.0 that counted last steps alone, with those of the layer that says so now: what they are does not
 * matter to sequences that go on.
 */
function withLast(stored: Map<string, Float32Array>, { states }: Layer): Map<string, Float32Array> {
  const known = states.find(({ name }) => stored.has(name))
  const batch = known ? stored.get(known.name)!.length / padded(known.columns) : 0
  const missing = states.filter(({ name }) => !stored.has(name))
  return new Map([
    ...stored,
    ...missing.map(({ name, columns }) => [name, new Float32Array(batch * padded(columns))] as const),
  ])
}

/** What the file of a run holds. */
export interface RunFile {
  readonly model: Model
  /** States and moments. */
  readonly arrays: Named
  readonly best: Float32Array | undefined
  readonly standing: Standing
  readonly terms: Terms
  readonly kernels: string
}

/** The file of a run. */
export function storedBytes(run: RunFile): Uint8Array {
  const arrays = named(Object.entries(run.arrays))
  if (run.best) arrays['best'] = tensor(run.best, [run.best.length])
  const bad = notFinite(run.model.parameters) ?? notFinite(arrays)
  if (bad) {
    throw new UnrolledError(
      'non-finite',
      `after update ${run.standing.step} of the run the array ${bad}; ` +
        'the state kept before stays as it is. Try a lower learning rate or clipping',
    )
  }
  const state = { standing: run.standing as unknown as Json, identity: run.terms, kernels: run.kernels }
  return encodeResume({ model: run.model, arrays, state })
}

const unfit = (what: string): UnrolledError =>
  new UnrolledError('checkpoint', `train: the stored run does not fit: ${what}`)

function checkStanding(standing: Standing): void {
  for (const name of ['step', 'pass', 'index', 'origin', 'start', 'end', 'elapsedMs'] as const) {
    const value: unknown = standing?.[name]
    if (typeof value !== 'number' || !(value >= 0)) throw unfit(`its file says ${name} is ${String(value)}`)
  }
}
