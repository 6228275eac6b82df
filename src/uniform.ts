/** A 32-bit mixing function (lowbias32, Chris Wellons). What differs by a multiple of 2³² is the same to it. */
export function mix(x: number): number {
  x ^= x >>> 16
  x = Math.imul(x, 0x7feb352d)
  x ^= x >>> 15
  x = Math.imul(x, 0x846ca68b)
  return x ^ (x >>> 16)
}

/** The number in [0, 1) that belongs to (seed, site, step, sequence, column). */
export function uniform(seed: number, site: number, step: number, sequence: number, column: number): number {
  const key = mix(
    mix(mix(seed + Math.imul(site, 0x9e3779b9)) + Math.imul(step, 0x85ebca6b)) + Math.imul(sequence, 0xc2b2ae35),
  )
  return (mix(key + Math.imul(column, 0x27d4eb2f)) >>> 8) * 2 ** -24
}

/** A number that belongs to a name: FNV-1a. It keys random numbers, so that they do not depend on what else is drawn. */
export function siteOf(name: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/** An order of so many things, from seed, pass and what it is for alone (Fisher & Yates). */
export function shuffled(count: number, seed: number, pass: number, what: string): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i)
  const site = siteOf(what)
  shuffle(order, (i) => uniform(seed, site, pass, i, 0))
  return order
}

/** Brings things into an order in which each may stand anywhere; `draw` gives a number in [0, 1) for each place, from the last on. */
export function shuffle(order: Uint32Array, draw: (place: number) => number): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(draw(i) * (i + 1))
    const kept = order[i]!
    order[i] = order[j]!
    order[j] = kept
  }
}
