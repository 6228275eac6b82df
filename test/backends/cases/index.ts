import type { Case } from './case.ts'
import { fillCases } from './fills.ts'
import { lossCases } from './losses.ts'
import { productCases } from './products.ts'
import { recurrenceCases } from './recurrences.ts'
import { rowsCases } from './rows.ts'
import { sumCases } from './sums.ts'
import { tableCases } from './tables.ts'

export const cases: readonly Case[] = [
  ...rowsCases,
  ...productCases,
  ...tableCases,
  ...sumCases,
  ...lossCases,
  ...fillCases,
  ...recurrenceCases,
]

/** One of each kind of program: the others differ in width alone. */
export const kinds: readonly Case[] = [...new Map(cases.map((it) => [it.name.replace(/\d+/g, ''), it])).values()]

/** Those that do the same where the steps are walked around the instruction. */
export const walkable: readonly Case[] = cases.filter(
  ({ name, rowwise, stepwise, chunk, modes = ['outer'] }) =>
    modes.includes('outer') && ((rowwise && stepwise && !/^random|position/.test(name)) || (rowwise && chunk === 1)),
)

const many = ['gather: 3 ', 'fill: 3 ', 'cross-entropy: 3 columns, logits up to 1', 'random: 3 columns, new']
/** Some to try on very many rows. */
export const ofManyRows: readonly Case[] = cases.filter((it) => many.some((wanted) => it.name.startsWith(wanted)))
