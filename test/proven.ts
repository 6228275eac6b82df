import { createHash } from 'node:crypto'
import { checkPlaces } from '../src/compiler/check-places.ts'
import type { Compiled } from '../src/compiler/compile.ts'

/** All that a proof is about: the program, and what its places mean, in the order in which they are placed. */
const said = ({ program, meant: { places, given } }: Compiled): string =>
  createHash('sha256')
    .update(JSON.stringify([program, given, [...places]]))
    .digest('base64')

const proven = new Set<string>()

/** Proves a program where the same was not proven before: it comes for each backend, and in many tests. */
export function prove(compiled: Compiled): void {
  const text = said(compiled)
  if (proven.has(text)) return
  checkPlaces(compiled)
  proven.add(text)
}
