import type { Layer } from './layer.ts'

/** A layer that has no layers inside, and where it stands: the names of the layers around it, then its own. */
export interface Leaf {
  readonly path: readonly string[]
  readonly layer: Layer
}

/** The layers that a layer consists of, in order. */
export function leavesOf(layer: Layer, path: readonly string[] = []): Leaf[] {
  if (!layer.children) return [{ path, layer }]
  return [...layer.children].flatMap(([name, child]) => leavesOf(child, [...path, name]))
}

/** What the names of a layer begin with that stands there. */
export const prefixOf = (path: readonly string[]): string =>
  path.map((name) => (name.startsWith('_') ? '' : `${name}.`)).join('')

/** Parameters that are another's, by their whole names. */
export function tiesOf({ description, children }: Layer, path: readonly string[] = []): Map<string, string> {
  const prefix = prefixOf(path)
  const own = Object.entries((description['tie'] ?? {}) as Record<string, string>)
  const inside = [...(children ?? [])].flatMap(([name, child]) => [...tiesOf(child, [...path, name])])
  const all = new Map([...inside, ...own.map(([name, other]): [string, string] => [prefix + name, prefix + other])])
  // What a chain inside gives may itself be tied outside.
  return new Map([...all].map(([name, other]) => [name, all.get(other) ?? other]))
}
