/**
 * The names of states and parameters of a literal text, found by the type checker.
 * A text that is not a literal gives `string`. Each step is a tail call on a union, so that a cell costs it some hundred
 * instantiations and nothing recurses deeply.
 */

type Split<S extends string, D extends string, Found = never> = S extends `${infer A}${D}${infer B}`
  ? Split<B, D, Found | A>
  : Found | S

type Space = ' ' | '\t'
type Trim<S extends string> = S extends `${Space}${infer R}` ? Trim<R> : S extends `${infer R}${Space}` ? Trim<R> : S

type Line<Text extends string> = WithoutComment<Split<Text, '\n'>>
type WithoutComment<L extends string> = L extends `${infer A}#${string}` ? A : L

type Header<L extends string> = L extends `${string}:${string}` ? L : never
type Equation<L extends string> = L extends `${string}:${string}` ? never : L extends `${string}=${string}` ? L : never

type Left<L extends string> = L extends `${infer A}=${string}` ? Trim<A> : never
type Right<L extends string> = L extends `${string}=${infer A}` ? A : never

type StateOf<L extends string> = L extends `${infer S}'` | `${infer S}′` | `${infer S}’` ? S : never

type Words<S extends string> = Split<
  Split<
    Split<Split<Split<Split<Split<Split<Split<Split<Split<S, ' '>, '('>, ')'>, '['>, ']'>, ','>, '+'>, '-'>, '*'>,
    '/'
  >,
  '@'
>
// Mathematical signs in a pass of their own, taken only where the text has one.
type Signs<S extends string> = S extends `${string}${'⊙' | '∘' | '·' | '⋅' | '−' | '<' | '>' | '\t'}${string}`
  ? Split<Split<Split<Split<Split<Split<Split<Split<S, '⊙'>, '∘'>, '·'>, '⋅'>, '−'>, '<'>, '>'>, '\t'>
  : S

/** Names that begin with a capital or with b. */
type Capital<S extends string> = S extends `${infer C}${string}`
  ? C extends Lowercase<C>
    ? C extends 'b'
      ? S
      : never
    : S
  : never

type Declared<L extends string> = L extends `${infer K}:${infer V}`
  ? Trim<K> extends 'param'
    ? Trim<Split<V, ','> extends infer P extends string ? (P extends `${infer N}=${string}` ? N : P) : never>
    : never
  : never

/** The states of a text: `'h' | 'c'`. */
export type StateNames<Text extends string> = string extends Text ? string : StateOf<Left<Equation<Line<Text>>>>

/** The parameters of a text: `'Wz' | 'bz'`. */
export type ParameterNames<Text extends string> = string extends Text ? string : FromLines<Line<Text>>

type FromLines<L extends string> =
  | Exclude<
      Capital<Words<Signs<Right<Equation<L>>>>>,
      Left<Equation<L>> | StateOf<Left<Equation<L>>> | `${string}${"'" | '′' | '’'}`
    >
  | Declared<Header<L>>
