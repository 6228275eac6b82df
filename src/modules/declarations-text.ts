import type { Label } from '../data/index.ts'

/** What a module's declarations depend on. */
export interface Declared {
  readonly about: string
  readonly step: string
  readonly sequence: string
  /** What is said beside the output. */
  readonly said: string
  readonly labels: readonly Label[] | undefined
  /** Whether it answers once, of the whole sequence. */
  readonly once: boolean
  /** Whether sequences may come step by step. */
  readonly steps: boolean
}

/** The declarations of a module. */
export const declarationsText = ({ about, step, sequence, said, labels, once, steps }: Declared): string =>
  [
    `/** ${about} */

/** A step of a sequence, as the model's data had it. */
export type Step = ${step}
/** A whole sequence. */
export type Sequence = ${sequence}
${labels ? `export type Label = ${labels.map((label) => JSON.stringify(label)).join(' | ')}\n` : ''}
/** What the model says${once ? ' of all that came' : ' at a step of all that came so far'}. */
export interface Said {
  /** The numbers of the last layer. */
  readonly output: Float32Array${said}
}
`,
    ...(once
      ? []
      : [
          `/** What it says at the last step, and at each. */
export interface SaidOfAll extends Said {
  readonly steps: readonly Said[]
}
`,
        ]),
    ...(steps ? [session] : []),
    `export interface Model {${steps ? open : ''}
  /** What the model says of a whole sequence. Throws a TypeError for what is none, before anything is computed. */
  predict(sequence: Sequence): ${once ? 'Said' : 'SaidOfAll'}
}
`,
    loading,
  ].join('\n')

const open = `
  /** Begins a sequence. Any number of sessions may be under way. */
  open(): Session`

const session = `/** A sequence that arrives step by step. What it says is what the whole sequence at once gives, bit for bit. */
export interface Session {
  /** Steps made. */
  readonly step: number
  /** Makes a step, at once. Throws a TypeError for what is no step, before anything is computed. */
  push(x: Step): Said
  /** Another session that stands where this one does; each goes its own way. */
  fork(): Session
  /** Where it stands, as bytes: with them it goes on here, in another page or process, or in a session of the library. */
  snapshot(): Uint8Array
  /** Goes on where a snapshot was taken. Throws for one of another model or other weights; nothing has changed then. */
  restore(snapshot: ArrayBuffer | ArrayBufferView): void
}
`

const loading = `/** Loads the weights: of \`model.wasm\` beside this file, or of an address (as seen from here), a response, bytes or a compiled module. */
export declare function load(
  source?: string | URL | Response | BufferSource | WebAssembly.Module | Promise<Response | BufferSource>,
): Promise<Model>

/** What the model's file tells of it: how it reads, its labels, what was measured. */
export declare const content: Readonly<Record<string, unknown>>
`
