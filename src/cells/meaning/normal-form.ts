import {
  addOperation,
  constantOperation,
  maxOperation,
  minOperation,
  mulOperation,
  negOperation,
  shapeText,
  subOperation,
  type Node,
} from '../../graph/index.ts'

/** A value of a computation in normal form: whatever computes the same of the same is the same term. */
export interface Term {
  readonly id: number
  /** What it does. Says nothing of names. */
  readonly label: string
  readonly parts: readonly Part[]
  /** Whether the order of its parts means something. */
  readonly ordered: boolean
}

/** A term with its sign. */
export interface Part {
  readonly term: Term
  readonly negative: boolean
}

/** A sum or product of more parts stays one part of another, so that what doubles with every line stays small. */
const mostParts = 256

/**
 * Values in normal form. Sums of sums are one sum, whose terms have signs; products of products are one product; signs stand as far
 * outside as they can; and nothing is computed twice.
 */
export class NormalForms {
  readonly #known = new Map<string, Term>()
  readonly #values = new Map<Node, Part>()

  /** A value that is given; `label` tells it from others where anything but its name does. */
  leaf(node: Node, label: string): Term {
    const term: Term = { id: this.#known.size, label, parts: [], ordered: true }
    this.#known.set(`leaf ${term.id}`, term)
    this.#values.set(node, { term, negative: false })
    return term
  }

  /** The value of a node whose inputs have been seen. */
  see(node: Node): Part {
    const known = this.#values.get(node) ?? this.#made(node)
    this.#values.set(node, known)
    return known
  }

  #made(node: Node): Part {
    const inputs = node.inputs.map((input) => this.#values.get(input)!)
    const [a, b] = inputs as [Part, Part]
    switch (node.operation) {
      case constantOperation: {
        const { value } = node.attributes as { value: number }
        return { term: this.#term(`${Math.abs(value)}`, [], true), negative: value < 0 }
      }
      case negOperation:
        return a.term.label === sum ? this.#sum(termsOf(opposite(a))) : opposite(a)
      case addOperation:
        return this.#sum([...termsOf(a), ...termsOf(b)])
      case subOperation:
        return this.#sum([...termsOf(a), ...termsOf(b).map(opposite)])
      case mulOperation: {
        const factors = [...factorsOf(a.term), ...factorsOf(b.term)]
        return { term: this.#term(product, factors, false), negative: a.negative !== b.negative }
      }
      case maxOperation:
      case minOperation:
        return { term: this.#term(node.operation.name, inputs, false), negative: false }
      default: {
        const attributes = node.attributes === undefined ? '' : ` ${JSON.stringify(node.attributes)}`
        const label = `${node.operation.name}${attributes} ${shapeText(node.shape)}`
        return { term: this.#term(label, inputs, true), negative: false }
      }
    }
  }

  #sum(parts: readonly Part[]): Part {
    return { term: this.#term(sum, parts, false), negative: false }
  }

  #term(label: string, parts: readonly Part[], ordered: boolean): Term {
    const keys = parts.map(({ term, negative }) => (negative ? '-' : '+') + term.id)
    const key = `${label}(${(ordered ? keys : keys.sort()).join()})`
    const known = this.#known.get(key) ?? { id: this.#known.size, label, parts, ordered }
    this.#known.set(key, known)
    return known
  }
}

const sum = 'sum'
const product = 'product'

const opposite = ({ term, negative }: Part): Part => ({ term, negative: !negative })

/** What a part adds to a sum. */
function termsOf(part: Part): readonly Part[] {
  const { label, parts } = part.term
  if (label !== sum || parts.length > mostParts) return [part]
  return part.negative ? parts.map(opposite) : parts
}

/** What a term is to a product. */
const factorsOf = (term: Term): readonly Part[] =>
  term.label === product && term.parts.length <= mostParts ? term.parts : [{ term, negative: false }]
