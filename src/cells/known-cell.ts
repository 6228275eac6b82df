import type { Cell } from './cell.ts'
import { cellsByName } from './cells-by-name.ts'
import { canonicalForm, type CanonicalForm } from './meaning/canonical-form.ts'
import { meaningGraph, probes, type MeaningGraph } from './meaning/meaning-graph.ts'

/** A cell that comes with the package, and what another one that computes the same calls its arrays. */
export interface KnownCell {
  /** The cell of the package. */
  readonly cell: Cell
  /** What the cell that was asked about calls what that one has. */
  readonly names: CellNames
}

/** Names by the names that the cell of the package has for the same: `names.parameters.Wf`. */
export interface CellNames {
  /** Of a step's input: `{ x: 'x' }`. */
  readonly inputs: Readonly<Record<string, string>>
  /** Of what is carried: `{ h: 's' }`. */
  readonly states: Readonly<Record<string, string>>
  /** Of what is trained: `{ Wf: 'V' }`. */
  readonly parameters: Readonly<Record<string, string>>
}

/** What a cell computes at both probes, and the text that says it without names. */
class Meaning {
  readonly graphs: readonly MeaningGraph[]
  #forms: readonly CanonicalForm[] | undefined

  constructor(cell: Cell) {
    this.graphs = probes.map((sizes) => meaningGraph(cell, sizes))
  }

  get forms(): readonly CanonicalForm[] {
    return (this.#forms ??= this.graphs.map(({ vertices }) => canonicalForm(vertices)))
  }

  equals(other: Meaning): boolean {
    return (
      // Most cells are told apart by how much they compute.
      this.graphs.every(({ vertices }, i) => vertices.length === other.graphs[i]!.vertices.length) &&
      this.forms.every(({ text }, i) => text === other.forms[i]!.text)
    )
  }

  /** The names here by those of an equal one. */
  namesFor(other: Meaning): CellNames {
    const names: Record<keyof CellNames, Record<string, string>> = { inputs: {}, states: {}, parameters: {} }
    const theirs = other.forms[0]!.order
    this.forms[0]!.order.forEach((vertex, at) => {
      const own = this.graphs[0]!.names.get(vertex)
      if (own) names[own.of][other.graphs[0]!.names.get(theirs[at]!)!.name] = own.name
    })
    return names
  }
}

let known: readonly (readonly [Cell, Meaning])[] | undefined

/**
 * The cell of the package that a cell computes, whatever its arrays are called and in which order its lines stand (see
 * `fingerprint`); undefined where there is none.
 */
export function knownCell(cell: Cell): KnownCell | undefined {
  known ??= [...cellsByName.values()].map((one) => [one, new Meaning(one)])
  const meaning = new Meaning(cell)
  const found = known.find(([, other]) => meaning.equals(other))
  return found && { cell: found[0], names: meaning.namesFor(found[1]) }
}
