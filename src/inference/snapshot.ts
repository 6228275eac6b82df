import { Fingerprint } from '../data/fingerprint.ts'
import { UnrolledError } from '../error.ts'
import type { Bytes } from '../data/bytes.ts'
import { decodeSafetensors, encodeSafetensors } from '../formats/safetensors.ts'
import type { Layer } from '../layers/index.ts'
import { isFloats, named, type Named, type Tensor } from '../tensor.ts'

/** Where sessions stand. */
export interface Snapshot {
  /** Tells the layer and its parameters from others. */
  readonly model: string
  readonly sessions: number
  /** Steps made. */
  readonly step: number
  /** Tells second sequences, where there are such, from others. */
  readonly sources?: string
  /** By name, `[sessions, columns]` each. */
  readonly states: Readonly<Record<string, Tensor>>
}

const key = 'unrolled.session'

/** A layer with its parameters in sixteen hexadecimal digits. */
export function fingerprintOf({ description, declared }: Layer, parameters: Named): string {
  const print = new Fingerprint()
  print.rows(
    Float32Array.from(JSON.stringify(description, inOrder), (letter) => letter.codePointAt(0)!),
    1,
  )
  for (const { name } of declared) print.rows(parameters[name]!.data, 1)
  return print.text()
}

/** Names in one order: a layer made of its description may tell the same in another. */
const inOrder = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value

/** A snapshot as the bytes of a safetensors file. */
export function encodeSnapshot({ states, ...about }: Snapshot): Uint8Array {
  return encodeSafetensors(states, { [key]: JSON.stringify(about) })
}

/** What a snapshot must fit. */
export interface Standing extends Pick<Snapshot, 'model' | 'sessions' | 'sources'> {
  /** The states of it, so many steps being made. */
  statesAt(step: number): readonly { readonly name: string; readonly columns: number }[]
}

/**
 * Reads a snapshot.
 * @throws UnrolledError `file` for what is damaged, `snapshot` for what does not fit.
 */
export function decodeSnapshot(bytes: Bytes, { model, sessions, sources, statesAt }: Standing): Snapshot {
  const { tensors, metadata, checked } = decodeSafetensors(bytes, 'snapshot')
  const about = Object.hasOwn(metadata, key) ? aboutFrom(metadata[key]!) : undefined
  if (!about) throw unfit('it is of no session')
  if (!checked) throw unfit('its checksum is missing: it is damaged, or was changed by another tool')
  if (about.model !== model) throw unfit('it was taken of another model, or of other weights')
  if (about.sessions !== sessions) throw unfit(`it is of ${about.sessions} sessions, and here are ${sessions}`)
  if (about.sources !== sources) throw unfit('it was taken of another source')
  const found = new Map(Object.entries(tensors))
  const states = statesAt(about.step).map(({ name, columns }): [string, Tensor] => {
    const state = found.get(name)
    found.delete(name)
    if (!state || !isFloats(state.data) || state.shape.join() !== `${sessions},${columns}`) {
      throw unfit(
        `its state ${name} is ${state ? `[${state.shape.join(', ')}]` : 'missing'}, not [${sessions}, ${columns}]`,
      )
    }
    return [name, { shape: state.shape, data: state.data }]
  })
  if (found.size > 0) throw unfit(`it has a state ${[...found.keys()][0]} that the model has not`)
  return { ...about, states: named(states) }
}

function aboutFrom(json: string): Omit<Snapshot, 'states'> | undefined {
  try {
    const { model, sessions, step, sources } = JSON.parse(json) as Partial<Snapshot>
    const whole = Number.isSafeInteger(sessions) && Number.isSafeInteger(step) && step! >= 0
    if (typeof model !== 'string' || !whole) return undefined
    return { model, sessions: sessions!, step: step!, ...(sources !== undefined && { sources }) }
  } catch {
    return undefined
  }
}

/** The error of a snapshot that does not fit. */
export const unfit = (what: string): UnrolledError =>
  new UnrolledError('snapshot', `the snapshot does not fit this session: ${what}`)
