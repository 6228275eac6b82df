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
