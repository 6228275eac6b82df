import type { Cell } from './cell.ts'
import { canonicalForm } from './meaning/canonical-form.ts'
import { meaningGraph, probes } from './meaning/meaning-graph.ts'

/**
 * Tells what a cell computes: the same 16 hexadecimal digits for two cells whose equations, modifiers and initial states agree up to
 * the names of states, parameters and lines, the order of lines, and the order in which is added and multiplied. First values of
 * parameters, name and source do not count; the order of vectors side by side does, since it is that of a matrix's columns.
 */
export const fingerprint = (cell: Cell): string =>
  hashed(probes.map((sizes) => canonicalForm(meaningGraph(cell, sizes).vertices).text).join('\n\n'))

/** FNV-1a of 64 bits over the text's UTF-16 units. */
function hashed(text: string): string {
  let hash = 0xcbf29ce484222325n
  for (let i = 0; i < text.length; i++) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(i))) * 0x100000001b3n)
  }
  return hash.toString(16).padStart(16, '0')
}
