import type { Backend, CompileOptions } from '../backends/backend.ts'
import { Runner, type Lasting } from './runner.ts'

/** What is kept of programs that nobody uses at the moment: so many, and so many floats of memory. */
const most = { programs: 64, floats: 2 ** 26 }

interface Entry {
  readonly runner: Runner
  made: Promise<unknown>
  users: number
  /** Whether it is to go as soon as nobody uses it. */
  forgotten: boolean
}

type OfLayer = Map<Backend, Map<string, Entry>>

const layers = new WeakMap<object, OfLayer>()

/** All entries, the one used last at the end. They hold no layer, so that a layer can be collected. */
const inUseOrder = new Set<Entry>()

/** Memory goes back when the layer it serves is gone. */
const collected = new FinalizationRegistry<OfLayer>((ofLayer) => {
  for (const entries of ofLayer.values()) {
    for (const entry of entries.values()) {
      // Whoever held one held the layer too, and is gone with it.
      entry.users = 0
      forget(entry)
    }
  }
})

/** Something compiled, in use until it is released; keep this object as long, for the layer's sake. */
export interface Held<Kept> {
  readonly layer: object
  readonly kept: Kept
  /** The same once more, to be released by itself. */
  again(): Held<Kept>
  release(): void
}

/**
 * What `make` makes for a layer on a backend with a runner of its own; made once for a key, and kept for the next who asks. What is
 * kept too long goes, the longest unused first; so does what is of a layer that was collected, or of a backend that broke.
 * What is made must not hold the layer.
 */
export async function held<Kept>(
  layer: Lasting,
  backend: Backend,
  key: string,
  options: CompileOptions,
  make: (runner: Runner) => Promise<Kept>,
): Promise<Held<Kept>> {
  const entries = entriesOf(layer, backend)
  const entry = entries.get(key) ?? created(new Runner(backend, layer, options), make)
  entries.set(key, entry)
  inUseOrder.delete(entry)
  inUseOrder.add(entry)
  const release = used(entry)
  try {
    return hold(layer, entry, (await entry.made) as Kept, release)
  } catch (error) {
    forget(entry)
    release()
    throw error
  }
}

const hold = <Kept>(layer: object, entry: Entry, kept: Kept, release: () => void): Held<Kept> => ({
  layer,
  kept,
  again: () => hold(layer, entry, kept, used(entry)),
  release,
})

/** One more uses an entry, until it calls what it is given. */
function used(entry: Entry): () => void {
  entry.users++
  let released = false
  return () => {
    if (released) return
    released = true
    entry.users--
    if (entry.forgotten) forget(entry)
    else trim()
  }
}

const created = <Kept>(runner: Runner, make: (runner: Runner) => Promise<Kept>): Entry => ({
  runner,
  made: make(runner),
  users: 0,
  forgotten: false,
})

function entriesOf(layer: object, backend: Backend): Map<string, Entry> {
  let ofLayer = layers.get(layer)
  if (!ofLayer) {
    ofLayer = new Map()
    layers.set(layer, ofLayer)
    collected.register(layer, ofLayer)
  }
  for (const [other, entries] of ofLayer) {
    if (other.broken) {
      ofLayer.delete(other)
      for (const entry of entries.values()) forget(entry)
      continue
    }
    for (const [key, { forgotten }] of entries) if (forgotten) entries.delete(key)
  }
  const known = ofLayer.get(backend) ?? new Map<string, Entry>()
  ofLayer.set(backend, known)
  return known
}

/** Gives memory and programs back, at once or when the last who uses them is done. */
function forget(entry: Entry): void {
  entry.forgotten = true
  if (entry.users > 0) return
  inUseOrder.delete(entry)
  // Of a broken backend all memory is lost at once.
  if (!entry.runner.backend.broken) entry.runner.dispose()
}

/** Holds what is idle against the limits; what was used last stays in any case. */
function trim(): void {
  const idle = [...inUseOrder].filter(({ users }) => users === 0)
  let programs = idle.length
  let floats = idle.reduce((sum, { runner }) => sum + runner.floats, 0)
  for (const entry of idle.slice(0, -1)) {
    if (programs <= most.programs && floats <= most.floats) return
    programs--
    floats -= entry.runner.floats
    forget(entry)
  }
}
