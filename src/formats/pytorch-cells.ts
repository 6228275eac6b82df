import { cellsByName, gruResetAfter, lstm, lstmProjected, rnn, rnnRelu, type Cell } from '../cells/index.ts'

/** The arrays of one layer and direction of a PyTorch module: of the input, of the old state, and of the projection. */
export type Source = 'ih' | 'hh' | 'hr'

/** Where one of a cell's parameters comes from: rows of one gate, out of the sources named. */
export interface Origin {
  readonly parameter: string
  /** Number of the gate among the rows; undefined: all rows. */
  readonly gate?: number
  /** Of a matrix, blocks side by side. Of a vector, what is summed; on the way back the first gets all and the rest zero. */
  readonly from: readonly Source[]
}

/** A cell of ours that a PyTorch module computes too. */
export interface KnownCell {
  readonly cell: Cell
  readonly module: string
  /** Gates whose rows lie one after the other. */
  readonly gates: number
  readonly matrices: readonly Origin[]
  readonly vectors: readonly Origin[]
}

const gated = (gates: readonly string[]): Pick<KnownCell, 'gates' | 'matrices' | 'vectors'> => ({
  gates: gates.length,
  matrices: gates.map((gate, i) => ({ parameter: `W${gate}`, gate: i, from: ['hh', 'ih'] })),
  vectors: gates.map((gate, i) => ({ parameter: `b${gate}`, gate: i, from: ['ih', 'hh'] })),
})

const lstmGates = gated(['i', 'f', 'g', 'o'])
const gruGates = gated(['r', 'z'])

/** The order of gates is PyTorch's: LSTM i f g o, GRU r z n. */
const knownCells: readonly KnownCell[] = [
  { cell: rnn, module: "nn.RNN(nonlinearity='tanh')", ...gated(['']) },
  { cell: rnnRelu, module: "nn.RNN(nonlinearity='relu')", ...gated(['']) },
  { cell: lstm, module: 'nn.LSTM', ...lstmGates },
  {
    cell: lstmProjected,
    module: 'nn.LSTM(proj_size=...)',
    ...lstmGates,
    matrices: [...lstmGates.matrices, { parameter: 'Wh', from: ['hr'] }],
  },
  {
    cell: gruResetAfter,
    module: 'nn.GRU',
    gates: 3,
    matrices: [
      ...gruGates.matrices,
      { parameter: 'Wn', gate: 2, from: ['ih'] },
      { parameter: 'Un', gate: 2, from: ['hh'] },
    ],
    // The candidate's two biases stay apart: one is inside the reset.
    vectors: [
      ...gruGates.vectors,
      { parameter: 'bn', gate: 2, from: ['ih'] },
      { parameter: 'bu', gate: 2, from: ['hh'] },
    ],
  },
]

/** The equations without what does not change what is computed: names, sources and first values. */
const equations = (text: string): string => text.replace(/^(name|source|init):.*\n?/gm, '')

/** What a cell that comes with the package is imported as: its name, `gru-reset-after`, in one word. */
const imported = (name: string): string =>
  cellsByName.has(name) ? name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()) : name

/** The cell PyTorch has that computes what these equations say; `why` says what is wrong where there is none. */
export function knownCell(text: string, modifiers: readonly unknown[]): KnownCell | { readonly why: string } {
  const own = equations(text)
  const found = knownCells.find(({ cell }) => equations(cell.text()) === own)
  if (found && modifiers.length === 0) return found
  const name = imported(/^name: (.*)$/m.exec(text)?.[1] ?? 'its cell')
  const all = knownCells.map(({ cell, module }) => `${imported(cell.name)} (${module})`).join(', ')
  if (found) return { why: `PyTorch has no ${name} with modifiers; cells it has are ${all}` }
  const gru = name === 'gru' ? 'the reset gate of nn.GRU acts after the product, as in gruResetAfter; ' : ''
  return { why: `PyTorch computes no cell with the equations of ${name}; ${gru}cells it has are ${all}` }
}
