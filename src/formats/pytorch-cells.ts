import {
  gru,
  gruResetAfter,
  knownCell,
  lstm,
  lstmProjected,
  rnn,
  rnnRelu,
  type Cell,
  type CellNames,
} from '../cells/index.ts'

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
export interface CellModule {
  readonly cell: Cell
  readonly module: string
  /** Gates whose rows lie one after the other. */
  readonly gates: number
  readonly matrices: readonly Origin[]
  readonly vectors: readonly Origin[]
}

const gated = (gates: readonly string[]): Pick<CellModule, 'gates' | 'matrices' | 'vectors'> => ({
  gates: gates.length,
  matrices: gates.map((gate, i) => ({ parameter: `W${gate}`, gate: i, from: ['hh', 'ih'] })),
  vectors: gates.map((gate, i) => ({ parameter: `b${gate}`, gate: i, from: ['ih', 'hh'] })),
})

const lstmGates = gated(['i', 'f', 'g', 'o'])
const gruGates = gated(['r', 'z'])

/** The order of gates is PyTorch's: LSTM i f g o, GRU r z n. */
const modules: readonly CellModule[] = [
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

/** Cells that are taken for one of a module, and what is otherwise there. */
const alike: ReadonlyMap<Cell, string> = new Map([
  [gru, 'the reset gate of nn.GRU acts after the product, as in gruResetAfter; '],
])

/** A module, and what the cell it computes calls the parameters of the module's. */
export interface FoundModule {
  readonly module: CellModule
  readonly names: CellNames['parameters']
}

/** The PyTorch module that computes a cell, whatever its arrays are called; `why` says what is wrong where there is none. */
export function moduleOf(plain: Cell, modifiers: readonly unknown[]): FoundModule | { readonly why: string } {
  const known = knownCell(plain)
  const module = known && modules.find(({ cell }) => cell === known.cell)
  if (module && modifiers.length === 0) return { module, names: known.names.parameters }
  const name =
    plain.name === known?.cell.name ? imported(plain.name) : (/^name: (.*)$/m.exec(plain.text())?.[1] ?? 'its cell')
  const all = modules.map(({ cell, module }) => `${imported(cell.name)} (${module})`).join(', ')
  if (module) return { why: `PyTorch has no ${name} with modifiers; cells it has are ${all}` }
  const hint = (known && alike.get(known.cell)) ?? ''
  return { why: `PyTorch computes no cell with the equations of ${name}; ${hint}cells it has are ${all}` }
}

/** What a cell of the package is imported as: its name, `gru-reset-after`, in one word. */
const imported = (name: string): string => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
