/** What was found wrong with a random program. */
export interface Fault {
  /** What was held against what, in words; faults of one kind say the same. */
  readonly check: string
  /** Where, and by how much. */
  readonly detail: string
}

/** What trying a program came to. */
export type Verdict =
  | { readonly kind: 'right'; readonly kinks: number }
  /** Numbers run away, so that nothing can be said. */
  | { readonly kind: 'wild' }
  /** The compiler says that it cannot say this. */
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'fault'; readonly fault: Fault }

export const faulty = (check: string, detail: string): Verdict => ({ kind: 'fault', fault: { check, detail } })

/** Thrown where the compiler says that it cannot say a graph. */
export class Refusal extends Error {}
