import type { Cell } from './cell.ts'
import { defineCell } from './define-cell.ts'
import { gruResetAfter } from './gru-reset-after.ts'
import { gru } from './gru.ts'
import { indrnn } from './indrnn.ts'
import { jordan } from './jordan.ts'
import { lecture } from './lecture.ts'
import { lstmCoupled } from './lstm-coupled.ts'
import { lstmPeephole } from './lstm-peephole.ts'
import { lstmProjected } from './lstm-projected.ts'
import { lstm } from './lstm.ts'
import { mgu } from './mgu.ts'
import { minGru } from './min-gru.ts'
import { minLstm } from './min-lstm.ts'
import { rnnRelu } from './rnn-relu.ts'
import { rnnSigmoid } from './rnn-sigmoid.ts'
import { rnn } from './rnn.ts'
import { slstm } from './slstm.ts'
import { sru } from './sru.ts'
import { ugrnn } from './ugrnn.ts'

/** The cells that come with the package, by the name of their file, as the command line calls them. */
export const cellsByName: ReadonlyMap<string, Cell> = new Map<string, Cell>(
  [
    rnn,
    rnnRelu,
    rnnSigmoid,
    jordan,
    lecture,
    lstm,
    lstmPeephole,
    lstmCoupled,
    lstmProjected,
    gru,
    gruResetAfter,
    ugrnn,
    mgu,
    sru,
    indrnn,
    minGru,
    minLstm,
    slstm,
  ].map((cell: Cell) => [cell.name, cell]),
)

/** The cell of a text that is not known before, such as a model file's. */
export const cellFromText = (text: string): Cell => defineCell(text)
